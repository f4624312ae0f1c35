/** The option tls: whom to trust at the other end of a connection, and who the library is there. */

/**
 * Certificates and keys, as PEM text or as the bytes of a PEM file.
 *
 * @example
 * ```ts no-run: needs a registry with a private CA
 * import { readFile } from 'node:fs/promises'
 * import { Repository, type TlsOptions } from 'oras-helm/oras'
 *
 * const tls: TlsOptions = { ca: await readFile('ca.crt'), cert: await readFile('me.crt'), key: await readFile('me.key') }
 * const repository = new Repository('registry.example/app', { tls })
 * console.log(await repository.resolve('latest'))
 * ```
 */
export interface TlsOptions {
  /** Certificates of more CAs, one or several in each text. Trusted beside those that Node trusts. Default: none. */
  readonly ca?: string | Uint8Array | readonly (string | Uint8Array)[] | undefined
  /** Trusts `ca` alone: neither Node's CAs, nor the system's, nor those of the environment. Default: `false`. */
  readonly caOnly?: boolean | undefined
  /** The client's certificate, with those between it and its CA. For the registry alone, as is all below. */
  readonly cert?: string | Uint8Array | undefined
  /** The private key of `cert`. */
  readonly key?: string | Uint8Array | undefined
  /** Opens `key`, if it is encrypted. */
  readonly passphrase?: string | undefined
  /** The name that the registry's certificate must have, and that is asked for. Default: the registry's host. */
  readonly servername?: string | undefined
  /** Takes any certificate of the registry: whoever is on the way can read and change everything, and gets the
   * credentials. Token servers, other hosts and proxies are still checked. Default: `false`. */
  readonly insecure?: boolean | undefined
}
