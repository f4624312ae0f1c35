/** The name of a registry alone, as somebody logs in to it. */
import { InvalidReferenceError } from '../errors/oci-error.js'
import { parseReference } from '../oci/reference.js'

/**
 * Checks that a text is a host and maybe a port, and gives it back.
 *
 * @throws {InvalidReferenceError} if it is not.
 */
export function parseRegistry(text: string): string {
  // A password may stand before an "@", and what a path means for a login is not the same everywhere.
  if (/[/@]/.test(text)) {
    throw new InvalidReferenceError('Cannot parse the name of a registry: it holds more than a host and a port', {
      input: text.slice(text.lastIndexOf('@') + 1),
      part: text.includes('@') ? '@' : '/',
      hint: 'Give the host alone, without a scheme, a user or a path: ghcr.io, localhost:5000.',
    })
  }
  return parseReference(`oci://${text}`).registry
}
