/** Logs in: answers the challenges of one registry, and knows the Authorization header from then on. */
import {
  type Credential,
  type CredentialProvider,
  type CredentialTarget,
  findCredential,
} from '../../credentials/credential.js'
import { CredentialError, UnauthorizedError } from '../../errors/oci-error.js'
import type { Secrets } from '../../errors/secrets.js'
import { fetchToken, type Token } from './fetch-token.js'
import { formatBasic } from '../../http/basic-login.js'
import { type Challenge, parseChallenges } from './parse-challenges.js'
import { allowsPush, isOpaque, mergeScopes, missingScopes, parseScopes } from './scopes.js'
import { SingleFlight } from './single-flight.js'
import type { Transport, TransportResponse } from '../../http/transport.js'
import { checkUrl, type UrlPolicy } from '../connection/url-policy.js'

export interface AuthorizerOptions {
  readonly credentials: CredentialProvider
  readonly target: CredentialTarget
  readonly policy: UrlPolicy
  readonly transport: Transport
  /** Learns what is sent, and what token servers give. */
  readonly secrets: Secrets
}

/** What is done for one request to make the registry take it, and how often: then a 401 is a denial. */
export interface LoginAttempt {
  readonly scopes: readonly string[]
  readonly signal: AbortSignal | undefined
  readonly tried: Set<'login' | 'widen'>
  /** The Authorization header of the last try. */
  sent: string | undefined
  /** Whether what was sent had been there before the request. */
  isKept: boolean
  /** When the token was given that was sent, in milliseconds since the epoch. */
  given: number
  renewals: number
  /** Whether there was a credential to log in with. */
  hasCredential: boolean
}

// A token that is older may have run out meanwhile, whatever was said of its end: uploads take long. One that is not is
// refused for what it allows.
const FRESH = 3000
const MAX_RENEWALS = 3

type Scheme = { readonly name: 'basic' } | { readonly name: 'bearer'; readonly realm: URL; readonly service?: string }

/** The login to one repository of one registry. */
export class Authorizer {
  readonly #options: AuthorizerOptions
  readonly #credential = new SingleFlight<Credential | undefined>()
  readonly #tokens = new Map<string, SingleFlight<Token>>()
  /** What the registry said that requests lack, by the scopes that they asked for. */
  readonly #lacking = new Map<string, readonly string[]>()
  /** Words of the registry's own that it wants to be asked for. */
  readonly #opaque = new Set<string>()
  #scheme: Scheme | undefined
  #hasAskedForChallenge = false
  #helperFailure: CredentialError | undefined

  constructor(options: AuthorizerOptions) {
    this.#options = options
  }

  /** Why there was no credential to send, where that was no reason to give up before the registry had answered. */
  get helperFailure(): CredentialError | undefined {
    return this.#helperFailure
  }

  /** Begins with a request that needs these scopes. */
  begin(scopes: readonly string[], signal: AbortSignal | undefined): LoginAttempt {
    return {
      scopes,
      signal,
      tried: new Set(),
      sent: undefined,
      isKept: false,
      given: Infinity,
      renewals: 0,
      hasCredential: false,
    }
  }

  /** The value of the Authorization header; `undefined` before the registry has demanded one, or if there is none. */
  async authorize(attempt: LoginAttempt): Promise<string | undefined> {
    attempt.sent = this.#scheme && (await this.#format(this.#scheme, attempt))
    this.#options.secrets.learn(attempt.sent?.split(' ')[1])
    return attempt.sent
  }

  /**
   * Takes in a 401 that came from the registry's own origin. If it throws, the answer is closed.
   *
   * @returns whether the same request may have more luck now.
   * @throws {UnsafeUrlError} if the realm is not one that a secret may be sent to.
   */
  async accept(response: TransportResponse, from: URL, attempt: LoginAttempt): Promise<boolean> {
    try {
      const challenge = response.header('www-authenticate') ?? (await this.#askForChallenge(attempt))
      return await this.#acceptChallenge(challenge, from, attempt)
    } catch (error) {
      // Nobody will read the answer, or go on with the body that it came before the end of.
      response.close()
      throw error
    }
  }

  /** Some refuse without a challenge, and keep it for the base endpoint. It is asked once, and if there is a login. */
  async #askForChallenge({ signal }: LoginAttempt): Promise<string> {
    const { credentials, policy, transport } = this.#options
    if (this.#hasAskedForChallenge || this.#scheme !== undefined || credentials === 'anonymous') return ''
    this.#hasAskedForChallenge = true
    const response = await transport({ method: 'GET', url: new URL('/v2/', policy.registry), headers: {}, signal })
    await response.discard()
    return (response.status === 401 && response.header('www-authenticate')) || ''
  }

  async #acceptChallenge(header: string, from: URL, attempt: LoginAttempt): Promise<boolean> {
    const challenges = parseChallenges(header)
    const bearer = challenges.find(({ scheme, parameters }) => scheme === 'bearer' && parameters.has('realm'))
    const sentToken = attempt.sent?.startsWith('Bearer ') === true
    if (bearer) return this.#acceptBearer(bearer, from, attempt, sentToken)
    if (!challenges.some(({ scheme }) => scheme === 'basic')) return false
    // Harbor answers so to a token that it does not take.
    if (sentToken) return this.#renew(attempt)
    this.#scheme = { name: 'basic' }
    if (attempt.sent !== undefined) return this.#renew(attempt)
    const credential = await this.#findCredential(attempt)
    return tryOnce(attempt, 'login') && credential !== undefined && 'password' in credential
  }

