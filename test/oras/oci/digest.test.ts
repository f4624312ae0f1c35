import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { InvalidReferenceError } from '../../../src/oras/errors/oci-error.js'
import { createDigester, digestAlgorithm, digestOf, parseDigest } from '../../../src/oras/oci/digest.js'
import { catchError } from '../../support/catch-error.js'

const EMPTY_256 = 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const EMPTY_512 =
  'sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e'

describe('parseDigest()', () => {
  it.each([EMPTY_256, EMPTY_512])('takes %s as it is', (text) => {
    expect(parseDigest(text)).toBe(text)
  })

  it.each([
    ['nothing', ''],
    ['hex without an algorithm', EMPTY_256.slice(7)],
    ['an algorithm without hex', 'sha256:'],
    ['a character too few', EMPTY_256.slice(0, -1)],
    ['a character too many', `${EMPTY_256}0`],
    ['upper case in the hex', EMPTY_256.toUpperCase().replace('SHA', 'sha')],
    ['upper case in the algorithm', EMPTY_256.replace('sha', 'SHA')],
    ['letters after "f"', EMPTY_256.replace('e3', 'g3')],
    ['sha512 with the length of sha256', EMPTY_256.replace('sha256', 'sha512')],
    ['sha256 with the length of sha512', EMPTY_512.replace('sha512', 'sha256')],
    ['an algorithm that the library does not compute', `blake3:${'0'.repeat(64)}`],
    ['a newline at the end', `${EMPTY_256}\n`],
    ['a space before', ` ${EMPTY_256}`],
    ['a path in disguise', `sha256:../../${'0'.repeat(58)}`],
  ])('refuses %s', async (_, text) => {
    const error = await catchError(() => parseDigest(text))

    expect(error).toBeInstanceOf(InvalidReferenceError)
    expect(error).toMatchObject({ code: 'ERR_INVALID_REFERENCE', input: text, part: text })
    const shown = text.replace('\n', '\\u000a')
    expect(error.message).toBe(`Cannot parse digest "${shown}": it is neither sha256 nor sha512 in lower-case hex`)
    expect(error.hint).toBe('A digest is "sha256:" and 64, or "sha512:" and 128 lower-case hexadecimal characters.')
  })
})

describe('digestAlgorithm()', () => {
  it('names the algorithm of a digest', () => {
    expect([EMPTY_256, EMPTY_512].map((text) => digestAlgorithm(parseDigest(text)))).toEqual(['sha256', 'sha512'])
  })
})

describe('digestOf()', () => {
  it('computes sha256 by default, and sha512', () => {
    const nothing = new Uint8Array()

    expect(digestOf(nothing)).toBe(EMPTY_256)
    expect(digestOf(nothing, 'sha256')).toBe(EMPTY_256)
    expect(digestOf(nothing, 'sha512')).toBe(EMPTY_512)
  })

  it('hashes only the view, not the whole buffer behind it', () => {
    const bytes = Buffer.from('-{}-').subarray(1, 3)

    expect(digestOf(bytes)).toBe(`sha256:${createHash('sha256').update('{}').digest('hex')}`)
  })
})

describe('createDigester()', () => {
  it.each(['sha256', 'sha512'] as const)('computes the %s of pieces as of the whole', (algorithm) => {
    const digester = createDigester(algorithm)

    for (const piece of ['a', '', 'bc', 'd'.repeat(1000)]) digester.update(Buffer.from(piece))

    expect(digester.digest()).toBe(digestOf(Buffer.from(`abc${'d'.repeat(1000)}`), algorithm))
  })
})
