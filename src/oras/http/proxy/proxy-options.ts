/** The option proxy, where it says more than one URL. */

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
  /** `http://user:password@host:port`, or the same with `https`; without a scheme, http is meant. */
  readonly url: string
  /** A list between commas, as in `NO_PROXY`. Loopback hosts go through the proxy too if they are not in it. */
  readonly noProxy?: string | undefined
}
