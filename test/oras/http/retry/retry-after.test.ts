import { describe, expect, it } from 'vitest'
import { parseRetryAfter } from '../../../../src/oras/http/retry/retry-after.js'

const NOW = Date.UTC(1994, 10, 6, 8, 49, 0)
const YEAR = 366 * 24 * 60 * 60

describe('parseRetryAfter()', () => {
  it.each<[text: string | undefined, seconds: number | undefined]>([
    ['120', 120],
    ['0', 0],
    [' 3 ', 3],
    ['1.5', 1.5],
    ['2.', 2],
    ['+7', 7],
    ['-5', 0],
    ['9'.repeat(300), YEAR],
    ['99999999999', YEAR],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 37],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 37],
    ['Sun Nov  6 08:49:37 1994', 37],
    ['Sun, 06 Nov 1994 08:48:00 GMT', 0],
    ['Sun, 06 Nov 9994 08:49:37 GMT', YEAR],
    ['sun, 6 nov 1994 08:49:37 gmt', 37],
    ['Sun, 36 Nov 1994 08:49:37 GMT', undefined],
    [undefined, undefined],
    ['', undefined],
    ['soon', undefined],
    ['1e3', undefined],
    ['0x10', undefined],
    ['Infinity', undefined],
    ['NaN', undefined],
    ['5 seconds', undefined],
    ['3, 4', 3],
    ['3 , 3', 3],
    ['3 4', undefined],
    ['1994', 1994],
    ['Nov 1994', undefined],
    ['9'.repeat(100_000), undefined],
    [`${'1'.repeat(50_000)}.${'1'.repeat(50_000)}`, undefined],
  ])('reads %.40j', (text, seconds) => {
    expect(parseRetryAfter(text, NOW)).toBe(seconds)
  })

  it('means the same by the form without a zone, wherever it runs', () => {
    const zone = process.env['TZ']
    process.env['TZ'] = 'America/New_York'
    try {
      expect(parseRetryAfter('Sun Nov  6 08:49:37 1994', NOW)).toBe(37)
    } finally {
      if (zone === undefined) delete process.env['TZ']
      else process.env['TZ'] = zone
    }
  })
})
