/** How the calls for charts reach a registry: as all others do, but with the logins of Helm, too. */
import { connectionOptions, type ConnectionOptions } from '../oras/registry/connection/connection-options.js'
import { defaultCredentials } from './default-credentials.js'

/** Takes the options of a connection, and no others, out of those of a call. */
export function chartConnection(options: ConnectionOptions): ConnectionOptions {
  const { credentials = defaultCredentials() } = options
  return { ...connectionOptions(options), credentials }
}
