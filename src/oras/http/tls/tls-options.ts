/** The option `tls`: which CAs to trust, and the client certificate. */

/**
 * Which certificate authorities (CAs) to trust, and the client certificate. Certificates and keys are PEM: text, or the
 * bytes of a file.
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
  /**
   * Certificates of more CAs, one or several in each text. They are trusted in addition to those that Node trusts.
   *
   * @default no more CAs
   */
  readonly ca?: string | Uint8Array | readonly (string | Uint8Array)[] | undefined
  /**
   * Trusts `ca` alone: neither the CAs of Node, nor those of the system, nor those of the environment.
   *
   * @default false
   */
  readonly caOnly?: boolean | undefined
  /** The client certificate, with its intermediate certificates. Used for the registry alone, as are all members below. */
  readonly cert?: string | Uint8Array | undefined
  /** The private key of `cert`. */
  readonly key?: string | Uint8Array | undefined
  /** The passphrase of `key`, if it is encrypted. */
  readonly passphrase?: string | undefined
  /**
   * The name that the registry's certificate must have; also sent as SNI.
   *
   * @default the registry's host
   */
  readonly servername?: string | undefined
  /**
   * Accepts any certificate of the registry. An attacker between you and the registry can then read and change everything,
   * and gets the credentials. The certificates of token servers, other hosts and proxies are still checked.
   *
   * @default false
   */
  readonly insecure?: boolean | undefined
}
