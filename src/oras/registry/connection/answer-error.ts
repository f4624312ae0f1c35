/** Makes a typed error of an unexpected response: what was tried, what the registry said, and a hint. */
import { printable } from '../../errors/escape-message.js'
import { NotFoundError, type OciError, RegistryError, UnauthorizedError } from '../../errors/oci-error.js'
import type { Diagnostic, RegistryAnswer } from '../../errors/registry-answer.js'
import { describeRateLimit, parseRetryAfter } from '../../http/retry/rate-limit.js'
import { readShortBody } from '../../http/read-body.js'
import type { Secrets } from '../../errors/secrets.js'
import { redactUrl } from '../../http/redact.js'
import {
  notFoundHint,
  redirectedHint,
  type Refusal,
  registryHint,
  notARegistryHint,
  tokenServerHint,
  unauthorizedHint,
} from './registry-hint.js'
import type { TransportResponse } from '../../http/transport.js'

/** A request, as errors describe it. */
export interface Attempt {
  /** Follows "Cannot" in the message: `put manifest localhost:5000/app:latest`. */
  readonly action: string
  readonly method: string
  readonly url: URL
  /** The Authorization header that was sent. */
  readonly authorization?: string | undefined
  /** The secrets that are redacted. */
  readonly secrets: Secrets
  /** Whether there was no credential to send. */
  readonly isAnonymous?: boolean
  /** The registry that redirected the request to another host. */
  readonly redirectedBy?: string
  /** Whether the request went to the registry's token server. */
  readonly isTokenRequest?: boolean
}

const BODY_LIMIT = 64 * 1024
// How much of a body is searched for known causes.
const HINT_LIMIT = 4096
// Statuses of a token server that refuses the login, or does not support its method.
const LOGIN_REFUSED = new Set([401, 403, 404, 405, 501])

/** Reads the body of the response, with a limit, and makes the error. */
export async function answerError(
  response: TransportResponse,
  attempt: Attempt,
  signal: AbortSignal | undefined,
): Promise<OciError> {
  const { status } = response
  const body = await readShortBody(response, BODY_LIMIT, signal)
  // A body that is not text has no message: part of a blob, for example.
  const isText = /^(?:$|text\/|application\/(?:[\w.-]+\+)?(?:json|xml)$)/.test(mediaTypeOf(response))
  const text = isText ? body : ''
  const diagnostics = parseDiagnostics(text, attempt.secrets)
  const answer = describeAnswer(response, attempt, diagnostics)
  const said = diagnostics.map(({ code, message }) => [code, message].filter(Boolean).join(': ')).join('; ')
  const { requestId, retryAfter, rateLimit } = answer
  const { action, url, redirectedBy } = attempt
  const who = redirectedBy === undefined ? 'the registry' : `${url.host}, to which ${redirectedBy} redirects,`
  const message = [
    `Cannot ${action}: ${who} answered ${status}`,
    ...(said === '' ? [] : [said]),
    ...(requestId === undefined ? [] : [`(request ${requestId})`]),
  ].join(' ')
  const refusal: Refusal = {
    method: attempt.method,
    url: attempt.url,
    status,
    text: text.slice(0, HINT_LIMIT),
    authorization: attempt.isAnonymous ? undefined : attempt.authorization,
    isAnonymousToken: attempt.isAnonymous === true && attempt.authorization !== undefined,
    isChallenge: response.header('www-authenticate') !== undefined,
    retryAfter,
    rateLimit,
  }

  if (attempt.isTokenRequest && LOGIN_REFUSED.has(status)) {
    return new UnauthorizedError(message, { answer, hint: tokenServerHint(refusal) })
  }
  if ((status === 401 || status === 403) && redirectedBy !== undefined)
    return new UnauthorizedError(message, { answer, hint: redirectedHint })
  if (status === 401 || status === 403)
    return new UnauthorizedError(message, { answer, hint: unauthorizedHint(refusal) })
  if (status === 404) return new NotFoundError(message, { answer, hint: notFoundHint(refusal) })
  return new RegistryError(message, { answer, hint: registryHint(refusal) })
}

