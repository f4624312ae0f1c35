/** Gets a token from the token server that a registry named. */
import { type Credential, isBearerToken } from '../../credentials/credential.js'
import { RegistryError } from '../../errors/oci-error.js'
import { type Attempt, answerError } from '../connection/answer-error.js'
import { formatBasic } from '../../http/basic-login.js'
import { readBody } from '../../http/read-body.js'
import { redactUrl } from '../../http/redact.js'
import type { Transport, TransportRequest } from '../../http/transport.js'

/** A bearer token. */
export interface Token {
  readonly value: string
  /** When it was given, in milliseconds since the epoch. */
  readonly given: number
  /** When it should be renewed, in milliseconds since the epoch: a little before it runs out. */
  readonly expires: number
}

export interface TokenRequest {
  readonly realm: URL
  readonly service?: string
  readonly scopes: readonly string[]
  readonly credential: Credential | undefined
  readonly transport: Transport
  readonly signal: AbortSignal | undefined
}

type Question = Omit<TransportRequest, 'signal'> & { readonly secrets: readonly string[] }

const LIMIT = 128 * 1024
// Some servers announce less than a minute, or nothing; the token specification says sixty seconds then.
const SHORTEST_LIFE = 60
const LONGEST_LIFE = 24 * 60 * 60
const RENEW_EARLY = 10
// No such method, or no such path by this method: the server gives tokens by the other one.
const WRONG_METHOD = new Set([404, 405, 501])

/**
 * Asks by GET, with the credential by Basic if there is one; by POST with an identity token, and where GET is not taken.
 * Redirects of a token server are not followed: no secret goes where the registry did not point.
 *
 * @see https://distribution.github.io/distribution/spec/auth/token/
 * @see https://distribution.github.io/distribution/spec/auth/oauth/
 */
export async function fetchToken(request: TokenRequest): Promise<Token> {
  const { realm, credential, transport, signal } = request
  let question = askFirst(request)
  let response = await transport({ ...question, readAhead: LIMIT, signal })
  if (WRONG_METHOD.has(response.status) && question.method === 'GET' && credential && 'password' in credential) {
    await response.discard()
    const { username, password } = credential
    question = askByPost(request, { grant_type: 'password', username, password }, [password])
    response = await transport({ ...question, readAhead: LIMIT, signal })
  }
  const { method, url, secrets } = question
  if (response.status !== 200) {
    const { authorization } = question.headers
    const action = `get a token from ${realm.host}`
    const attempt: Attempt = { action, method, url, authorization, secrets, isLogin: true }
    throw await answerError(response, attempt, signal)
  }
  const body = await readBody(response, LIMIT)
  const { value, lifetime } = parseToken(body?.toString() ?? '') ?? {}
  if (value === undefined) {
    throw new RegistryError(`Cannot get a token from ${realm.host}: the answer holds none`, {
      answer: { method, url: redactUrl(url), status: 200, diagnostics: [] },
      hint: 'The token server answered what no token server answers: check the realm that the registry names.',
    })
  }
  const life = Math.min(Math.max(SHORTEST_LIFE, lifetime ?? 0), LONGEST_LIFE)
  const given = Date.now()
  return { value, given, expires: given + (life - RENEW_EARLY) * 1000 }
}

function askFirst(request: TokenRequest): Question {
  const { realm, service, scopes, credential } = request
  if (credential && 'identityToken' in credential) {
    const { identityToken } = credential
    return askByPost(request, { grant_type: 'refresh_token', refresh_token: identityToken }, [identityToken])
  }
  const url = new URL(realm)
  if (service !== undefined) url.searchParams.set('service', service)
  for (const scope of scopes) url.searchParams.append('scope', scope)
  const isLogin = credential && 'password' in credential
  const authorization = isLogin ? formatBasic(credential) : undefined
  return {
    method: 'GET',
    url,
    headers: { accept: 'application/json', ...(authorization !== undefined && { authorization }) },
    secrets: [],
  }
}

function askByPost(
  { realm, service, scopes }: TokenRequest,
  grant: Readonly<Record<string, string>>,
  secrets: readonly string[],
): Question {
  const form = new URLSearchParams({ ...grant, client_id: 'oras-helm' })
  if (service !== undefined) form.set('service', service)
  if (scopes.length > 0) form.set('scope', scopes.join(' '))
  const body = Buffer.from(form.toString())
  return {
    method: 'POST',
    url: realm,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: { size: body.length, open: () => body },
    secrets,
  }
}

function parseToken(body: string): { value: string; lifetime: number | undefined } | undefined {
  try {
    const json = JSON.parse(body) as Readonly<Record<string, unknown>> | null
    const value = [json?.['token'], json?.['access_token']].find((each) => typeof each === 'string' && each !== '')
    const lifetime = json?.['expires_in']
    if (!isBearerToken(value)) return undefined
    return { value, lifetime: typeof lifetime === 'number' ? lifetime : undefined }
  } catch {
    return undefined
  }
}
