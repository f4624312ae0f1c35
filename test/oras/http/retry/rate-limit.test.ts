import { describe, expect, it } from 'vitest'
import { describeRateLimit, isQuotaUsedUp } from '../../../../src/oras/http/retry/rate-limit.js'

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
    // Whoever says for how long may be waited for.
    [false, { 'ratelimit-remaining': '0', 'retry-after': '1' }, ''],
  ])('says %s of %j %s', (isUsedUp, headers, body) => {
    expect(isQuotaUsedUp(answer(headers), body)).toBe(isUsedUp)
  })
})
