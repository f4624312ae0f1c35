import { describe, expect, it } from 'vitest'
import { parseWarnings } from '../../../src/oras/http/parse-warnings.js'

describe('parseWarnings()', () => {
  it.each<[header: string, texts: readonly string[]]>([
    ['', []],
    ['299 - "this tag is deprecated"', ['this tag is deprecated']],
    ['299 - "one", 299 - "two"', ['one', 'two']],
    ['299 - "one",299 - "two"', ['one', 'two']],
    ['299 - "a \\"quoted\\" \\\\ word, and a comma"', ['a "quoted" \\ word, and a comma']],
    ['299 - "dated" "Sat, 25 Aug 2012 23:34:45 GMT", 299 - "next"', ['dated', 'next']],
    ['299 registry.example:5000 "by name"', ['by name']],
    ['299  -   "spaces"', ['spaces']],
    ['110 cache "Response is Stale", 299 - "ours", 214 - "Transformation Applied"', ['ours']],
    ['299 - "said in a text: 299 - \\"inner\\""', ['said in a text: 299 - "inner"']],
    ['299 - ""', []],
    ['299 - "  "', []],
    ['299 - unquoted', []],
    ['299 "no agent"', []],
    ['1299 - "another code"', []],
    ['299', []],
    ['garbage, 299 - "behind it"', ['behind it']],
    ['"299 - \\"in a date\\""', []],
    ['299 - "never closed', ['never closed']],
    ['299 - "never closed\\', ['never closed']],
  ])('reads %j', (header, texts) => {
    expect(parseWarnings(header)).toEqual(texts)
  })

  it('cuts what is longer than the specification allows', () => {
    const texts = parseWarnings(`299 - "${'a'.repeat(5000)}", 299 - "too late"`)

    expect(texts).toEqual(['a'.repeat(4096 - '299 - "'.length)])
  })

  // Regular expressions that try each beginning to the end would run these for minutes.
  it.each(['299 - "', '299 - "\\', '\\"', '299 ', '299 - ', ' ', '"', '\\', '9', '299 - "a'])(
    'gets through a header of nothing but %j',
    (piece) => {
      expect(Array.isArray(parseWarnings(piece.repeat(1_000_000 / piece.length)))).toBe(true)
    },
  )
})
