/** The login of the embedded registry: Basic credentials, or Bearer tokens of its own token endpoint. */
import { type Answer, Refusal } from './answer.js'
import type { TestRegistryAuth } from './auth-options.js'
import type { RegistryRequest } from './registry-request.js'
import type { Route } from './route.js'
import { SERVICE, splitScope, TokenEndpoint } from './token-endpoint.js'

/** Checks whether requests are allowed, and challenges those that are not. */
export class RegistryAuth {
  readonly #options: TestRegistryAuth
  readonly #tokens: TokenEndpoint

  constructor(options: TestRegistryAuth) {
    this.#options = options
    this.#tokens = new TokenEndpoint(options)
  }

  /**
   * Checks whether a request is allowed.
   *
   * @throws {Refusal} 401 with a challenge, if it is not; with `unchallenged` another status without one.
   */
  expectAccess({ method, query, headers }: RegistryRequest, route: Route): void {
    const { scheme, requiredScope, basicAfterBadLogin, unchallenged } = this.#options
    const scopes = neededScopes(method, query, route)
    const needed = scopes.flatMap(({ repository, actions }) => actions.map((action) => `${repository}:${action}`))
    const authorization = headers['authorization']
    if (unchallenged !== undefined && authorization === undefined && route.kind !== 'base') {
      if (this.#tokens.allowsAnonymous(needed)) return
      throw new Refusal(unchallenged, unchallenged === 403 ? 'DENIED' : 'NAME_UNKNOWN', 'this is not for everybody')
    }
    if (scheme !== 'bearer' && (unchallenged === undefined || authorization !== undefined)) {
      const isAllowed =
        authorization === undefined ? this.#tokens.allowsAnonymous(needed) : this.#tokens.isUserLogin(authorization)
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

  answerToken(request: RegistryRequest): Promise<Answer> {
    if (this.#options.scheme === 'basic') throw new Refusal(404, 'UNSUPPORTED', 'there is no token endpoint')
    return this.#tokens.answer(request)
  }

  #challengeBearer(host: string, scopes: readonly Scope[], error: string): string {
    const { requiredScope, realm } = this.#options
    const names = scopes.map(({ repository, actions }) => `repository:${repository}:${actions.join(',')}`)
    return this.#formatChallenge('Bearer', {
      // The host that the client used: the registry may be behind a proxy or in a container.
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
  // To cancel an upload takes the rights of a push: no content is deleted.
  if (method === 'DELETE' && route.kind !== 'upload') return [{ repository, actions: ['delete'] }]
  const own = { repository, actions: ['pull', 'push'] }
  const from = query.get('mount') === null ? null : query.get('from')
  return from === null || from === repository ? [own] : [own, { repository: from, actions: ['pull'] }]
}
