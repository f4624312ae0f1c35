/** Reads rate limits and Retry-After from a response. */
import type { TransportResponse } from '../transport.js'

// Docker Hub writes the first prefix, GitLab too but without a window; others write the second.
const PREFIXES = ['ratelimit', 'x-ratelimit']
// `76`, or `76;w=21600`: 76 requests in 21600 seconds.
const LIMIT = /^\s*(\d{1,15})(?:\s*;\s*w=(\d{1,15}))?/

interface Limit {
  readonly count: number
  /** In seconds. */
  readonly window: number | undefined
}

/**
 * Describes the rate limit in the headers of a response: `0 of 100 left in 21600 seconds`.
 *
 * @see https://docs.docker.com/docker-hub/usage/pulls/
 */
export function describeRateLimit(response: Pick<TransportResponse, 'header'>): string | undefined {
  const limit = readLimit(response, 'limit')
  const remaining = readLimit(response, 'remaining')
  if (!limit && !remaining) return undefined
  const seconds = limit?.window ?? remaining?.window
  const within = seconds === undefined ? '' : ` in ${seconds} seconds`
  if (!remaining) return `${limit?.count} allowed${within}`
  return `${remaining.count}${limit ? ` of ${limit.count}` : ''} left${within}`
}

/**
 * Tells whether a 429 means that a quota is used up, without a Retry-After. A wait of some seconds would not help then,
 * and each retry counts against the quota.
 */
export function isQuotaUsedUp(response: Pick<TransportResponse, 'header'>, body: string): boolean {
  if (response.header('retry-after') !== undefined) return false
  return readLimit(response, 'remaining')?.count === 0 || /HAP429|pull rate limit/i.test(body)
}

function readLimit(response: Pick<TransportResponse, 'header'>, name: 'limit' | 'remaining'): Limit | undefined {
  for (const prefix of PREFIXES) {
    const [, count, window] = LIMIT.exec(response.header(`${prefix}-${name}`) ?? '') ?? []
    if (count !== undefined) return { count: Number(count), window: window === undefined ? undefined : Number(window) }
  }
  return undefined
}

// The three forms of a date: `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`,
// `Sun Nov  6 08:49:37 1994`. `Date.parse` would accept many other texts.
const DATE =
  /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}(?:, \d{1,2}[ -][a-z]{3}[ -]\d{2,4}| [a-z]{3} [ \d]\d) \d\d:\d\d:\d\d(?: gmt| \d{4})$/i
// One year, in seconds.
const LONGEST = 366 * 24 * 60 * 60

/**
 * Parses the value of a `Retry-After` header: seconds, also with a fraction, or a date.
 *
 * @param now Milliseconds since the epoch.
 * @returns seconds from now, from 0 to one year; `undefined` if the value is missing or invalid.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function parseRetryAfter(text: string | undefined, now: number): number | undefined {
  // Two headers are joined by a comma. A date has a comma too, but no number before it.
  const value = /^\s*([\d.]+)\s*,/.exec(text ?? '')?.[1] ?? text?.trim() ?? ''
  if (/^[-+]?\d{1,300}(?:\.\d{0,300})?$/.test(value)) return clamp(Number(value))
  if (!DATE.test(value)) return undefined
  // The form of C's asctime() has no time zone; it is in GMT as well.
  const date = Date.parse(/gmt$/i.test(value) ? value : `${value} GMT`)
  return Number.isNaN(date) ? undefined : clamp((date - now) / 1000)
}

function clamp(seconds: number): number {
  return Math.min(Math.max(0, seconds), LONGEST)
}
