import { describe, expect, it } from 'vitest'
import { dropUnprintable } from '../../../src/helm/metadata/drop-unprintable.js'
import { digestOf } from '../../../src/oras/oci/digest.js'

const isPrintable = (character: string): boolean => dropUnprintable(character) === character

describe('dropUnprintable()', () => {
  // Of '1' or '0' for each code point from 0 to 0x10FFFF, as unicode.IsPrint of Go 1.26 has it. A Node whose Unicode is
  // newer than 17 fails here if it knows characters in a gap that is not on the list: put that gap there.
  it('decides about every code point as Go does', () => {
    const verdicts = Buffer.alloc(0x110000, '0')
    for (let point = 0; point < verdicts.length; point++) {
      if (isPrintable(String.fromCodePoint(point))) verdicts.write('1', point)
    }
    expect(digestOf(verdicts)).toBe('sha256:0326b64c15e91a0583a1d9f8bc53f4bb534adc91a5ae096b55adaf19525ed98d')
  })

  it.each([
    ['a letter', 'ü'],
    ['a blank', ' '],
    ['a combining mark', '\u0301'],
    ['an emoji of Unicode 15.0', '\u{1FAE8}'],
    ['an ideograph of Unicode 15.0', '\u{31350}'],
    ['the replacement character', '\uFFFD'],
  ])('keeps %s', (_, character) => {
    expect(isPrintable(character)).toBe(true)
  })

  it.each([
    ['an ideograph of Unicode 15.1', '\u{2EBF0}'],
    ['an emoji of Unicode 16', '\u{1FAE9}'],
    ['an emoji of Unicode 17', '\u{1FAEA}'],
    ['a gap that no Unicode has filled yet', '\u{1FAFF}'],
    ['a control', '\u001B'],
    ['a blank that is not the plain one', '\u00A0'],
    ['a mark without width', '\u200B'],
    ['private use', '\uE000'],
    ['half a surrogate pair', '\uD83D'],
  ])('drops %s', (_, character) => {
    expect(isPrintable(character)).toBe(false)
  })
})
