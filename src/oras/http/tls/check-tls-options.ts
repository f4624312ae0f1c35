/** Checks the option `tls`, and converts it for Node. */
import { X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { codeOf } from '../../errors/system-error.js'
import { splitCertificates } from './certificates.js'
import type { TlsOptions } from './tls-options.js'

const BOOLEANS = ['caOnly', 'insecure'] as const
const TEXTS = ['passphrase', 'servername'] as const
const PEMS = ['cert', 'key'] as const

/** Lists the certificates of `ca`, one by one. */
export function certificatesOf({ ca = [] }: TlsOptions): readonly string[] {
  return (isPem(ca) ? [ca] : ca).flatMap(splitCertificates)
}

/**
 * Checks the option as far as possible without a connection: that everything is PEM, and that the key belongs to the
 * certificate.
 *
 * @throws {TypeError} if a member is unknown or invalid.
 */
export function checkTlsOptions(tls: TlsOptions): void {
  if (typeof tls !== 'object' || tls === null) throw new TypeError('the option tls must be an object')
  const known: readonly string[] = ['ca', ...BOOLEANS, ...TEXTS, ...PEMS]
  for (const name of Object.keys(tls))
    if (!known.includes(name)) throw new TypeError(`the option tls has no member ${name}`)
  for (const name of BOOLEANS) check(name, tls[name], (value) => typeof value === 'boolean', 'true or false')
  for (const name of TEXTS) check(name, tls[name], (value) => typeof value === 'string' && value !== '', 'a text')
  for (const name of PEMS) check(name, tls[name], isPem, 'PEM: a text, or the bytes of a file')
  checkCas(tls)
  checkClientCertificate(tls)
}

function check(name: string, value: unknown, isRight: (value: unknown) => boolean, wanted: string): void {
  if (value !== undefined && !isRight(value)) throw new TypeError(`the option tls.${name} must be ${wanted}`)
}

function isPem(value: unknown): value is string | Uint8Array {
  return typeof value === 'string' || value instanceof Uint8Array
}

function checkCas(tls: TlsOptions): void {
  const { ca, caOnly } = tls
  if (ca === undefined) {
    if (caOnly === true) throw new TypeError('the option tls.caOnly needs tls.ca')
    return
  }
  const pems: unknown = isPem(ca) ? [ca] : ca
  // OpenSSL would ignore what it cannot read, and the CA that the user named would not be trusted.
  const isRight =
    Array.isArray(pems) && pems.length > 0 && pems.every((pem) => isPem(pem) && splitCertificates(pem).length > 0)
  if (!isRight)
    throw new TypeError('the option tls.ca must be PEM with certificates in it: a text, bytes, or a list of them')
  for (const [index, certificate] of certificatesOf(tls).entries()) {
    if (!isCertificate(certificate))
      throw new TypeError(`the option tls.ca cannot be read: certificate ${index + 1} is broken`)
  }
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem) instanceof X509Certificate
  } catch {
    return false
  }
}

function checkClientCertificate({ cert, key, passphrase }: TlsOptions): void {
  if ((cert === undefined) !== (key === undefined))
    throw new TypeError('the options tls.cert and tls.key need each other')
  if (cert === undefined || key === undefined) {
    if (passphrase !== undefined) throw new TypeError('the option tls.passphrase needs tls.key')
    return
  }
  const isOurs = splitCertificates(cert).length > 0 && splitCertificates(cert).every(isCertificate)
  if (!isOurs) throw new TypeError('the option tls.cert must be PEM with a certificate in it')
  try {
    createSecureContext(toNodeOptions({ cert, key, passphrase }))
  } catch (error) {
    const code = codeOf(error)
    const reason = code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH' ? 'it is not the key of tls.cert' : code
    // Only the code is shown: OpenSSL's message might say something about the key.
    throw new TypeError(`the option tls.key cannot be used: ${reason}`)
  }
}

/** Converts the client certificate to options of Node. */
export function toNodeOptions({ cert, key, passphrase }: TlsOptions): {
  cert?: Buffer
  key?: Buffer
  passphrase?: string
} {
  return {
    ...(cert !== undefined && { cert: Buffer.from(cert as string) }),
    ...(key !== undefined && { key: Buffer.from(key as string) }),
    ...(passphrase !== undefined && { passphrase }),
  }
}
