/** How to reach a registry: the options that every call to one takes. */
import type { OciEvent } from '../events.js'
import type { CredentialProvider } from '../credentials/credential.js'
import type { Fetch } from './fetch.js'

/** How to reach a registry. */
export interface ConnectionOptions {
  /**
   * Who you are to the registry. Looked up only after it has demanded a login, and sent only to it and to the token
   * server that it names, under the rules of docs/security.md. Default: `'anonymous'`.
   */
  readonly credentials?: CredentialProvider | undefined
  /** `true` for http, `false` for https. Default: http for `localhost`, `*.localhost`, `127.0.0.0/8` and
   * `[::1]`, https elsewhere. */
  readonly plainHttp?: boolean | undefined
  /** Replaces the library's own way to send a request, also in tests; it must stream bodies, follow no redirects, and stop at its signal. */
  readonly fetch?: Fetch | undefined
  /**
   * Hosts, `host` or `host:port`, that may be the registry's token server or take its uploads although they are private
   * addresses or other hosts: a token server inside the cluster, for example. Credentials still go only to the registry
   * and its token server.
   */
  readonly trustedHosts?: readonly string[] | undefined
  /**
   * How many milliseconds without a byte, in either direction, make a request fail. It does not limit how long a request
   * takes, and runs only while the other side is waited for: not while you are slow to read, or slow to deliver what is
   * sent. Uploads are watched in pieces of up to 1 MiB. Default: 300 000, five minutes.
   */
  readonly timeout?: number | undefined
  /** What happens on the way; every event type says when. An error that it throws fails the call. */
  readonly onEvent?: ((event: OciEvent) => void) | undefined
}
