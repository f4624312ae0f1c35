/** Turns an answer that is not the hoped-for one into a typed error: what was tried, what was said, what to do. */
import { NotFoundError, type OciError, RegistryError, UnauthorizedError } from '../errors.js'
import type { Diagnostic, RegistryAnswer } from '../registry-answer.js'
import { readShortBody } from './read-short-body.js'
import { redactUrl } from './redact-url.js'
import type { TransportResponse } from './transport.js'

/** What was tried. */
export interface Attempt {
  /** Goes after "Cannot": `put manifest localhost:5000/mychart:latest`. */
  readonly action: string
  readonly method: string
  readonly url: URL
  /** The Authorization header that was sent, to be kept out of what is shown. */
  readonly authorization?: string | undefined
  /** What to do about a refused login, where it is not the registry that refuses. */
  readonly loginHint?: string
}

const BODY_LIMIT = 64 * 1024
const TEXT_LIMIT = 200

/** Reads the answer's body, within limits, and makes the error. The connection is given back or closed. */
export async function answerError(
  response: TransportResponse,
  attempt: Attempt,
  signal: AbortSignal | undefined,
): Promise<OciError> {
  const { status } = response
  const body = await readShortBody(response, BODY_LIMIT, signal)
  // What is no text says nothing: a part of a blob that nobody asked for.
  const isText = /^(?:$|text\/|application\/(?:[\w.-]+\+)?(?:json|xml)$)/.test(mediaTypeOf(response))
  const diagnostics = isText ? parseDiagnostics(redactSecrets(body, attempt.authorization)) : []
  const answer: RegistryAnswer = { method: attempt.method, url: redactUrl(attempt.url), status, diagnostics }
  const said = diagnostics.map(({ code, message }) => [code, message].filter(Boolean).join(': ')).join('; ')
  const message = `Cannot ${attempt.action}: the registry answered ${status}${said === '' ? '' : ` ${said}`}`

  if (status === 401) return new UnauthorizedError(message, { answer, hint: attempt.loginHint ?? loginHint(response) })
  if (status === 403) return new UnauthorizedError(message, { answer, hint: attempt.loginHint ?? FORBIDDEN })
  if (status === 404) {
    const isReading = attempt.method === 'GET' || attempt.method === 'HEAD'
    return new NotFoundError(message, { answer, hint: isReading ? NOT_THERE : MISSING })
  }
  return new RegistryError(message, { answer, hint: registryHint(status) })
}

/** Makes the error of an answer that no registry gives: a web page, a wrong header. */
export function protocolError(response: TransportResponse, attempt: Attempt, reason: string): RegistryError {
  const answer = { method: attempt.method, url: redactUrl(attempt.url), status: response.status, diagnostics: [] }
  return new RegistryError(`Cannot ${attempt.action}: ${reason}`, { answer, hint: NO_REGISTRY })
}

/** @throws {RegistryError} if the answer is a page for people, whatever its status claims. */
export function expectNoWebPage(response: TransportResponse, attempt: Attempt): void {
  if (mediaTypeOf(response) !== 'text/html') return
  response.close()
  throw protocolError(response, attempt, 'the answer is a web page')
}

/** The media type of an answer, without parameters and in lower case; empty if there is none. */
export function mediaTypeOf(response: TransportResponse): string {
  return response.header('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
}

const NO_REGISTRY = 'This does not look like an OCI registry: check the host, the port and proxies on the way.'
const FORBIDDEN = 'You are known there, but may not do this: ask whoever runs it for the right to this repository.'
const NOT_THERE = 'Check the spelling, and that you may see it: some registries say so of what is not yours.'
const MISSING = 'Check the spelling; some registries want a repository to be created before the first push.'

function loginHint(response: TransportResponse): string {
  return response.header('www-authenticate') === undefined
    ? 'The registry refused without saying how to log in: check the host, and proxies on the way.'
    : 'Set the option credentials; if it is set, the registry does not accept them for this.'
}

function registryHint(status: number): string {
  if (status === 413)
    return 'The content is too large for this registry, or for a proxy before it: raise the limit there.'
  if (status === 429) return 'Too many requests: wait before you try again, or log in for a higher limit.'
  if (status >= 500) return 'The registry failed: try again later, and look at its log if it is yours.'
  if (status >= 300 && status < 400)
    return 'This kind of request is not redirected: use the address that the answer points to.'
  if (status < 300) return NO_REGISTRY
  return 'The registry does not take this: its message says why.'
}

/** Servers that are being debugged echo what they got. */
function redactSecrets(body: string, authorization: string | undefined): string {
  const [scheme = '', secret = ''] = authorization?.split(' ') ?? []
  const login = scheme === 'Basic' ? Buffer.from(secret, 'base64').toString() : ''
  const password = login.slice(login.indexOf(':') + 1)
  return [secret, password].reduce((text, each) => (each === '' ? text : text.replaceAll(each, 'REDACTED')), body)
}

function parseDiagnostics(body: string): readonly Diagnostic[] {
  try {
    const json = JSON.parse(body) as { errors?: unknown } | null
    const errors: readonly unknown[] = Array.isArray(json?.errors) ? json.errors : [json]
    return errors.slice(0, 5).flatMap((error) => {
      const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
      if (typeof code !== 'string' && typeof message !== 'string') return []
      return [{ code: printable(code), message: printable(message) }]
    })
  } catch {
    const line = body
      // Linear also for hostile pages: what is opened and never closed goes to the end, and no tag holds a "<".
      .replace(/<(style|script|head)\b(?:.*?<\/\1>|.*)|<[^<>]*>/gis, ' ')
      .split('\n')
      .map(printable)
      .find((text) => text !== '')
    return line === undefined ? [] : [{ code: '', message: line }]
  }
}

function printable(text: unknown): string {
  if (typeof text !== 'string') return ''
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim()
  return line.length > TEXT_LIMIT ? `${line.slice(0, TEXT_LIMIT)}…` : line
}
