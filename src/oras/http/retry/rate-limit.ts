/** What an answer says about how often it may be asked. */
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
