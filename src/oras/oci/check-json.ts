/** Refuses untrusted JSON that would take long to parse, before it is parsed. */
import { LimitExceededError } from '../errors/oci-error.js'

/** In bytes: a text of this size is always parsed quickly. */
const SMALL = 32 * 1024
/** Lists, objects, and the values in them. A manifest of 4 MiB whose layers have titles has fewer. */
const MAX_VALUES = 150_000
/** Distinct member names. One costs as much time as many values: 4 MiB of short names would take a second. */
const MAX_NAMES = 10_000

const [COMMA, QUOTE, COLON, BACKSLASH, BRACKET, BRACE] = Buffer.from(',":\\[{')

/**
 * Refuses JSON whose parsing would block the event loop for more than about ten milliseconds. It only counts values and
 * names: text that is not JSON may pass.
 *
 * @param action The beginning of the error's message: `Cannot read manifest`.
 * @throws {LimitExceededError} if there are too many values or names.
 */
export function checkJson(bytes: Uint8Array, action: string): void {
  if (bytes.length <= SMALL) return
  const refuse = (limit: number, what: string): never => {
    throw new LimitExceededError(`${action}: its JSON has more than ${limit} ${what}`, {
      limit,
      hint: 'No option raises this limit, which manifests and lists of tags do not reach in practice. Check the registry.',
    })
  }
  let values = 0
  let names = 0
  let hash = 0
  // Random, so that an attacker cannot choose names with equal hashes, which would count as one.
  const factor = 0x5bd1e995 ^ (Math.floor(Math.random() * 2 ** 24) * 2)
  const seen = new Uint8Array(1 << 16)
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === COMMA || byte === BRACKET || byte === BRACE) {
      if (++values > MAX_VALUES) refuse(MAX_VALUES, 'values')
    } else if (byte === QUOTE) {
      hash = 0
      for (at++; at < bytes.length && bytes[at] !== QUOTE; at++) {
        if (bytes[at] === BACKSLASH) at++
        hash = Math.imul(hash ^ ((bytes[at] as number) + 1), factor)
        hash ^= hash >>> 15
      }
    } else if (byte === COLON) {
      const slot = hash >>> 16
      names += 1 - (seen[slot] as number)
      seen[slot] = 1
      if (names > MAX_NAMES) refuse(MAX_NAMES, 'names')
    }
  }
}
