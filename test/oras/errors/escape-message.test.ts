import { expect, it } from 'vitest'
import { quote } from '../../../src/oras/errors/escape-message.js'

it.each([
  ['a b', '"a b"'],
  ['a"b\\', '"a\\"b\\\\"'],
  ['\u001b[31m\u009b\u007f\n', '"\\u001b[31m\\u009b\\u007f\\n"'],
  ['ü😀', '"ü😀"'],
  ['\u{E0001}', '"\\udb40\\udc01"'],
  ['a'.repeat(1_000_000), `"${'a'.repeat(2999)}…${'a'.repeat(1000)}"`],
])('quote escapes what controls a terminal: %.20j', (text, quoted) => {
  expect(quote(text)).toBe(quoted)
})
