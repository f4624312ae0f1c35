/** Logs in to a registry: answers its challenges, and makes the Authorization header of later requests. */
import {
  type Credential,
  type CredentialProvider,
  type CredentialTarget,
  findCredential,
} from '../../credentials/credential.js'
import { CredentialError, RegistryError, UnauthorizedError } from '../../errors/oci-error.js'
import type { Secrets } from '../../errors/secrets.js'
import { fetchToken, type Token, type TokenRequest } from './fetch-token.js'
import { formatBasic } from '../../http/basic-login.js'
import { type Challenge, parseChallenges } from './parse-challenges.js'
import { allowsPush, isOpaque, mergeScopes, missingScopes, parseScopes } from './scopes.js'
import { SingleFlight } from './single-flight.js'
import type { Transport, TransportResponse } from '../../http/transport.js'
import { checkUrl, type UrlPolicy } from '../connection/url-policy.js'

/** What an {@link Authorizer} needs. */
export interface AuthorizerOptions {
  readonly credentials: CredentialProvider
  readonly target: CredentialTarget
  readonly policy: UrlPolicy
  readonly transport: Transport
  /** Gets all secrets that are sent, or received from token servers, so that they are redacted. */
  readonly secrets: Secrets
}

/** The login of one request: what was tried after each 401, so that the tries end. */
export interface LoginAttempt {
  readonly scopes: readonly string[]
  readonly signal: AbortSignal | undefined
  readonly tried: Set<'login' | 'widen' | 'credential'>
  /** The Authorization header of the last try. */
  sent: string | undefined
  /** Whether the credential or the token was cached from an earlier request. */
  isCached: boolean
  /** When the token was issued, in milliseconds since the epoch. */
  issuedAt: number
  /** Whether the token was requested with a refresh token of an earlier answer. */
  isRefreshed: boolean
  renewals: number
  /** Whether there was a credential to log in with. */
  hasCredential: boolean
}

// In milliseconds. An older token may have expired, whatever lifetime the server named, because uploads take long. A newer
// one that is refused lacks a scope.
const FRESH = 3000
const MAX_RENEWALS = 3

interface KeptToken extends Token {
  readonly isRefreshed: boolean
}

type Scheme = { readonly name: 'basic' } | { readonly name: 'bearer'; readonly realm: URL; readonly service?: string }

/** The login to one repository of one registry. */
export class Authorizer {
  readonly #options: AuthorizerOptions
  readonly #credential = new SingleFlight<Credential | undefined>()
  readonly #tokens = new Map<string, SingleFlight<KeptToken>>()
  /** The scopes that the registry demanded in addition, by the scopes of the request. */
  readonly #lacking = new Map<string, readonly string[]>()
  /** Scopes that are words of the registry's own. */
  readonly #opaque = new Set<string>()
  #scheme: Scheme | undefined
  /** From an answer of the token server: it is sent in place of the credential, until the server refuses it. */
  #refreshToken: string | undefined
  /** Whether the token server refused a refresh token of its own, or gave too few rights for it. */
  #isRefreshUseless = false
  readonly #challenge = new SingleFlight<string>()
  #helperFailure: CredentialError | undefined

  constructor(options: AuthorizerOptions) {
    this.#options = options
  }

  /** The error of a credential helper for all registries; the request was then tried without a credential. */
  get helperFailure(): CredentialError | undefined {
    return this.#helperFailure
  }

  /** Starts the login of a request that needs these scopes. */
  begin(scopes: readonly string[], signal: AbortSignal | undefined): LoginAttempt {
    return {
      scopes,
      signal,
      tried: new Set(),
      sent: undefined,
      isCached: false,
      issuedAt: Infinity,
      isRefreshed: false,
      renewals: 0,
      hasCredential: false,
    }
  }

  /** Returns the Authorization header; `undefined` before the first challenge, or without a credential for it. */
  async authorize(attempt: LoginAttempt): Promise<string | undefined> {
    attempt.sent = this.#scheme && (await this.#format(this.#scheme, attempt))
    this.#options.secrets.learn(attempt.sent?.split(' ')[1])
    return attempt.sent
  }

