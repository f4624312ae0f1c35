/** Logins that a program gives in a table. */
import { isRecord, wrongArgument } from '../errors/wrong-argument.js'
import { parseNamespace } from '../oci/reference.js'
import { toCredential, type Credential, type CredentialFunction } from './credential.js'
import { matchKeys } from './registry-key.js'

/**
 * Finds a login in a table: by host and port, or by a path in a registry. The longest path that matches wins.
 *
 * @param credentials The keys are `host`, `host:port`, or either with a path: `ghcr.io/acme`. The table is read once, when
 * this function is called.
 * @throws {TypeError} if a key has another form, or a value is not a credential.
 * @example
 * ```ts
 * import { Repository, staticCredentials } from 'oras-helm/oras'
 *
 * const credentials = staticCredentials({
 *   'localhost:5000': { username: 'me', password: 's3cret' },
 *   'ghcr.io/acme': { username: 'acme-bot', password: 's3cret' },
 * })
 * const repository = new Repository('localhost:5000/app', { credentials })
 * console.log(await repository.resolve('latest'))
 * ```
 */
export function staticCredentials(credentials: Readonly<Record<string, Credential>>): CredentialFunction {
  if (!isRecord(credentials)) {
    throw wrongArgument('the argument credentials', 'an object with logins by their hosts', credentials)
  }
  const entries = Object.entries(credentials).map(([key, credential]) => {
    // The message does not show the key: it might be a URL with a password.
    if (!isKey(key)) throw new TypeError('a key of static credentials must be a host, maybe with a port and a path')
    return [key, toCredential(credential, `the credentials for ${key}`)] as const
  })
  return (target) => matchKeys(entries, target)[0]
}

function isKey(key: string): boolean {
  try {
    parseNamespace(key)
    return true
  } catch {
    return false
  }
}
