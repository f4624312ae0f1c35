/** Worst inputs for redaction: texts of servers that can be decoded in very many ways. */
import { Secrets } from '../../src/oras/errors/secrets.js'
import { fill, KIBIBYTE, type WorstInput } from './worst-input.js'

/** A longer text is not searched, and not shown. */
const LENGTH = 8 * KIBIBYTE
/** As many secrets, and as long ones, as are remembered. */
const SECRETS = Array.from({ length: 64 }, (_, at) => `${at}${fill('aB3-', KIBIBYTE - 10)}`)

const redacts = (input: string, make: (length: number) => string): WorstInput => ({
  reader: 'redaction',
  input,
  make: (share) => {
    const text = make(LENGTH * share)
    const run = async (): Promise<string> => {
      const secrets = new Secrets('localhost:5000')
      secrets.learn(...SECRETS)
      return secrets.redactForeign(text)
    }
    return { bytes: text.length, run }
  },
})

/** Encodes a text so often that it is as long as it may be. */
function encode(encoding: 'base64' | 'hex', length: number): string {
  let text = 'aB3-aB3-'
  while (text.length * 2 <= length) text = Buffer.from(text).toString(encoding)
  return fill(text, length)
}

export const secretInputs: readonly WorstInput[] = [
  redacts('letters', (length) => fill('aB3-', length)),
  redacts('pieces of secrets, with blanks', (length) => fill('aB3-aB3-a ', length)),
  redacts('percent signs', (length) => fill('%61%42%33%2d', length)),
  redacts('percent signs of percent signs', (length) => fill('%25252561', length)),
  redacts('backslashes', (length) => fill('\\\\', length)),
  redacts('escapes of escapes', (length) => fill('\\u005cu0061', length)),
  redacts('entities', (length) => fill('&amp;#97;', length)),
  redacts('base64 in base64', (length) => encode('base64', length)),
  redacts('hexadecimal in hexadecimal', (length) => encode('hex', length)),
  redacts('lists of bytes', (length) => fill('61:42:33:2d:', length)),
  redacts('lists of numbers', (length) => fill('97,66,51,45,', length)),
  redacts('quoted-printable', (length) => fill('=61=\n', length)),
  redacts('names of hosts', (length) => fill('xn--a-xn--b.', length)),
  redacts('invisible characters', (length) => fill('a\u00ad', length)),
  redacts('characters beyond 16 bits', (length) => fill('\u{1d41a}', length)),
]
