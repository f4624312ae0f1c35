/** Asks a registry whether it takes a login. */
import { expectNoWebPage } from './connection/answer-error.js'
import type { ConnectionOptions } from './connection/connection-options.js'
import { RegistryClient } from './connection/registry-client.js'

/**
 * Gets the base endpoint of a registry, with the login that it demands.
 *
 * @throws {UnauthorizedError} if it does not accept the login.
 * @throws {RegistryError} if it is no registry.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#endpoints
 */
export async function pingRegistry(
  registry: string,
  options: ConnectionOptions & { readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const client = new RegistryClient(registry, '', { ...options, mirrors: [] })
  const response = await client.send({
    method: 'GET',
    url: '/v2/',
    action: `log in to ${registry}`,
    expect: [200],
    scopes: [],
    signal: options.signal,
  })
  // The page of a web site says 200 to whoever logs in.
  expectNoWebPage(response, response.attempt)
  await response.discard()
}
