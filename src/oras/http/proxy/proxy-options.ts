/** The option `proxy` as an object. */

/**
 * A proxy, and the hosts that are reached without it.
 *
 * @example
 * ```ts no-run: needs a proxy
 * import { type ProxyOptions, Repository } from 'oras-helm/oras'
 *
 * const proxy: ProxyOptions = { url: 'http://proxy.example:3128', noProxy: '.internal.example,10.0.0.0/8' }
 * const repository = new Repository('registry.example/app', { proxy })
 * console.log(await repository.resolve('latest'))
 * ```
 */
export interface ProxyOptions {
  /** The URL of the proxy: `http://user:password@host:port`, or the same with `https`. Without a scheme, it is http. */
  readonly url: string
  /**
   * The hosts that are reached without the proxy: a list between commas, as in `NO_PROXY`. Loopback hosts use the proxy
   * too, unless they are on the list.
   *
   * @default no hosts
   */
  readonly noProxy?: string | undefined
}
