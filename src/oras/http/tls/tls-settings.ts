/** Makes TLS options for Node from the option `tls` and the environment: for the registry, and for all other hosts. */
import * as tls from 'node:tls'
import { readVariable } from '../../environment.js'
import { readCertificates } from './certificates.js'
import { certificatesOf, toNodeOptions } from './check-tls-options.js'
import type { TlsOptions } from './tls-options.js'

/** TLS options for two kinds of hosts. */
export interface TlsSettings {
  /** For the registry itself. */
  forRegistry(): Promise<tls.ConnectionOptions>
  /** For all other hosts: token servers, redirect targets, proxies. */
  forOthers(): Promise<tls.ConnectionOptions>
}

/** Creates the settings; certificates are read once, when they are first needed. */
export function createTlsSettings(options: TlsOptions = {}): TlsSettings {
  const { cert, servername, insecure } = options
  const cas = once(() => findCas(options))
  const forOthers = once(async () => toContext(await cas()))
  return {
    forOthers,
    forRegistry: once(async () => ({
      ...(cert === undefined ? await forOthers() : toContext(await cas(), options)),
      ...(servername !== undefined && { servername }),
      ...(insecure === true && { rejectUnauthorized: false }),
    })),
  }
}

// A context holds all CAs in parsed form, so all connections share one.
function toContext(ca: readonly string[] | undefined, client: TlsOptions = {}): tls.ConnectionOptions {
  if (!ca && client.cert === undefined) return {}
  return { secureContext: tls.createSecureContext({ ...toNodeOptions(client), ...(ca && { ca: [...ca] }) }) }
}

/** Lists all CAs to trust; `undefined` if they are those that Node trusts by default. */
async function findCas(options: TlsOptions): Promise<readonly string[] | undefined> {
  const given = certificatesOf(options)
  if (options.caOnly === true) return given
  const getCas = (tls as { readonly getCACertificates?: (type: 'default' | 'system') => readonly string[] })
    .getCACertificates
  const more = [...given, ...(await readCertificates(readVariable('SSL_CERT_FILE'))), ...(getCas?.('system') ?? [])]
  if (more.length === 0) return undefined
  // If Node is given CAs, it trusts no others, not even NODE_EXTRA_CA_CERTS: so all are listed.
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
