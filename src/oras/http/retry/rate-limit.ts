/** What an answer says about how often its server may be asked, and when again. */
import type { TransportResponse } from '../transport.js'

// Docker Hub writes the first two, GitLab the same without a window, others with an "x".
const PREFIXES = ['ratelimit', 'x-ratelimit']
// `76`, or `76;w=21600`: that many in so many seconds.
const LIMIT = /^\s*(\d{1,15})(?:\s*;\s*w=(\d{1,15}))?/

interface Limit {
  readonly count: number
  /** In seconds. */
  readonly window: number | undefined
}

/**
 * Describes the limit that an answer names: `0 of 100 left in 21600 seconds`.
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
 * Tells of a 429 whether a quota is used up, and nobody says for how long: waiting for some seconds would not help then,
 * and asking again does harm.
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
// `Sun Nov  6 08:49:37 1994`. JavaScript would take many more for one.
const DATE =
  /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}(?:, \d{1,2}[ -][a-z]{3}[ -]\d{2,4}| [a-z]{3} [ \d]\d) \d\d:\d\d:\d\d(?: gmt| \d{4})$/i
// A year; more would say no more.
const LONGEST = 366 * 24 * 60 * 60

/**
 * Reads the value of a `Retry-After` header: seconds, also with a fraction, or a date.
 *
 * @param now Milliseconds since the epoch.
 * @returns seconds from now, never fewer than 0 and never more than a year; `undefined` if it says nothing.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function parseRetryAfter(text: string | undefined, now: number): number | undefined {
  // Two headers are joined by a comma; so is a date, with no digit before it.
  const value = /^\s*([\d.]+)\s*,/.exec(text ?? '')?.[1] ?? text?.trim() ?? ''
  if (/^[-+]?\d{1,300}(?:\.\d{0,300})?$/.test(value)) return clamp(Number(value))
  if (!DATE.test(value)) return undefined
  // The form of C's asctime() names no zone, and means the same.
  const date = Date.parse(/gmt$/i.test(value) ? value : `${value} GMT`)
  return Number.isNaN(date) ? undefined : clamp((date - now) / 1000)
}

function clamp(seconds: number): number {
  return Math.min(Math.max(0, seconds), LONGEST)
}
