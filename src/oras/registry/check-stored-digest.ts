/** What a registry says that it has stored, against what was sent. */
import { ContentMismatchError } from '../errors/oci-error.js'
import type { Digest } from '../oci/digest.js'
import type { ClientResponse } from './connection/endpoint.js'

/** Compares the digest that a registry says it has stored, if it says one, with the digest of what was sent. */
export function checkStoredDigest(response: ClientResponse, digest: Digest): void {
  const stored = response.header('docker-content-digest')
  // A registry may name what it stored by another algorithm.
  if (stored === undefined || stored === digest || stored.split(':')[0] !== digest.split(':')[0]) return
  throw new ContentMismatchError(`Cannot ${response.attempt.action}: the registry stored ${stored} instead`, {
    expected: digest,
    actual: stored,
    hint: 'Something changes the bytes that are sent: check proxies on the way, and the registry.',
  })
}