/** Makes the error for a response that breaks the specification: a web page, an invalid header. */
export function protocolError(
  response: TransportResponse,
  attempt: Attempt,
  reason: string,
  { hint = notARegistryHint(attempt.url), cause }: { readonly hint?: string; readonly cause?: unknown } = {},
): RegistryError {
  const answer = describeAnswer(response, attempt, [])
  return new RegistryError(`Cannot ${attempt.action}: ${reason}`, { answer, hint, cause })
}

/**
 * Refuses a web page, whatever its status is.
 *
 * @throws {RegistryError} if the response is HTML.
 */
export function expectNoWebPage(response: TransportResponse, attempt: Attempt): void {
  if (mediaTypeOf(response) !== 'text/html') return
  response.close()
  throw protocolError(response, attempt, 'the answer is a web page')
}

/** The media type of a response, without parameters and in lower case; empty if it names no type. */
export function mediaTypeOf(response: TransportResponse): string {
  return response.header('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
}

function describeAnswer(
  response: TransportResponse,
  attempt: Attempt,
  diagnostics: readonly Diagnostic[],
): RegistryAnswer {
  // Redacted before it is cut: a part of a secret would not be found.
  const header = (name: string): string | undefined => {
    const value = response.header(name)
    return value === undefined ? undefined : attempt.secrets.redactForeign(value)
  }
  const requestId = findRequestId(header)
  const retryAfter = parseRetryAfter(header('retry-after'), Date.now())
  const rateLimit = describeRateLimit({ header })
  return {
    method: attempt.method,
    url: redactUrl(attempt.url),
    status: response.status,
    diagnostics,
    ...(requestId !== undefined && { requestId }),
    ...(retryAfter !== undefined && { retryAfter }),
    ...(rateLimit !== undefined && { rateLimit }),
  }
}

const MAX_DIAGNOSTICS = 5
const TEXT_LIMIT = 200
// So much of a text is redacted; then it is cut to TEXT_LIMIT.
const SEARCHED = 4096

/** Finds the messages in a body: a list of errors, a single error, or the first line of a text or a web page. */
function parseDiagnostics(body: string, secrets: Secrets): readonly Diagnostic[] {
  const show = (text: string): string => secrets.redactForeign(text.slice(0, SEARCHED))

  try {
    const json = JSON.parse(body) as { errors?: unknown } | null
    const errors: readonly unknown[] = Array.isArray(json?.errors) ? json.errors : [json]
    return errors.slice(0, MAX_DIAGNOSTICS).flatMap((entry) => readEntry(entry, show))
  } catch {
    // Linear time for hostile pages too: an element that is not closed reaches to the end, and no tag holds a "<".
    const line = show(body.replace(/<(style|script|head)\b(?:.*?<\/\1>|.*)|<[^<>]*>/gis, ' ').trimStart())
      .split('\n')
      .map((text) => printable(text, TEXT_LIMIT))
      .find((text) => text !== '')
    return line === undefined ? [] : [{ code: '', message: line }]
  }
}

/** Reads code and message of an entry. Token servers use other names: OAuth 2 `error`, Docker Hub `details`. */
function readEntry(entry: unknown, show: (text: string) => string): readonly Diagnostic[] {
  const { code, message, error, error_description: description, details } = (entry ?? {}) as Record<string, unknown>
  const isText = (text: unknown): text is string => typeof text === 'string'
  const [said] = [message, description, details].filter(isText)
  const [named] = [code, error].filter(isText)
  if (said === undefined && named === undefined) return []
  const cut = (text = ''): string => printable(show(text), TEXT_LIMIT)
  return [{ code: cut(named), message: cut(said) }]
}

// The registry's own header comes before those of load balancers.
const ID_HEADERS = [
  'x-request-id',
  'x-amzn-requestid',
  'x-amz-request-id',
  'x-ms-correlation-request-id',
  'x-ms-request-id',
  'x-github-request-id',
  'x-gitlab-request-id',
  'x-correlation-id',
  'cf-ray',
]
const MAX_ID = 100

/** Finds the id of a request in the headers of its response. */
function findRequestId(header: (name: string) => string | undefined): string | undefined {
  for (const name of ID_HEADERS) {
    const id = printable(header(name), MAX_ID)
    if (id !== '') return id
  }
  return undefined
}
