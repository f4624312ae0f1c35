/** The two requests that read blobs, and manifests by digest: is it there, what are its bytes. */
import type { Descriptor } from '../oci/descriptor.js'
import { isManifest } from '../oci/media-types.js'
import type { RegistryClient, RequestOptions } from './registry-client.js'

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

/** Reads the bytes, unchecked; leaving early closes the connection. */
export async function* readBlob(
  client: RegistryClient,
  descriptor: Descriptor,
  options: RequestOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { digest, mediaType } = descriptor
  const isBlob = !isManifest(descriptor)
  const response = await client.send({
    method: 'GET',
    url: `${isBlob ? 'blobs' : 'manifests'}/${digest}`,
    action: `read ${digest} from ${client.name}`,
    expect: [200],
    ...(!isBlob && { headers: { accept: mediaType } }),
    scopes: options.scopes,
    signal: options.signal,
  })
  let isComplete = false
  try {
    yield* response.read()
    isComplete = true
  } finally {
    if (!isComplete) response.close()
  }
}
