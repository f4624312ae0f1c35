/** Combines several credential providers into one. */
import { CredentialError } from '../errors/oci-error.js'
import { checkProvider, type CredentialFunction, type CredentialProvider, findCredential } from './credential.js'

/**
 * Asks providers in order, until one has a login. If a helper for all registries fails, the remaining providers are still
 * asked; its error is thrown only if they have no login. Every other error is thrown at once.
 *
 * @throws {TypeError} if one of them is not a provider.
 * @throws {CredentialError} from the returned function, if a provider fails.
 * @example
 * ```ts
 * import { chainCredentials, dockerCredentials, Repository, staticCredentials } from 'oras-helm/oras'
 *
 * const mine = staticCredentials({ 'localhost:5000': { username: 'me', password: 's3cret' } })
 * const credentials = chainCredentials(mine, dockerCredentials())
 * const repository = new Repository('localhost:5000/app', { credentials })
 * console.log(await repository.resolve('latest'))
 * ```
 */
export function chainCredentials(...providers: readonly CredentialProvider[]): CredentialFunction {
  for (const provider of providers) checkProvider(provider, 'a provider of the chain')
  return async (target, { signal } = {}) => {
    let failure: CredentialError | undefined
    for (const provider of providers) {
      signal?.throwIfAborted()
      try {
        const credential = await findCredential(provider, target, signal)
        if (credential) return credential
      } catch (error) {
        if (!(error instanceof CredentialError && error.isGlobal)) throw error
        failure ??= error
      }
    }
    if (failure) throw failure
    return undefined
  }
}
