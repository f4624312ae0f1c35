/** How the calls for charts reach a registry: as all others do, but with the logins of Helm, too. */
import type { ConnectionOptions } from '../oras/registry/connection/connection-options.js'
import { defaultCredentials } from './default-credentials.js'

/** Takes the options of a connection, and no others, out of those of a call. */
export function chartConnection(options: ConnectionOptions): ConnectionOptions {
  const { credentials = defaultCredentials(), plainHttp, tls, proxy, fetch, trustedHosts, mirrors } = options
  const { timeout, userAgent, retry, onEvent } = options
  return { credentials, plainHttp, tls, proxy, fetch, trustedHosts, mirrors, timeout, userAgent, retry, onEvent }
}
