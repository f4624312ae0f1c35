/** What Node must know to open TLS connections: whom to trust, and what is for the registry alone. */
import * as tls from 'node:tls'
import { readVariable } from '../../environment.js'
import { readCertificates } from './certificates.js'
import { certificatesOf, toNode } from './check-tls-options.js'
import type { TlsOptions } from './tls-options.js'

/** Settings for two kinds of hosts. */
export interface TlsSettings {
  /** For the registry itself. */
  own(): Promise<tls.ConnectionOptions>
  /** For everybody else: token servers, where redirects lead, proxies. */
  others(): Promise<tls.ConnectionOptions>
}

/** Prepares settings; certificates are looked for when they are first needed, and once. */
export function createTlsSettings(options: TlsOptions = {}): TlsSettings {
  const { cert, servername, insecure } = options
  const cas = once(() => findCas(options))
  const others = once(async () => toContext(await cas()))
  return {
    others,
    own: once(async () => ({
      ...(cert === undefined ? await others() : toContext(await cas(), options)),
      ...(servername !== undefined && { servername }),
      ...(insecure === true && { rejectUnauthorized: false }),
    })),
  }
}

// A context holds all CAs, parsed: one serves all connections.
function toContext(ca: readonly string[] | undefined, client: TlsOptions = {}): tls.ConnectionOptions {
  if (!ca && client.cert === undefined) return {}
  return { secureContext: tls.createSecureContext({ ...toNode(client), ...(ca && { ca: [...ca] }) }) }
}

/** All CAs to trust; `undefined` if they are those that Node trusts by itself. */
async function findCas(options: TlsOptions): Promise<readonly string[] | undefined> {
  const given = certificatesOf(options)
  if (options.caOnly === true) return given
  const getCas = (tls as { readonly getCACertificates?: (type: 'default' | 'system') => readonly string[] })
    .getCACertificates
  const more = [...given, ...(await readCertificates(readVariable('SSL_CERT_FILE'))), ...(getCas?.('system') ?? [])]
  if (more.length === 0) return undefined
  // Whoever gives Node CAs takes all others from it, NODE_EXTRA_CA_CERTS too.
  const usual = getCas?.('default') ?? [
    ...tls.rootCertificates,
    ...(await readCertificates(readVariable('NODE_EXTRA_CA_CERTS'))),
  ]
  const all = new Set(usual.map(trim))
  const known = all.size
  for (const certificate of more) all.add(trim(certificate))
  return all.size === known ? undefined : [...all]
}

const trim = (text: string): string => text.trim()

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}
