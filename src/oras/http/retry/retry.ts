/** Sends again what may have more luck the next time. */
import { NetworkError } from '../../errors/oci-error.js'
import type { OciEvent } from '../../events.js'
import { codeOf } from '../../errors/system-error.js'
import { isDead, isSilent, isTransient } from '../broken-connection.js'
import { isQuotaUsedUp, parseRetryAfter } from './rate-limit.js'
import { readAhead, readShortBody, replay } from '../read-body.js'
import { redactUrl } from '../redact.js'
import { createRetryBudget, type RetryBudget } from './retry-budget.js'
import type { RetryPolicy } from './retry-policy.js'
import type { Transport, TransportRequest, TransportResponse } from '../transport.js'
import { untilAborted } from '../../signals.js'

/** How to try again, and who hears of it. */
export interface RetryingOptions {
  /** Unset, a request is sent once more if a kept connection had died, and that is all. */
  readonly policy?: RetryPolicy | undefined
  /** What all requests have together, and whoever begins something anew. Default: what the policy says. */
  readonly budget?: RetryBudget | undefined
  readonly onEvent?: ((event: OciEvent) => void) | undefined
}

/** What came of sending a request. */
type Outcome =
  | { readonly response: TransportResponse; readonly isQuota?: boolean }
  | { readonly response?: undefined; readonly error: NetworkError; readonly isAnswered: boolean }

/** A request that failed, and how often and since when. */
interface Failure {
  readonly request: TransportRequest
  readonly outcome: Outcome
  readonly attempt: number
  readonly since: number
}

// What servers answer, and proxies before them, while they are busy or broken.
const TRANSIENT = new Set([408, 429, 500, 502, 503, 504])
const BODY_LIMIT = 64 * 1024
// Doubled more often, it would be no number any more.
const MAX_DOUBLINGS = 30

/** Makes a transport that sends requests again, as the policy says; bodies are opened again for it. */
export function retrying(transport: Transport, { policy, onEvent, ...options }: RetryingOptions): Transport {
  const { budget = createRetryBudget(policy?.budget ?? 0, policy?.deadline ?? 0) } = options
  return async (request) => {
    const { method, url, signal } = request
    let since: number | undefined
    for (let attempt = 1; ; attempt++) {
      const outcome = await send(transport, request)
      const { response } = outcome
      if (response && !TRANSIENT.has(response.status)) {
        budget.giveBack()
        return response
      }
      since ??= policy?.clock.now() ?? 0
      const delay = planDelay({ request, outcome, attempt, since }, policy, budget)
      if (delay === undefined) {
        if (response) return response
        throw outcome.error
      }
      await response?.discard()
      onEvent?.({ type: 'retry', method, url: redactUrl(url), attempt, delay, reason: reasonOf(outcome) })
      if (policy && delay > 0) await untilAborted(policy.clock.sleep(delay, signal), signal)
    }
  }
}

async function send(transport: Transport, request: TransportRequest): Promise<Outcome> {
  let response: TransportResponse | undefined
  try {
    response = await transport(request)
    if (response.status === 429) {
      // That a quota is used up may stand in the body alone.
      const text = await readShortBody(response, BODY_LIMIT, request.signal)
      return { response: replay(response, [Buffer.from(text)]), isQuota: isQuotaUsedUp(response, text) }
    }
    const isAhead = request.readAhead !== undefined && response.status === 200
    return { response: isAhead ? await readAhead(response, request.readAhead) : response }
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error
    return { error, isAnswered: response !== undefined }
  }
}

/** How many milliseconds to wait before the request is sent again; `undefined` if it is not. */
function planDelay(failure: Failure, policy: RetryPolicy | undefined, budget: RetryBudget): number | undefined {
  const { outcome, attempt, since } = failure
  // The server may close a kept connection just when it is used again: not a fault, and nothing was answered.
  if (attempt === 1 && !outcome.response && !outcome.isAnswered && isDead(outcome.error)) return 0
  if (!policy || attempt > policy.retries || !mayRepeat(failure)) return undefined
  const { minDelay, maxDelay, deadline, random, clock } = policy
  const now = clock.now()
  const backoff = Math.min(maxDelay, minDelay * 2 ** Math.min(attempt - 1, MAX_DOUBLINGS)) * random()
  const asked = parseRetryAfter(outcome.response?.header('retry-after'), now) ?? 0
  const delay = Math.round(Math.max(backoff, asked * 1000))
  return now + delay - since <= deadline && budget.take(now, delay) ? delay : undefined
}

function mayRepeat({ request: { repeat }, outcome, attempt }: Failure): boolean {
  if (repeat === 'never') return false
  if (outcome.response) return repeat !== 'unanswered' && outcome.isQuota !== true
  // Whoever said how long a silence may be does not want to wait for it many times.
  return isTransient(outcome.error) && !(isSilent(outcome.error) && attempt > 1)
}

function reasonOf(outcome: Outcome): string {
  if (outcome.response) return `HTTP ${outcome.response.status}`
  const { cause } = outcome.error
  return codeOf(cause) || (cause as Error).message
}
