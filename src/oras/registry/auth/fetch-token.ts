/** Requests a bearer token from the token server that a registry named. */
import { type Credential, isBearerToken } from '../../credentials/credential.js'
import { RegistryError } from '../../errors/oci-error.js'
import type { Secrets } from '../../errors/secrets.js'
import { type Attempt, answerError } from '../connection/answer-error.js'
import { formatBasic } from '../../http/basic-login.js'
import { readBody } from '../../http/read-body.js'
import { redactUrl } from '../../http/redact.js'
import type { Transport, TransportRequest, TransportResponse } from '../../http/transport.js'
import { isRedirect } from '../connection/follow-redirects.js'
import { checkUrl } from '../connection/url-policy.js'

/** A bearer token. */
export interface Token {
  readonly value: string
  /** When it was issued, in milliseconds since the epoch. */
  readonly issuedAt: number
  /** When it should be renewed, in milliseconds since the epoch: a little before it expires. */
  readonly expiresAt: number
  /** The refresh token in the same answer: later tokens can be requested with it, in place of the credential. */
  readonly refreshToken?: string
}

/** What to request a token with. */
export interface TokenRequest {
  readonly realm: URL
  readonly service?: string
  readonly scopes: readonly string[]
  readonly credential: Credential | undefined
  readonly transport: Transport
  /** Gets all secrets that are sent or received, so that they are redacted. */
  readonly secrets: Secrets
  readonly signal: AbortSignal | undefined
}

type HttpRequest = Omit<TransportRequest, 'signal'>

const LIMIT = 128 * 1024
// In seconds. The token specification says 60 if the server names no lifetime; some name less.
const SHORTEST_LIFE = 60
const LONGEST_LIFE = 24 * 60 * 60
const RENEW_EARLY = 10
// Statuses of a server that takes POST instead of GET.
const WRONG_METHOD = new Set([404, 405, 501])
const MAX_REDIRECTS = 5

/**
 * Requests a token: by GET, with the password in a Basic header; by POST for an identity token, or if the server does not
 * support GET. A redirect is followed within the origin of the realm alone, so that no secret goes to another host.
 *
 * @throws {UnsafeUrlError} if the token server redirects to another origin.
 * @see https://distribution.github.io/distribution/spec/auth/token/
 * @see https://distribution.github.io/distribution/spec/auth/oauth/
 */
export async function fetchToken(request: TokenRequest): Promise<Token> {
  const { realm, credential, secrets, signal } = request
  let { sent, response } = await send(request, createRequest(request))
  if (WRONG_METHOD.has(response.status) && sent.method === 'GET' && credential && 'password' in credential) {
    await response.discard()
    const { username, password } = credential
    const posting = createPostRequest(request, { grant_type: 'password', username, password })
    ;({ sent, response } = await send(request, posting))
  }
  const { method, url } = sent
  const { status } = response
  // Some token servers answer 201.
  if (status < 200 || status > 299) {
    const { authorization } = sent.headers
    const action = `get a token from ${realm.host}`
    const attempt: Attempt = { action, method, url, authorization, secrets, isTokenRequest: true }
    throw await answerError(response, attempt, signal)
  }
  const body = await readBody(response, LIMIT)
  const { value, lifetime, refreshToken, secret = [] } = parseToken(body?.toString() ?? '') ?? {}
  secrets.learn(...secret)
  if (value === undefined) {
    throw new RegistryError(`Cannot get a token from ${realm.host}: there is no token in the answer`, {
      answer: { method, url: redactUrl(url), status, diagnostics: [] },
      hint: 'Check the realm that the registry names: this is not the answer of a token server.',
    })
  }
  const life = Math.min(Math.max(SHORTEST_LIFE, lifetime ?? 0), LONGEST_LIFE)
  const issuedAt = Date.now()
  const expiresAt = issuedAt + (life - RENEW_EARLY) * 1000
  return { value, issuedAt, expiresAt, ...(refreshToken !== undefined && { refreshToken }) }
}

interface Sent {
  /** The last request, after all redirects. */
  readonly sent: HttpRequest
  readonly response: TransportResponse
}

/** Sends a request, and follows redirects within its origin. The method, the headers and the body stay the same. */
async function send({ realm, transport, signal }: TokenRequest, first: HttpRequest): Promise<Sent> {
  let sent = first
  for (let redirects = 0; ; redirects++) {
    const response = await transport({ ...sent, readAhead: LIMIT, isSecret: true, signal })
    const location = response.header('location')
    // A 303 asks for a GET, which cannot hold the login of a POST.
    const isKept = sent.method === 'GET' || response.status !== 303
    if (!isRedirect(response) || location === undefined || !isKept || redirects === MAX_REDIRECTS) {
      return { sent, response }
    }
    await response.discard()
    sent = { ...sent, url: checkUrl('token', location, sent.url, { registry: realm, trustedHosts: [] }) }
  }
}

function createRequest(request: TokenRequest): HttpRequest {
  const { realm, service, scopes, credential } = request
  if (credential && 'identityToken' in credential) {
    const { identityToken } = credential
    return createPostRequest(request, { grant_type: 'refresh_token', refresh_token: identityToken })
  }
  const url = new URL(realm)
  if (service !== undefined) url.searchParams.set('service', service)
  for (const scope of scopes) url.searchParams.append('scope', scope)
  const isPassword = credential && 'password' in credential
  const authorization = isPassword ? formatBasic(credential) : undefined
  request.secrets.learn(authorization?.split(' ')[1])
  return {
    method: 'GET',
    url,
    headers: { accept: 'application/json', ...(authorization !== undefined && { authorization }) },
  }
}

function createPostRequest(
  { realm, service, scopes }: TokenRequest,
  grant: Readonly<Record<string, string>>,
): HttpRequest {
  const form = new URLSearchParams({ ...grant, client_id: 'oras-helm' })
  if (service !== undefined) form.set('service', service)
  if (scopes.length > 0) form.set('scope', scopes.join(' '))
  const body = Buffer.from(form.toString())
  return {
    method: 'POST',
    url: realm,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: { size: body.length, open: () => body },
  }
}

/** The answer of a token server. */
interface TokenAnswer {
  readonly value: string | undefined
  readonly lifetime: number | undefined
  readonly refreshToken: string | undefined
  /** All its tokens, which must not be shown. */
  readonly secret: readonly unknown[]
}

function parseToken(body: string): TokenAnswer | undefined {
  try {
    const json = JSON.parse(body) as Readonly<Record<string, unknown>> | null
    const secret = [json?.['token'], json?.['access_token'], json?.['refresh_token']]
    const value = secret.slice(0, 2).find((each) => typeof each === 'string' && each !== '')
    const [, , refreshToken] = secret
    const lifetime = json?.['expires_in']
    return {
      value: isBearerToken(value) ? value : undefined,
      lifetime: typeof lifetime === 'number' ? lifetime : undefined,
      refreshToken: typeof refreshToken === 'string' && refreshToken !== '' ? refreshToken : undefined,
      secret,
    }
  } catch {
    return undefined
  }
}