  #acceptBearer({ parameters }: Challenge, from: URL, attempt: LoginAttempt, sentToken: boolean): boolean {
    const realm = checkUrl('realm', parameters.get('realm') ?? '', from, this.#options.policy)
    const service = parameters.get('service')
    this.#setBearer({ name: 'bearer', realm, ...(service !== undefined && { service }) })
    const wanted = parseScopes(parameters.get('scope') ?? '')
    for (const scope of wanted) if (isOpaque(scope) && this.#opaque.size < 10) this.#opaque.add(scope)
    if (!sentToken) return tryOnce(attempt, 'login')
    const isInsufficient = parameters.get('error') === 'insufficient_scope'
    return (isInsufficient && this.#widen(wanted, attempt)) || this.#renew(attempt) || this.#widen(wanted, attempt)
  }

  /** Tokens of another token server, or for another service, are of no use. */
  #setBearer(scheme: Scheme & { name: 'bearer' }): void {
    const before = this.#scheme?.name === 'bearer' ? this.#scheme : undefined
    if (before?.realm.href !== scheme.realm.href || before.service !== scheme.service) this.#tokens.clear()
    this.#scheme = scheme
  }

  /** Asks for what the registry says is missing, too, from now on. */
  #widen(wanted: readonly string[], attempt: LoginAttempt): boolean {
    const lacking = missingScopes(wanted, this.#scopesOf(attempt))
    if (lacking.length === 0 || !tryOnce(attempt, 'widen')) return false
    this.#lacking.set(keyOf(attempt.scopes), lacking)
    return true
  }

  /** What was kept may have been revoked, or have run out early: unless a neighbour has renewed it, it is forgotten. */
  #renew(attempt: LoginAttempt): boolean {
    const mayBeOld = (attempt.isKept && attempt.renewals === 0) || Date.now() - attempt.given > FRESH
    if (!mayBeOld || attempt.renewals++ === MAX_RENEWALS) return false
    const { sent } = attempt
    this.#tokens.get(keyOf(this.#scopesOf(attempt)))?.forget((token) => sent === formatBearer(token.value))
    // A value stays what it is; who answers by a function may have another one by now.
    if (typeof this.#options.credentials !== 'function') return sent?.startsWith('Bearer ') === true
    this.#credential.forget()
    return true
  }

  async #format(scheme: Scheme, attempt: LoginAttempt): Promise<string | undefined> {
    const wasKept = this.#credential.isKept
    const credential = await this.#findCredential(attempt)
    attempt.isKept = wasKept && attempt.tried.size === 0
    attempt.hasCredential = credential !== undefined
    if (scheme.name === 'basic') return credential && 'password' in credential ? formatBasic(credential) : undefined
    if (credential && 'registryToken' in credential) return formatBearer(credential.registryToken)
    const scopes = this.#scopesOf(attempt)
    const key = keyOf(scopes)
    const tokens = this.#tokens.get(key) ?? new SingleFlight<Token>()
    this.#tokens.set(key, tokens)
    attempt.isKept = tokens.isKept && attempt.tried.size === 0
    const { transport, secrets } = this.#options
    const { signal } = attempt
    const { value, given } = await tokens.get({
      ask: () => this.#fetchToken({ ...scheme, scopes, credential, transport, secrets, signal }),
      signal,
      isGood: ({ expires }) => expires > Date.now(),
    })
    attempt.given = given
    return formatBearer(value)
  }

  async #fetchToken(request: Parameters<typeof fetchToken>[0]): Promise<Token> {
    try {
      return await fetchToken(request)
    } catch (error) {
      throw (error instanceof UnauthorizedError && this.#helperFailure) || error
    }
  }

  async #findCredential({ scopes, signal }: LoginAttempt): Promise<Credential | undefined> {
    const { credentials, target, secrets } = this.#options
    const credential = await this.#credential.get({
      ask: async () => {
        try {
          const found = await findCredential(credentials, target, signal)
          this.#helperFailure = undefined
          return found
        } catch (error) {
          if (!(error instanceof CredentialError) || !error.isGlobal) throw error
          // A helper for all registries knows nothing of this one, maybe, and it lets everybody read, maybe.
          this.#helperFailure = error
          return undefined
        }
      },
      signal,
    })
    const { username: _, ...secret } = { username: '', ...credential }
    secrets.learn(...Object.values(secret))
    if (this.#helperFailure && allowsPush(scopes)) {
      // The next push may find the helper well again.
      this.#credential.forget()
      throw this.#helperFailure
    }
    return credential
  }

  #scopesOf({ scopes }: LoginAttempt): readonly string[] {
    return mergeScopes([...scopes, ...this.#opaque, ...(this.#lacking.get(keyOf(scopes)) ?? [])])
  }
}

function tryOnce({ tried }: LoginAttempt, what: 'login' | 'widen'): boolean {
  if (tried.has(what)) return false
  tried.add(what)
  return true
}

function formatBearer(token: string): string {
  return `Bearer ${token}`
}

function keyOf(scopes: readonly string[]): string {
  return scopes.toSorted().join(' ')
}
