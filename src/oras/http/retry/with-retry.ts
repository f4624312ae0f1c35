/** Retries requests, as the policy says. */
import { NetworkError } from '../../errors/oci-error.js'
import type { OciEvent } from '../../events.js'
import { codeOf } from '../../errors/system-error.js'
import { isStaleConnection, isIdleTimeout, isTransient } from '../broken-connection.js'
import { isQuotaUsedUp, parseRetryAfter } from './rate-limit.js'
import { readAhead, readShortBody, replay } from '../read-body.js'
import { redactUrl } from '../redact.js'
import { createRetryBudget, type RetryBudget } from './retry-budget.js'
import type { RetryPolicy } from './retry-policy.js'
import type { Transport, TransportRequest, TransportResponse } from '../transport.js'
import { untilAborted } from '../../signals.js'

/** How to retry. */
export interface WithRetryOptions {
  /**
   * When and how often to retry.
   *
   * @default only once, if a kept connection was stale
   */
  readonly policy?: RetryPolicy | undefined
  /**
   * The retries that all requests share, also with other code that starts something anew.
   *
   * @default a budget of the size that the policy names
   */
  readonly budget?: RetryBudget | undefined
  readonly onEvent?: ((event: OciEvent) => void) | undefined
}

/** The result of one try. */
type Outcome =
  | { readonly response: TransportResponse; readonly isQuota?: boolean }
  | { readonly response?: undefined; readonly error: NetworkError; readonly isAnswered: boolean }

/** A request that failed: how many tries there were, and when the first one failed. */
interface Failure {
  readonly request: TransportRequest
  readonly outcome: Outcome
  readonly attempt: number
  readonly since: number
}

// Statuses of servers, and of proxies before them, that are overloaded or failing for a moment.
const TRANSIENT = new Set([408, 429, 500, 502, 503, 504])
const BODY_LIMIT = 64 * 1024
// More doublings would reach Infinity.
const MAX_DOUBLINGS = 30

/** Creates a transport that retries requests, as the policy says; bodies are opened again for each try. */
export function withRetry(transport: Transport, { policy, onEvent, ...options }: WithRetryOptions): Transport {
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
      // Some registries say only in the body that a quota is used up.
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

/** Returns how many milliseconds to wait before the retry; `undefined` if the request is not retried. */
function planDelay(failure: Failure, policy: RetryPolicy | undefined, budget: RetryBudget): number | undefined {
  const { outcome, attempt, since } = failure
  // The server may close a kept connection at the moment when it is used again; it has not handled the request then.
  if (attempt === 1 && !outcome.response && !outcome.isAnswered && isStaleConnection(outcome.error)) return 0
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
  // After an idle timeout only one retry: the user does not want to wait for it many times.
  return isTransient(outcome.error) && !(isIdleTimeout(outcome.error) && attempt > 1)
}

function reasonOf(outcome: Outcome): string {
  if (outcome.response) return `HTTP ${outcome.response.status}`
  const { cause } = outcome.error
  return codeOf(cause) || (cause as Error).message
}
