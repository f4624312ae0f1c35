/** Who may do what: Basic credentials, or Bearer tokens that the registry's own token endpoint hands out. */
import { type Answer, Refusal } from './answer.js'
import type { TestRegistryAuth } from './auth-options.js'
import type { Exchange } from './exchange.js'
import type { Route } from './route.js'
import { SERVICE, splitScope, TokenEndpoint } from './token-endpoint.js'

/** Checks every request, and asks for a login in the way that it is told. */
export class RegistryAuth {
  readonly #options: TestRegistryAuth
  readonly #tokens: TokenEndpoint

  constructor(options: TestRegistryAuth) {
    this.#options = options
    this.#tokens = new TokenEndpoint(options)
  }

  /** @throws {Refusal} 401 with a challenge, if the request may not do what it wants. */
  expectAccess({ method, query, headers }: Exchange, route: Route): void {
    const { scheme, requiredScope, basicAfterBadLogin } = this.#options
    const scopes = neededScopes(method, query, route)
    const needed = scopes.flatMap(({ repository, actions }) => actions.map((action) => `${repository}:${action}`))
    const authorization = headers['authorization']
    if (scheme !== 'bearer') {
      const isAllowed =
        authorization === undefined ? this.#tokens.isOpen(needed) : this.#tokens.areCredentials(authorization)
      if (isAllowed) return
    }
    const given = /^bearer (.+)$/i.exec(authorization ?? '')?.[1]
    const allowed = scheme === 'basic' || given === undefined ? undefined : this.#tokens.use(given)
    const all = requiredScope === undefined ? needed : [...needed, ...splitScope(requiredScope)]
    if (allowed && all.every((scope) => allowed.has(scope))) return

    const isBad = authorization !== undefined && !allowed
    const offered = basicAfterBadLogin && isBad ? 'basic' : scheme
    const basic = offered === 'bearer' ? [] : [this.#formatChallenge('Basic', { realm: 'oras-helm' })]
    const error = allowed ? 'insufficient_scope' : isBad ? 'invalid_token' : ''
    const bearer = offered === 'basic' ? [] : [this.#challengeBearer(headers['host'] ?? '', scopes, error)]
    const message =
      scheme === 'basic' ? 'credentials are missing or wrong' : 'a token is missing, or it does not allow this'
    throw new Refusal(401, 'UNAUTHORIZED', message, { 'WWW-Authenticate': this.#arrange([...basic, ...bearer]) })
  }

  answerToken(exchange: Exchange): Promise<Answer> {
    if (this.#options.scheme === 'basic') throw new Refusal(404, 'UNSUPPORTED', 'there is no token endpoint')
    return this.#tokens.answer(exchange)
  }

  #challengeBearer(host: string, scopes: readonly Scope[], error: string): string {
    const { requiredScope, realm } = this.#options
    const names = scopes.map(({ repository, actions }) => `repository:${repository}:${actions.join(',')}`)
    return this.#formatChallenge('Bearer', {
      // The name by which the client knows this server, which may stand behind a proxy or in a container.
      realm: realm ?? `http://${host}/token`,
      service: SERVICE,
      scope: (requiredScope === undefined ? names : [...names, requiredScope]).join(' '),
      error,
    })
  }

  #formatChallenge(scheme: string, parameters: Readonly<Record<string, string>>): string {
    const { challenges } = this.#options
    const isUpper = challenges === 'upper-case'
    const pairs = Object.entries(parameters).flatMap(([name, value]) => {
      if (value === '') return []
      const isBare = challenges === 'unquoted' && !/[\s,]/.test(value)
      return `${isUpper ? name.toUpperCase() : name}=${isBare ? value : `"${value}"`}`
    })
    return `${isUpper ? scheme.toUpperCase() : scheme} ${pairs.join(',')}`
  }

  #arrange(challenges: readonly string[]): string | readonly string[] {
    if (this.#options.challenges === 'joined') return ['Negotiate', ...challenges].join(', ')
    if (this.#options.challenges === 'split') return ['Negotiate', ...challenges]
    return challenges.length === 1 ? (challenges[0] as string) : challenges
  }
}

interface Scope {
  readonly repository: string
  readonly actions: readonly string[]
}

function neededScopes(method: string, query: URLSearchParams, route: Route): readonly Scope[] {
  if (route.kind === 'base' || route.kind === 'token') return []
  const { repository } = route
  if (method === 'GET' || method === 'HEAD') return [{ repository, actions: ['pull'] }]
  // Cancelling an upload takes back what a push began; nothing is deleted.
  if (method === 'DELETE' && route.kind !== 'upload') return [{ repository, actions: ['delete'] }]
  const own = { repository, actions: ['pull', 'push'] }
  const from = query.get('mount') === null ? null : query.get('from')
  return from === null || from === repository ? [own] : [own, { repository: from, actions: ['pull'] }]
}