  /**
   * Handles a 401 from the registry's own origin. If it throws, the response is closed.
   *
   * @returns whether to send the request again.
   * @throws {UnsafeUrlError} if the realm is an address that no secret may be sent to.
   */
  async handleUnauthorized(response: TransportResponse, from: URL, attempt: LoginAttempt): Promise<boolean> {
    try {
      const challenge = response.header('www-authenticate') ?? (await this.#askForChallenge(attempt))
      return await this.#acceptChallenge(challenge, from, attempt)
    } catch (error) {
      // The response will not be read, and a request body that is still being sent must stop.
      response.close()
      throw error
    }
  }

  /**
   * Handles a 403 or 404 that may mean that a login is missing. Some registries send a challenge only from `/v2/`: it is
   * asked once, if there is a credential and nothing was sent with the request. If it throws, the response is closed.
   *
   * @returns whether to send the request again, with a login.
   * @throws {UnsafeUrlError} if the realm is an address that no secret may be sent to.
   */
  async handleUnchallenged(response: TransportResponse, attempt: LoginAttempt): Promise<boolean> {
    if (attempt.sent !== undefined || attempt.tried.has('login')) return false
    try {
      if (!(await this.#hasCredential(attempt))) return false
      if (this.#scheme) return tryOnce(attempt, 'login')
      const from = new URL('/v2/', this.#options.policy.registry)
      return await this.#acceptChallenge(await this.#askForChallenge(attempt), from, attempt)
    } catch (error) {
      response.close()
      throw error
    }
  }

  /** Tells whether there is a credential. A helper that fails is the error of a call only if a login is demanded. */
  async #hasCredential(attempt: LoginAttempt): Promise<boolean> {
    try {
      return (await this.#findCredential(attempt)) !== undefined
    } catch (error) {
      if (error instanceof CredentialError) return false
      throw error
    }
  }

  /** Asks the base endpoint `/v2/` for a challenge, once, unless the call is anonymous. */
  async #askForChallenge({ signal }: LoginAttempt): Promise<string> {
    const { credentials, policy, transport } = this.#options
    if (this.#scheme !== undefined || credentials === 'anonymous') return ''
    const load = async (): Promise<string> => {
      const response = await transport({ method: 'GET', url: new URL('/v2/', policy.registry), headers: {}, signal })
      await response.discard()
      return (response.status === 401 && response.header('www-authenticate')) || ''
    }
    return this.#challenge.get({ load, signal })
  }

  async #acceptChallenge(header: string, from: URL, attempt: LoginAttempt): Promise<boolean> {
    const challenges = parseChallenges(header)
    const bearer = challenges.find(({ scheme, parameters }) => scheme === 'bearer' && parameters.has('realm'))
    const sentToken = attempt.sent?.startsWith('Bearer ') === true
    if (bearer) return this.#acceptBearer(bearer, from, attempt, sentToken)
    if (!challenges.some(({ scheme }) => scheme === 'basic')) return false
    // Harbor answers a token that it does not accept with a Basic challenge.
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

  /** Sets the scheme; tokens of another realm or service are dropped. */
  #setBearer(scheme: Scheme & { name: 'bearer' }): void {
    const before = this.#scheme?.name === 'bearer' ? this.#scheme : undefined
    if (before?.realm.href !== scheme.realm.href || before.service !== scheme.service) {
      this.#tokens.clear()
      this.#refreshToken = undefined
      this.#isRefreshUseless = false
    }
    this.#scheme = scheme
  }

  /** Adds the scopes that the registry demands, for all later requests of this kind. */
  #widen(wanted: readonly string[], attempt: LoginAttempt): boolean {
    const lacking = missingScopes(wanted, this.#scopesOf(attempt))
    if (lacking.length === 0 || !tryOnce(attempt, 'widen')) return false
    this.#lacking.set(keyOf(attempt.scopes), lacking)
    return true
  }

  /** Drops the token, if it may be revoked or expired, unless another request has already renewed it. */
  #renew(attempt: LoginAttempt): boolean {
    // The credential may have rights that its refresh token lacks.
    const isOther = attempt.isRefreshed && tryOnce(attempt, 'credential')
    const mayBeOld = (attempt.isCached && attempt.renewals === 0) || Date.now() - attempt.issuedAt > FRESH || isOther
    if (isOther) this.#isRefreshUseless = true
    if (!mayBeOld || attempt.renewals++ === MAX_RENEWALS) return false
    const { sent } = attempt
    this.#tokens.get(keyOf(this.#scopesOf(attempt)))?.forget((token) => sent === formatBearer(token.value))
    // A credential that is a value never changes; a function may return another one now.
    if (typeof this.#options.credentials !== 'function') return sent?.startsWith('Bearer ') === true
    this.#credential.forget()
    this.#refreshToken = undefined
    return true
  }

  async #format(scheme: Scheme, attempt: LoginAttempt): Promise<string | undefined> {
    const wasKept = this.#credential.isCached
    const credential = await this.#findCredential(attempt)
    attempt.isCached = wasKept && attempt.tried.size === 0
    attempt.hasCredential = credential !== undefined
    if (scheme.name === 'basic') return credential && 'password' in credential ? formatBasic(credential) : undefined
    if (credential && 'registryToken' in credential) return formatBearer(credential.registryToken)
    const scopes = this.#scopesOf(attempt)
    const key = keyOf(scopes)
    const tokens = this.#tokens.get(key) ?? new SingleFlight<KeptToken>()
    this.#tokens.set(key, tokens)
    attempt.isCached = tokens.isCached && attempt.tried.size === 0
    const { transport, secrets } = this.#options
    const { signal } = attempt
    const { value, issuedAt, isRefreshed } = await tokens.get({
      load: () => this.#fetchToken({ ...scheme, scopes, credential, transport, secrets, signal }),
      signal,
      isValid: ({ expiresAt }) => expiresAt > Date.now(),
    })
    attempt.issuedAt = issuedAt
    attempt.isRefreshed = isRefreshed
    return formatBearer(value)
  }

  async #fetchToken(request: TokenRequest): Promise<KeptToken> {
    const token = await this.#refresh(request)
    if (token) return token
    try {
      return this.#keep({ ...(await fetchToken(request)), isRefreshed: false }, request)
    } catch (error) {
      throw (error instanceof UnauthorizedError && this.#helperFailure) || error
    }
  }

  /** Requests a token with the refresh token; `undefined` if there is no refresh token, or the server has refused one. */
  async #refresh(request: TokenRequest): Promise<KeptToken | undefined> {
    const identityToken = this.#refreshToken
    if (identityToken === undefined || this.#isRefreshUseless) return undefined
    try {
      const token = await fetchToken({ ...request, credential: { identityToken } })
      return this.#keep({ ...token, isRefreshed: true }, request)
    } catch (error) {
      if (!(error instanceof UnauthorizedError || error instanceof RegistryError)) throw error
      this.#isRefreshUseless = true
      return undefined
    }
  }

  /** Keeps the refresh token of an answer, in memory alone, unless the challenge has changed since. */
  #keep(token: KeptToken, { realm, service, credential }: TokenRequest): KeptToken {
    const { refreshToken } = token
    const isSame =
      this.#scheme?.name === 'bearer' && this.#scheme.realm.href === realm.href && this.#scheme.service === service
    if (credential && refreshToken !== undefined && isSame) this.#refreshToken = refreshToken
    return token
  }

  async #findCredential({ scopes, signal }: LoginAttempt): Promise<Credential | undefined> {
    const { credentials, target, secrets } = this.#options
    const credential = await this.#credential.get({
      load: async () => {
        try {
          const found = await findCredential(credentials, target, signal)
          this.#helperFailure = undefined
          return found
        } catch (error) {
          if (!(error instanceof CredentialError) || !error.isGlobal) throw error
          // The helper for all registries may have no login for this one, which may allow anonymous pulls.
          this.#helperFailure = error
          return undefined
        }
      },
      signal,
    })
    const { username: _, ...secret } = { username: '', ...credential }
    secrets.learn(...Object.values(secret))
    if (this.#helperFailure && allowsPush(scopes)) {
      // The next push runs the helper again.
      this.#credential.forget()
      throw this.#helperFailure
    }
    return credential
  }

  #scopesOf({ scopes }: LoginAttempt): readonly string[] {
    return mergeScopes([...scopes, ...this.#opaque, ...(this.#lacking.get(keyOf(scopes)) ?? [])])
  }
}

function tryOnce({ tried }: LoginAttempt, what: 'login' | 'widen' | 'credential'): boolean {
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
