import { describe, expect, it } from 'vitest'
import { describeRateLimit, isQuotaUsedUp, parseRetryAfter } from '../../../../src/oras/http/retry/rate-limit.js'

const answer = (headers: Readonly<Record<string, string>>) => ({ header: (name: string) => headers[name] })

describe('describeRateLimit()', () => {
  it.each<[Record<string, string>, string | undefined]>([
    [{ 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '76;w=21600' }, '76 of 100 left in 21600 seconds'],
    [{ 'ratelimit-limit': '60', 'ratelimit-remaining': '59' }, '59 of 60 left'],
    [{ 'x-ratelimit-limit': '5', 'x-ratelimit-remaining': '0' }, '0 of 5 left'],
    [{ 'ratelimit-remaining': '0;w=60' }, '0 left in 60 seconds'],
    [{ 'ratelimit-limit': '100, 100;w=60' }, '100 allowed'],
    [{}, undefined],
    [{ 'ratelimit-limit': 'many', 'ratelimit-remaining': '-1' }, undefined],
    [{ 'ratelimit-limit': '9'.repeat(400) }, '999999999999999 allowed'],
  ])('reads %j', (headers, text) => {
    expect(describeRateLimit(answer(headers))).toBe(text)
  })
})

describe('isQuotaUsedUp()', () => {
  it.each<[isUsedUp: boolean, headers: Record<string, string>, body: string]>([
    [true, { 'ratelimit-remaining': '0;w=21600' }, ''],
    [true, {}, 'Too Many Requests (HAP429)'],
    [true, {}, '{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your pull rate limit."}]}'],
    [false, { 'ratelimit-remaining': '76;w=21600' }, ''],
    [false, {}, 'toomanyrequests: retry-after: 880.092µs, allowed: 44000/minute'],
    [false, {}, ''],
    // With a Retry-After the request may be tried again.
    [false, { 'ratelimit-remaining': '0', 'retry-after': '1' }, ''],
  ])('says %s of %j %s', (isUsedUp, headers, body) => {
    expect(isQuotaUsedUp(answer(headers), body)).toBe(isUsedUp)
  })
})

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
