/** The token server of the embedded registry: who asks at `/token` gets a token for what he may do. */
import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { type Answer, jsonAnswer, methodNotAllowed, Refusal } from './answer.js'
import type { TestRegistryAuth } from './auth-options.js'
import type { Exchange } from './exchange.js'

/** What the registry calls itself when it sends somebody for a token. */
export const SERVICE = 'oras-helm-testing'

const LIFETIME = 300
const LONGEST_FORM = 64 * 1024

interface Token {
  readonly scopes: ReadonlySet<string>
  readonly expires: number
  uses: number
}

/** Gives tokens, and knows what each allows. */
export class TokenEndpoint {
  readonly #options: TestRegistryAuth
  readonly #tokens = new Map<string, Token>()

  constructor(options: TestRegistryAuth) {
    this.#options = options
  }

  /** The scopes of a token that may be used once more, each with one action; `undefined` if there is no such token. */
  use(value: string): ReadonlySet<string> | undefined {
    const token = this.#tokens.get(value)
    if (!token || performance.now() >= token.expires || token.uses-- <= 0) return undefined
    return token.scopes
  }

  /**
   * Answers at `/token`: a token for those of the scopes that the user may have, be they none.
   *
   * @see https://distribution.github.io/distribution/spec/auth/token/
   * @see https://distribution.github.io/distribution/spec/auth/oauth/
   */
  async answer(exchange: Exchange): Promise<Answer> {
    const { identityToken, tokenMethods = identityToken === undefined ? ['GET'] : ['GET', 'POST'] } = this.#options
    const method = tokenMethods.find((each) => each === exchange.method)
    if (method === undefined) throw methodNotAllowed(exchange.method, tokenMethods)
    const form = method === 'POST' ? await readForm(exchange) : exchange.query
    if (form.get('service') !== SERVICE) {
      throw new Refusal(400, 'DENIED', `the service of this registry is called "${SERVICE}"`)
    }
    const isUser = method === 'POST' ? this.#isGranted(form) : this.#isUser(exchange.headers['authorization'])
    return this.#give(
      form.getAll('scope').flatMap((scopes) => scopes.split(' ')),
      isUser,
    )
  }

  #give(asked: readonly string[], isUser: boolean): Answer {
    const { expiresIn = LIFETIME, tokenUses = Infinity, firstScopeOnly } = this.#options
    const considered = firstScopeOnly ? asked.slice(0, 1) : asked
    const granted = considered.flatMap(splitScope).filter((scope) => isUser || this.isOpen([scope]))
    const token = randomUUID()
    const expires = performance.now() + LIFETIME * 1000
    this.#tokens.set(token, { scopes: new Set(granted), expires, uses: tokenUses })
    return jsonAnswer(200, { token, access_token: token, ...(expiresIn !== null && { expires_in: expiresIn }) })
  }

  /** Whether anybody may do that. */
  isOpen(needed: readonly string[]): boolean {
    const { anonymousPull, requiredScope } = this.#options
    return anonymousPull === true && needed.every((scope) => scope.endsWith(':pull') || scope === requiredScope)
  }

  /** @returns whether it is the user, or nobody. */
  #isUser(authorization: string | undefined): boolean {
    if (authorization === undefined) return false
    if (this.areCredentials(authorization)) return true
    throw new Refusal(401, 'UNAUTHORIZED', 'wrong credentials')
  }

  #isGranted(form: URLSearchParams): boolean {
    const { username, password, identityToken } = this.#options
    const isUser =
      form.get('grant_type') === 'password'
        ? form.get('username') === username && form.get('password') === password
        : form.get('grant_type') === 'refresh_token' &&
          identityToken !== undefined &&
          form.get('refresh_token') === identityToken
    if (isUser && form.get('client_id') !== null) return true
    throw new Refusal(401, 'UNAUTHORIZED', 'wrong credentials, or no client_id')
  }

  areCredentials(authorization: string): boolean {
    const encoded = /^basic (.+)$/i.exec(authorization)?.[1] ?? ''
    return Buffer.from(encoded, 'base64').toString() === `${this.#options.username}:${this.#options.password}`
  }
}

async function readForm({ body }: Exchange): Promise<URLSearchParams> {
  let text = ''
  for await (const chunk of body) if (text.length < LONGEST_FORM) text += Buffer.from(chunk).toString('latin1')
  return new URLSearchParams(text)
}

/** Reads `repository:<name>:<action>,<action>` into `<name>:<action>`; the name may hold a colon. Others stay as they are. */
export function splitScope(scope: string): readonly string[] {
  const [, repository, actions = ''] = /^repository:(.+):([^:]+)$/.exec(scope) ?? []
  if (repository === undefined) return [scope]
  const all = actions.split(',').flatMap((action) => (action === '*' ? ['pull', 'push', 'delete'] : action))
  return all.map((action) => `${repository}:${action}`)
}
