/** Logs in: answers the challenges of one registry, and knows the Authorization header from then on. */
import {
  type Credential,
  type CredentialProvider,
  type CredentialTarget,
  findCredential,
} from '../credentials/credential.js'
import { formatBasic } from './format-basic.js'
import { fetchToken, type Token } from './fetch-token.js'
import { parseChallenges } from './parse-challenges.js'
import type { Transport } from './transport.js'
import { checkUrl, type UrlPolicy } from './url-policy.js'

export interface AuthorizerOptions {
  readonly credentials: CredentialProvider
  readonly target: CredentialTarget
  readonly policy: UrlPolicy
  readonly transport: Transport
}

type Scheme = { readonly name: 'basic' } | { readonly name: 'bearer'; readonly realm: URL; readonly service?: string }

/** The login to one repository of one registry. */
export class Authorizer {
  readonly #options: AuthorizerOptions
  readonly #tokens = new Map<string, Promise<Token>>()
  #credential: Promise<Credential | undefined> | undefined
  #scheme: Scheme | undefined

  constructor(options: AuthorizerOptions) {
    this.#options = options
  }

  /** The value of the Authorization header; `undefined` before the registry has demanded one, or if there is none. */
  async authorize(scopes: readonly string[], signal: AbortSignal | undefined): Promise<string | undefined> {
    if (this.#scheme === undefined) return undefined
    const credential = await this.#findCredential()
    if (this.#scheme.name === 'basic')
      return credential && 'password' in credential ? formatBasic(credential) : undefined
    return formatBearer(await this.#token(this.#scheme, scopes, credential, signal))
  }

  /**
   * Takes in the challenge of a 401 that came from the registry's own origin.
   *
   * @param sent The Authorization header that was refused.
   * @returns whether the same request may have more luck now.
   * @throws {UnsafeUrlError} if the realm is not one that a secret may be sent to.
   */
  async accept(header: string, from: URL, scopes: readonly string[], sent: string | undefined): Promise<boolean> {
    const challenges = parseChallenges(header)
    const bearer = challenges.find(({ scheme, parameters }) => scheme === 'bearer' && parameters.has('realm'))
    if (bearer) {
      const realm = checkUrl('realm', bearer.parameters.get('realm') ?? '', from, this.#options.policy)
      const service = bearer.parameters.get('service')
      this.#scheme = { name: 'bearer', realm, ...(service !== undefined && { service }) }
      // A token that was kept may have been revoked, or have run out early: unless a neighbour has a new one by now,
      // another one is asked for.
      const kept = await this.#tokens.get(keyOf(scopes))?.catch(() => undefined)
      if (kept && sent === formatBearer(kept)) this.#tokens.delete(keyOf(scopes))
      return true
    }
    if (!challenges.some(({ scheme }) => scheme === 'basic')) return false
    this.#scheme = { name: 'basic' }
    return sent === undefined && (await this.#findCredential()) !== undefined
  }

  async #findCredential(): Promise<Credential | undefined> {
    const finding = (this.#credential ??= findCredential(this.#options.credentials, this.#options.target))
    try {
      return await finding
    } catch (error) {
      // What failed once may work the next time: a vault that was closed, a prompt that was dismissed.
      if (this.#credential === finding) this.#credential = undefined
      throw error
    }
  }

  async #token(
    scheme: Scheme & { name: 'bearer' },
    scopes: readonly string[],
    credential: Credential | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Token> {
    const key = keyOf(scopes)
    const kept = this.#tokens.get(key)
    // A waiter whose neighbour was cancelled, or failed, asks on its own.
    const token = await kept?.catch(() => undefined)
    if (token && token.expires > Date.now()) return token
    signal?.throwIfAborted()
    const current = this.#tokens.get(key)
    if (current && current !== kept) return this.#token(scheme, scopes, credential, signal)
    const fetched = fetchToken({ ...scheme, scopes, credential, transport: this.#options.transport, signal })
    this.#tokens.set(key, fetched)
    return fetched
  }
}

function formatBearer(token: Token): string {
  return `Bearer ${token.value}`
}

function keyOf(scopes: readonly string[]): string {
  return scopes.toSorted().join(' ')
}
