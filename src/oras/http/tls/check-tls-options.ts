/** Checks the option `tls`, and converts it for Node. */
import { X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { aBoolean, must, type OptionCheck, type OptionChecks, readOptions } from '../../errors/read-options.js'
import { codeOf } from '../../errors/system-error.js'
import { isObject, wrongArgument } from '../../errors/wrong-argument.js'
import { splitCertificates } from './certificates.js'
import type { TlsOptions } from './tls-options.js'

/** Lists the certificates of `ca`, one by one. */
export function certificatesOf({ ca = [] }: TlsOptions): readonly string[] {
  return (isPem(ca) ? [ca] : ca).flatMap(splitCertificates)
}

const pem: OptionCheck = (value, what) => {
  if (!isPem(value)) throw wrongArgument(what, 'PEM: a string, or the bytes of a file', value)
}

function tlsChecks(): OptionChecks<TlsOptions> {
  return {
    // Checked below, together with `caOnly`.
    ca: () => {},
    caOnly: aBoolean,
    cert: pem,
    key: pem,
    // The message does not show the value: a number may be a password.
    passphrase: (value, what) => {
      if (typeof value !== 'string' || value === '') throw new TypeError(`${what} must be a string, and not empty`)
    },
    servername: must('a host name', (value) => typeof value === 'string' && value !== ''),
    insecure: aBoolean,
  }
}

/** The objects that have been checked: each is checked once, because certificates take time. */
const checked = new WeakSet<object>()

/**
 * Checks the option `tls` as far as possible without a connection: that everything is PEM, and that the key belongs to the
 * certificate.
 */
export const checkTls: OptionCheck = (value, what) => {
  if (isObject(value) && checked.has(value)) return
  const tls = readOptions<TlsOptions>(value as TlsOptions, tlsChecks(), what)
  checkCas(tls)
  checkClientCertificate(tls)
  checked.add(value as object)
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
