/** How to reach a registry: the options that every call to one takes. */
import { aBoolean, aFunction, must, type OptionChecks, strings } from '../../errors/read-options.js'
import { isObject } from '../../errors/wrong-argument.js'
import type { OciEvent } from '../../events.js'
import { checkProvider, type CredentialProvider } from '../../credentials/credential.js'
import type { Fetch } from '../../http/fetch.js'
import { checkProxy } from '../../http/proxy/find-proxy.js'
import type { ProxyOptions } from '../../http/proxy/proxy-options.js'
import { checkRetry, type RetryOptions } from '../../http/retry/retry-policy.js'
import { checkTls } from '../../http/tls/check-tls-options.js'
import type { TlsOptions } from '../../http/tls/tls-options.js'

/** A host that is asked before a registry. */
export interface Mirror {
  /** The registry as references name it: `docker.io`. */
  readonly registry: string
  /** `host`, `host:port` or either with a path that goes before each repository; `http://` or `https://` before it is
   * taken, too. */
  readonly mirror: string
}

/** How to reach a registry. */
export interface ConnectionOptions {
  /**
   * Who you are to the registry. Looked up only after it has demanded a login, and sent only to it and to the token
   * server that it names, under the rules of docs/security.md.
   *
   * @default `defaultCredentials()`, the logins of Docker and Podman, and for charts also those of Helm
   */
  readonly credentials?: CredentialProvider | undefined
  /**
   * `true` for http, `false` for https.
   *
   * @default http for `localhost`, `*.localhost`, `127.0.0.0/8` and `[::1]`, https elsewhere
   */
  readonly plainHttp?: boolean | undefined
  /**
   * Whom to trust as well as the CAs of Node, of the system and of `SSL_CERT_FILE`, and the client's certificate. All but
   * `ca` and `caOnly` is for the registry's own scheme, host and port; token servers, hosts of redirects and proxies
   * never see it. Calls that are given the same object share connections: it is read once.
   *
   * @default none
   */
  readonly tls?: TlsOptions | undefined
  /**
   * The proxy that all requests go through: a URL, `http://user:password@host:port`, or an object that also says which
   * hosts are reached without it; `false` for none. Its login is sent to it alone.
   *
   * @default what `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say, as in Go programs
   */
  readonly proxy?: string | ProxyOptions | false | undefined
  /**
   * Replaces the library's own way to send a request, also in tests; it must stream bodies, follow no redirects, and
   * stop at its signal. It makes its own connections: `tls` and `proxy` cannot be used with it.
   *
   * @default node-fetch
   */
  readonly fetch?: Fetch | undefined
  /**
   * Other hosts, `host` or `host:port`, that may be the token server of the registry or take its uploads: a token server
   * at a private address in the cluster, for example. Credentials are still sent only to the registry and its token
   * server.
   */
  readonly trustedHosts?: readonly string[] | undefined
  /**
   * Hosts that are asked before a registry when manifests, blobs and tags are read, in this order. If none of them has
   * the content or can be reached, the registry is asked. A mirror decides which manifest a tag points to; digests are
   * checked as always. For a mirror, the function in `credentials` is called with the mirror's name; a login that is
   * given directly is not sent to it. A push sends nothing to a mirror, and asks only the registry whether content exists.
   *
   * @default none
   */
  readonly mirrors?: readonly Mirror[] | undefined
  /**
   * How many milliseconds without a byte, in either direction, make a request fail. It does not limit how long a
   * request takes, and runs only while the other side is waited for: not while you are slow to read, or slow to
   * deliver what is sent. Uploads are watched in pieces of up to 1 MiB. Answers that are short, which are all but
   * blobs, are limited as well: manifests, tokens and pages of tags may take twice as long in all.
   *
   * @default 300 000, five minutes
   */
  readonly timeout?: number | undefined
  /**
   * What every request says of who sends it, at mirrors and token servers too, in the header `user-agent`: the name of
   * your program, so that the operators of a registry can tell its requests from others. Printable ASCII characters.
   *
   * @default `'oras-helm'`
   */
  readonly userAgent?: string | undefined
  /**
   * How a request that failed for a temporary reason is sent again; `false` for not at all. A request that met a kept
   * connection which had died is sent once more in any case.
   *
   * @default three retries, the first after 0.3 seconds at most, for up to a minute, and ten in all
   */
  readonly retry?: RetryOptions | false | undefined
  /**
   * What happens on the way, every request among it; every event type says when. An error that it throws fails the call.
   * Without it, warnings go to `process.emitWarning`.
   */
  readonly onEvent?: ((event: OciEvent) => void) | undefined
}

/** The checks of all connection options; the options of every call that sends requests have them too. */
export function connectionChecks(): OptionChecks<ConnectionOptions> {
  return {
    credentials: checkProvider,
    plainHttp: aBoolean,
    tls: checkTls,
    proxy: checkProxy,
    fetch: aFunction,
    trustedHosts: strings,
    mirrors: must('a list of { registry, mirror }', (value) => Array.isArray(value) && value.every(isMirror)),
    timeout: must('a positive number of milliseconds', (value) => Number.isFinite(value) && (value as number) > 0),
    // Anything else could end the header, or would fail with the first request.
    userAgent: must(
      'a string of printable ASCII characters, and not empty',
      (value) => typeof value === 'string' && /^[\x20-\x7e]*$/.test(value) && value.trim() !== '',
    ),
    retry: checkRetry,
    onEvent: aFunction,
  }
}

function isMirror(value: unknown): boolean {
  return isObject(value) && typeof value['registry'] === 'string' && typeof value['mirror'] === 'string'
}

/**
 * Takes the options of a connection, and no others, out of those of a call, which have been read.
 *
 * @throws {TypeError} if two of them exclude each other.
 */
export function connectionOptions(options: ConnectionOptions): ConnectionOptions {
  const names = Object.keys(connectionChecks()) as (keyof ConnectionOptions)[]
  const { fetch, tls, proxy } = options
  // It makes its own connections, and would not know of them.
  if (fetch !== undefined && tls !== undefined) throw new TypeError('the option tls cannot be used with fetch')
  if (fetch !== undefined && proxy !== undefined) throw new TypeError('the option proxy cannot be used with fetch')
  return Object.fromEntries(names.map((name) => [name, options[name]]))
}
