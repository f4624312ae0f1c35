/** JSON of strangers: what would take long to parse is refused before it is parsed. */
import { LimitExceededError } from '../errors/oci-error.js'

/** In bytes. So few are parsed in no time, whatever is in them. */
const SMALL = 32 * 1024
/** Lists, objects, and what is in them. A manifest of 4 MiB whose layers have titles has fewer. */
const MAX_VALUES = 150_000
/** Names that are not the same. Each costs as much as many values: a few bytes each, they take a second. */
const MAX_NAMES = 10_000

const [COMMA, QUOTE, COLON, BACKSLASH, BRACKET, BRACE] = Buffer.from(',":\\[{')

/**
 * Refuses JSON that would take longer to parse than some ten milliseconds, in which nothing else can happen. It counts
 * without understanding: what is not JSON may pass.
 *
 * @param action Begins the refusal: `Cannot read manifest`.
 * @throws {LimitExceededError} if it holds more values or names than anybody needs.
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
  // Another one each time, so that nobody can choose names that count as one.
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
