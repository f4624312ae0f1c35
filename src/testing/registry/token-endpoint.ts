/** The token endpoint of the embedded registry, `/token`. */
import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { type Answer, jsonAnswer, methodNotAllowed, Refusal } from './answer.js'
import type { TestRegistryAuth } from './auth-options.js'
import type { RegistryRequest } from './registry-request.js'

/** The `service` in the challenges of the registry. */
export const SERVICE = 'oras-helm-testing'

const LIFETIME = 300
const LONGEST_FORM = 64 * 1024

interface Token {
  readonly scopes: ReadonlySet<string>
  readonly expires: number
  uses: number
}

/** Issues tokens, and knows the scopes of each. */
export class TokenEndpoint {
  readonly #options: TestRegistryAuth
  readonly #tokens = new Map<string, Token>()

  constructor(options: TestRegistryAuth) {
    this.#options = options
  }

  /**
   * Uses a token once.
   *
   * @returns its scopes, each with one action; `undefined` if the token is unknown, expired or used up.
   */
  use(value: string): ReadonlySet<string> | undefined {
    const token = this.#tokens.get(value)
    if (!token || performance.now() >= token.expires || token.uses-- <= 0) return undefined
    return token.scopes
  }

  /**
   * Answers `/token` with a token for the allowed scopes among those asked for. A token without any scope is possible.
   *
   * @see https://distribution.github.io/distribution/spec/auth/token/
   * @see https://distribution.github.io/distribution/spec/auth/oauth/
   */
  async answer(request: RegistryRequest): Promise<Answer> {
    const { identityToken, refreshToken = identityToken, tokenRedirect } = this.#options
    const { tokenMethods = refreshToken === undefined ? ['GET'] : ['GET', 'POST'] } = this.#options
    const [path, query = ''] = request.path.split('?')
    if (tokenRedirect !== undefined && path === '/token') {
      return { status: 307, headers: { Location: query === '' ? tokenRedirect : `${tokenRedirect}?${query}` } }
    }
    const method = tokenMethods.find((each) => each === request.method)
    if (method === undefined) throw methodNotAllowed(request.method, tokenMethods)
    const form = method === 'POST' ? await readForm(request) : request.query
    if (form.get('service') !== SERVICE) {
      throw new Refusal(400, 'DENIED', `the service of this registry is called "${SERVICE}"`)
    }
    const isUser = method === 'POST' ? this.#isGranted(form) : this.#isUser(request.headers['authorization'])
    return this.#issueToken(
      form.getAll('scope').flatMap((scopes) => scopes.split(' ')),
      isUser,
    )
  }

  #issueToken(asked: readonly string[], isUser: boolean): Answer {
    const {
      expiresIn = LIFETIME,
      tokenUses = Infinity,
      firstScopeOnly,
      tokenStatus = 200,
      refreshToken,
    } = this.#options
    const considered = firstScopeOnly ? asked.slice(0, 1) : asked
    const granted = considered.flatMap(splitScope).filter((scope) => isUser || this.allowsAnonymous([scope]))
    const token = randomUUID()
    const expires = performance.now() + LIFETIME * 1000
    this.#tokens.set(token, { scopes: new Set(granted), expires, uses: tokenUses })
    return jsonAnswer(tokenStatus, {
      token,
      access_token: token,
      ...(expiresIn !== null && { expires_in: expiresIn }),
      ...(isUser && refreshToken !== undefined && { refresh_token: refreshToken }),
    })
  }

  /** Tells whether all these scopes are allowed without a login. */
  allowsAnonymous(needed: readonly string[]): boolean {
    const { anonymousPull, requiredScope } = this.#options
    return anonymousPull === true && needed.every((scope) => scope.endsWith(':pull') || scope === requiredScope)
  }

  /**
   * @returns whether the client has logged in.
   * @throws {Refusal} 401 for wrong credentials.
   */
  #isUser(authorization: string | undefined): boolean {
    if (authorization === undefined) return false
    if (this.isUserLogin(authorization)) return true
    throw new Refusal(401, 'UNAUTHORIZED', 'wrong credentials')
  }

  #isGranted(form: URLSearchParams): boolean {
    const { username, password, identityToken, refreshToken } = this.#options
    const given = form.get('refresh_token')
    const isUser =
      form.get('grant_type') === 'password'
        ? form.get('username') === username && form.get('password') === password
        : form.get('grant_type') === 'refresh_token' &&
          given !== null &&
          (given === identityToken || given === refreshToken)
    if (isUser && form.get('client_id') !== null) return true
    throw new Refusal(401, 'UNAUTHORIZED', 'wrong credentials, or no client_id')
  }

  /** Tells whether an `Authorization` holds the user's Basic credentials. */
  isUserLogin(authorization: string): boolean {
    const encoded = /^basic (.+)$/i.exec(authorization)?.[1] ?? ''
    return Buffer.from(encoded, 'base64').toString() === `${this.#options.username}:${this.#options.password}`
  }
}

async function readForm({ body }: RegistryRequest): Promise<URLSearchParams> {
  let text = ''
  for await (const chunk of body) if (text.length < LONGEST_FORM) text += Buffer.from(chunk).toString('latin1')
  return new URLSearchParams(text)
}

/**
 * Splits a scope `repository:<name>:<action>,<action>` into one `<name>:<action>` for each action; the name may hold a
 * colon. Other scopes are returned as they are.
 */
export function splitScope(scope: string): readonly string[] {
  const [, repository, actions = ''] = /^repository:(.+):([^:]+)$/.exec(scope) ?? []
  if (repository === undefined) return [scope]
  const all = actions.split(',').flatMap((action) => (action === '*' ? ['pull', 'push', 'delete'] : action))
  return all.map((action) => `${repository}:${action}`)
}
