/** Gets a token from the token server that a registry named. */
import { type Credential, isBearerToken } from '../../credentials/credential.js'
import { RegistryError } from '../../errors/oci-error.js'
import type { Secrets } from '../../errors/secrets.js'
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
  /** Learns what is sent, and what the server gives. */
  readonly secrets: Secrets
  readonly signal: AbortSignal | undefined
}

type Question = Omit<TransportRequest, 'signal'>

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
  const { realm, credential, transport, secrets, signal } = request
  let question = askFirst(request)
  let response = await transport({ ...question, readAhead: LIMIT, isSecret: true, signal })
  if (WRONG_METHOD.has(response.status) && question.method === 'GET' && credential && 'password' in credential) {
    await response.discard()
    const { username, password } = credential
    question = askByPost(request, { grant_type: 'password', username, password })
    response = await transport({ ...question, readAhead: LIMIT, isSecret: true, signal })
  }
  const { method, url } = question
  if (response.status !== 200) {
    const { authorization } = question.headers
    const action = `get a token from ${realm.host}`
    const attempt: Attempt = { action, method, url, authorization, secrets, isLogin: true }
    throw await answerError(response, attempt, signal)
  }
  const body = await readBody(response, LIMIT)
  const { value, lifetime, others = [] } = parseToken(body?.toString() ?? '') ?? {}
  secrets.learn(value, ...others)
  if (value === undefined) {
    throw new RegistryError(`Cannot get a token from ${realm.host}: there is no token in the answer`, {
      answer: { method, url: redactUrl(url), status: 200, diagnostics: [] },
      hint: 'Check the realm that the registry names: this is not the answer of a token server.',
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
    return askByPost(request, { grant_type: 'refresh_token', refresh_token: identityToken })
  }
  const url = new URL(realm)
  if (service !== undefined) url.searchParams.set('service', service)
  for (const scope of scopes) url.searchParams.append('scope', scope)
  const isLogin = credential && 'password' in credential
  const authorization = isLogin ? formatBasic(credential) : undefined
  request.secrets.learn(authorization?.split(' ')[1])
  return {
    method: 'GET',
    url,
    headers: { accept: 'application/json', ...(authorization !== undefined && { authorization }) },
  }
}

function askByPost({ realm, service, scopes }: TokenRequest, grant: Readonly<Record<string, string>>): Question {
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

/** What a token server gave; `others` are the tokens that are of no use here. */
interface GivenToken {
  readonly value: string
  readonly lifetime: number | undefined
  readonly others: readonly unknown[]
}

function parseToken(body: string): GivenToken | undefined {
  try {
    const json = JSON.parse(body) as Readonly<Record<string, unknown>> | null
    const others = [json?.['token'], json?.['access_token'], json?.['refresh_token']]
    const value = others.slice(0, 2).find((each) => typeof each === 'string' && each !== '')
    const lifetime = json?.['expires_in']
    if (!isBearerToken(value)) return undefined
    return { value, lifetime: typeof lifetime === 'number' ? lifetime : undefined, others }
  } catch {
    return undefined
  }
}
