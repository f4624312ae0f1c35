/** The request that asks for a blob: is it there. */
import type { Descriptor } from '../oci/descriptor.js'
import type { RegistryClient, RequestOptions } from './connection/registry-client.js'

/** Asks whether the repository has the blob. */
export async function hasBlob(
  client: RegistryClient,
  descriptor: Descriptor,
  options: RequestOptions,
): Promise<boolean> {
  const { digest } = descriptor
  const response = await client.send({
    method: 'HEAD',
    url: `blobs/${digest}`,
    action: `look for blob ${digest} in ${client.name}`,
    expect: [200, 404],
    scopes: options.scopes,
    signal: options.signal,
  })
  await response.discard()
  return response.status === 200
}
