/** The facade of a login: tried at the registry first, then kept where Docker would keep it. */
import { checkPath, requireConfigPath } from './credentials/config-paths.js'
import type { PasswordCredential } from './credentials/credential.js'
import { recoverAuths } from './credentials/edit-auths.js'
import { anAbortSignal, type OptionChecks, readOptions } from './errors/read-options.js'
import { withoutSecrets } from './errors/redact-error.js'
import { Secrets } from './errors/secrets.js'
import { isObject, wrongArgument } from './errors/wrong-argument.js'
import { checkLogin, storeCredential } from './credentials/store-credential.js'
import { parseRegistry } from './oci/reference.js'
import { expectNoWebPage } from './registry/connection/answer-error.js'
import {
  connectionChecks,
  connectionOptions,
  type ConnectionOptions,
} from './registry/connection/connection-options.js'
import { Endpoint } from './registry/connection/endpoint.js'

/** How to log in, and where to keep the login. */
export interface LoginRegistryOptions extends Omit<ConnectionOptions, 'credentials'> {
  /**
   * The Docker-format file that gets the login, or names the helper that does.
   *
   * @default `$DOCKER_CONFIG/config.json`, or `~/.docker/config.json`
   */
  readonly path?: string | undefined
  /** Stops the call, which rejects with the reason of the signal. */
  readonly signal?: AbortSignal | undefined
}

/** What became of a login. */
export interface LoginRegistryResult {
  /** As it was given. */
  readonly registry: string
  /** The program of the helper that holds the login now, `docker-credential-desktop`, or the path of the file. */
  readonly storedIn: string
}

/**
 * Logs in to a registry, as `docker login` and `helm registry login` do: asks it whether it takes the login, and then
 * stores it with the helper that Docker's file names, or else in the file itself, where every program that
 * can read the file can read it. The file gets mode 0600, and keeps all else that is in it. A registry that never asks
 * for a login cannot check one.
 *
 * @param registry Host and port: `ghcr.io`, `localhost:5000`.
 * @param login Many registries take an access token as the password.
 * @throws {TypeError} if an argument or an option is of the wrong type, an option is not known, or the user name is
 * empty or has a colon in it; nothing was sent.
 * @throws {InvalidReferenceError} if `registry` is more, or less, than a host and a port; nothing was sent.
 * @throws {UnauthorizedError} if the registry does not take the login; nothing was stored.
 * @throws {CredentialError} if it cannot be stored.
 * @example
 * ```ts
 * import { loginRegistry } from 'oras-helm/oras'
 *
 * const login = { username: 'me', password: 's3cret' }
 * const { storedIn } = await loginRegistry('localhost:5000', login, { path: 'config.json' })
 * console.log(storedIn) // config.json
 * ```
 */
export async function loginRegistry(
  registry: string,
  login: PasswordCredential,
  options: LoginRegistryOptions = {},
): Promise<LoginRegistryResult> {
  if (typeof registry !== 'string') throw wrongArgument('the argument registry', HOST, registry)
  if (!isObject(login)) throw wrongArgument('the argument login', 'an object with a username and a password', login)
  const { path, signal, ...given } = readOptions(options, loginChecks())
  const connection = connectionOptions(given)
  const host = parseRegistry(registry)
  const credentials = checkLogin(login)
  const file = requireConfigPath(path)
  await recoverAuths(file, signal)
  const secrets = new Secrets(host)
  secrets.learn(login.password)
  return withoutSecrets(
    (text) => secrets.redact(text),
    async () => {
      const endpoint = new Endpoint(host, '', { ...connection, credentials }, secrets)
      await tryLogin(host, endpoint, signal)
      return { registry, storedIn: await storeCredential(host, credentials, { path: file, signal }) }
    },
  )
}

function loginChecks(): OptionChecks<LoginRegistryOptions> {
  const { credentials: _, ...others } = connectionChecks()
  return { ...others, path: checkPath, signal: anAbortSignal }
}
const HOST = 'a host such as "ghcr.io", as a string'

/**
 * Gets the base endpoint of a registry, with the login that it demands.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#endpoints
 */
async function tryLogin(host: string, endpoint: Endpoint, signal: AbortSignal | undefined): Promise<void> {
  const response = await endpoint.send({
    method: 'GET',
    url: '/v2/',
    action: `log in to ${host}`,
    expect: [200],
    scopes: [],
    signal,
  })
  // The page of a web site answers 200 to every login.
  expectNoWebPage(response, response.attempt)
  await response.discard()
}
