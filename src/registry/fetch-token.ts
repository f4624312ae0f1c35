/** Gets a token from the token server that a registry named. */
import { RegistryError } from '../errors.js'
import { answerError } from './answer-error.js'
import type { Credential } from '../credentials/credential.js'
import { formatBasic } from './format-basic.js'
import { readBody } from './read-body.js'
import { redactUrl } from './redact-url.js'
import type { Transport } from './transport.js'

/** A bearer token. */
export interface Token {
  readonly value: string
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

const LOGIN_HINT = 'Check the option credentials: the token server of the registry does not accept them, or wants some.'
const LIMIT = 128 * 1024
// Some servers announce less than a minute, or nothing; the token specification says sixty seconds then.
const SHORTEST_LIFE = 60_000
const RENEW_EARLY = 10_000

/**
 * Asks by GET, with the credential by Basic if there is one (distribution v2.8 token authentication). Redirects of a
 * token server are not followed: no secret goes where the registry did not point.
 */
export async function fetchToken(request: TokenRequest): Promise<Token> {
  const { realm, service, scopes, credential, transport, signal } = request
  const url = new URL(realm)
  if (service !== undefined) url.searchParams.set('service', service)
  for (const scope of scopes) url.searchParams.append('scope', scope)
  const authorization = credential && 'password' in credential ? formatBasic(credential) : undefined
  const response = await transport({
    method: 'GET',
    url,
    headers: { accept: 'application/json', ...(authorization !== undefined && { authorization }) },
    signal,
  })
  const attempt = { action: `get a token from ${realm.host}`, method: 'GET', url, authorization, loginHint: LOGIN_HINT }
  if (response.status !== 200) throw await answerError(response, attempt, signal)
  const body = await readBody(response, LIMIT)
  const { value, lifetime } = parseToken(body?.toString() ?? '') ?? {}
  if (value === undefined) {
    throw new RegistryError(`Cannot get a token from ${realm.host}: the answer holds none`, {
      answer: { method: 'GET', url: redactUrl(url), status: 200, diagnostics: [] },
      hint: 'The token server answered what no token server answers: check the realm that the registry names.',
    })
  }
  const life = Math.max(SHORTEST_LIFE, (lifetime ?? 0) * 1000)
  return { value, expires: Date.now() + life - RENEW_EARLY }
}

function parseToken(body: string): { value: string; lifetime: number | undefined } | undefined {
  try {
    const json = JSON.parse(body) as Readonly<Record<string, unknown>> | null
    const value = json?.['token'] ?? json?.['access_token']
    const lifetime = json?.['expires_in']
    // Anything outside printable ASCII could break out of the header that the token goes into.
    if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) return undefined
    return { value, lifetime: typeof lifetime === 'number' ? lifetime : undefined }
  } catch {
    return undefined
  }
}
