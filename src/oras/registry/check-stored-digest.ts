/** Checks the digest that a registry reports after a put. */
import { ContentMismatchError } from '../errors/oci-error.js'
import type { Digest } from '../oci/digest.js'
import type { ClientResponse } from './connection/endpoint.js'

/** Compares the digest that the registry reports, if it does, with the digest of the bytes that were sent. */
export function checkStoredDigest(response: ClientResponse, digest: Digest): void {
  const stored = response.header('docker-content-digest')
  // A registry may report a digest of another algorithm.
  if (stored === undefined || stored === digest || stored.split(':')[0] !== digest.split(':')[0]) return
  throw new ContentMismatchError(`Cannot ${response.attempt.action}: the registry stored ${stored} instead`, {
    expected: digest,
    actual: stored,
    hint: 'Something changes the bytes that are sent: check proxies on the way, and the registry.',
  })
}
