/** Who may do what: Basic credentials, or Bearer tokens that the registry's own token endpoint hands out. */
import type { TestRegistryAuth } from './auth-options.js'
import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { type Answer, jsonAnswer, methodNotAllowed, Refusal } from './answer.js'
import type { Exchange } from './exchange.js'
import type { Route } from './route.js'

const SERVICE = 'oras-helm-testing'
const TOKEN_SECONDS = 300

interface Token {
  readonly scopes: ReadonlySet<string>
  readonly expires: number
}

/** Checks every request, and remembers the tokens it gave. */
export class RegistryAuth {
  readonly #options: TestRegistryAuth
  readonly #tokens = new Map<string, Token>()

  constructor(options: TestRegistryAuth) {
    this.#options = options
  }

  /** @throws {Refusal} 401 with a challenge, if the request may not do what it wants. */
  expectAccess(exchange: Exchange, route: Route): void {
    const scopes = neededScopes(exchange, route)
    const needed = scopes.flatMap(({ repository, actions }) => actions.map((action) => `${repository}:${action}`))
    if (this.#options.scheme === 'basic') this.#expectCredentials(exchange, needed)
    else this.#expectToken(exchange, scopes, needed)
  }

  /**
   * Answers at `/token`: a token for those of the scopes that the user may have, be they none.
   *
   * @see https://distribution.github.io/distribution/spec/auth/token/
   */
  answerToken({ method, query, headers }: Exchange): Answer {
    if (this.#options.scheme !== 'bearer') throw new Refusal(404, 'UNSUPPORTED', 'there is no token endpoint')
    if (method !== 'GET') throw methodNotAllowed(method, ['GET'])
    if (query.get('service') !== SERVICE) {
      throw new Refusal(400, 'DENIED', `the service of this registry is called "${SERVICE}"`)
    }
    const credentials = headers['authorization']
    if (credentials !== undefined && !this.#areCredentials(credentials)) throw unauthorized('wrong credentials')

    const asked = query.getAll('scope').flatMap((scopes) => scopes.split(' '))
    const granted = asked.flatMap(parseScope).filter((scope) => credentials !== undefined || this.#isOpen([scope]))
    const token = randomUUID()
    this.#tokens.set(token, { scopes: new Set(granted), expires: performance.now() + TOKEN_SECONDS * 1000 })
    return jsonAnswer(200, { token, access_token: token, expires_in: TOKEN_SECONDS })
  }

  #expectCredentials({ headers }: Exchange, needed: readonly string[]): void {
    const credentials = headers['authorization']
    if (credentials === undefined ? this.#isOpen(needed) : this.#areCredentials(credentials)) return
    throw unauthorized('credentials are missing or wrong', 'Basic realm="oras-helm"')
  }

  #expectToken({ headers }: Exchange, scopes: readonly Scope[], needed: readonly string[]): void {
    const credentials = headers['authorization']
    const given = /^bearer (.+)$/i.exec(credentials ?? '')?.[1]
    const token = this.#tokens.get(given ?? '')
    const isValid = token !== undefined && performance.now() < token.expires
    if (isValid && needed.every((scope) => token.scopes.has(scope))) return

    // The name by which the client knows this server, which may stand behind a proxy or in a container.
    const realm = `http://${headers['host']}/token`
    const scope = scopes.map(({ repository, actions }) => `repository:${repository}:${actions.join(',')}`).join(' ')
    const error = isValid ? 'insufficient_scope' : credentials === undefined ? '' : 'invalid_token'
    const parameters = { realm, service: SERVICE, scope, error }
    const challenge = Object.entries(parameters).flatMap(([name, value]) => (value ? `${name}="${value}"` : []))
    throw unauthorized('a token is missing, or it does not allow this', `Bearer ${challenge.join(',')}`)
  }

  #isOpen(needed: readonly string[]): boolean {
    return this.#options.anonymousPull === true && needed.every((scope) => scope.endsWith(':pull'))
  }

  #areCredentials(header: string): boolean {
    const encoded = /^basic (.+)$/i.exec(header)?.[1] ?? ''
    return Buffer.from(encoded, 'base64').toString() === `${this.#options.username}:${this.#options.password}`
  }
}

interface Scope {
  readonly repository: string
  readonly actions: readonly string[]
}

function neededScopes({ method, query }: Exchange, route: Route): readonly Scope[] {
  if (route.kind === 'base' || route.kind === 'token') return []
  const { repository } = route
  if (method === 'GET' || method === 'HEAD') return [{ repository, actions: ['pull'] }]
  // Cancelling an upload takes back what a push began; nothing is deleted.
  if (method === 'DELETE' && route.kind !== 'upload') return [{ repository, actions: ['delete'] }]
  const own = { repository, actions: ['pull', 'push'] }
  const from = query.get('mount') === null ? null : query.get('from')
  return from === null || from === repository ? [own] : [own, { repository: from, actions: ['pull'] }]
}

/** Reads `repository:<name>:<action>,<action>` into `<name>:<action>`; the name may hold a colon. */
function parseScope(scope: string): readonly string[] {
  const [, repository, actions = ''] = /^repository:(.+):([^:]+)$/.exec(scope) ?? []
  if (repository === undefined) return []
  const all = actions.split(',').flatMap((action) => (action === '*' ? ['pull', 'push', 'delete'] : action))
  return all.map((action) => `${repository}:${action}`)
}

function unauthorized(message: string, challenge?: string): Refusal {
  return new Refusal(401, 'UNAUTHORIZED', message, challenge === undefined ? {} : { 'WWW-Authenticate': challenge })
}
