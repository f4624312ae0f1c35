/** Credential helpers, by Docker's protocol: chooses the helper, runs it, and reads its answer. */
import { CredentialError } from '../errors/oci-error.js'
import type { Credential } from './credential.js'
import { type DockerConfig, isObject, memberOf } from './docker-config.js'
import { isKeyOf, parseKey, serverAddress } from './registry-key.js'
import { findHelper, type HelperOptions, runHelper } from './run-helper.js'

/** A helper that a credentials file names. */
export interface Helper {
  /** The program: `docker-credential-desktop`. */
  readonly name: string
  /** Whether it is the helper for all registries (`credsStore`). */
  readonly isGlobal: boolean
}

// A name must not lead to another folder, nor look like a command line.
const SUFFIX = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$/

/**
 * Chooses the helper for this registry, or the helper for all registries. An empty name for this registry means that its
 * login is in the file.
 *
 * @param server The key that the tool of the file uses for the registry; Docker's by default.
 * @throws {CredentialError} if the name cannot be the name of a helper.
 */
export function chooseHelper(
  { source, credHelpers, credsStore }: Omit<DockerConfig, 'auths'>,
  registry: string,
  server = serverAddress(registry),
): Helper | undefined {
  const matching = credHelpers.filter(([key]) => isKeyOf(key, registry))
  // The key that the tool uses now comes first, then those that older tools wrote for the same registry.
  const named = matching.find(([key]) => key === server) ?? matching.find(([key]) => key === registry) ?? matching[0]
  const isGlobal = named === undefined
  const suffix = (named ? named[1] : credsStore) ?? ''
  if (suffix === '') return undefined
  if (typeof suffix === 'string' && SUFFIX.test(suffix)) return { name: `docker-credential-${suffix}`, isGlobal }
  throw new CredentialError(
    `Cannot use the helper that ${source} names for ${isGlobal ? 'all registries' : registry}: this is not the name of a helper`,
    {
      source,
      isGlobal,
      hint: 'Name a helper without docker-credential-: osxkeychain stands for the program docker-credential-osxkeychain.',
    },
  )
}

const ACTIONS = {
  get: 'get the login to',
  store: 'store the login to',
  erase: 'erase the login to',
} as const

// Compared as a whole: the protocol has no other way to say that there is no such login.
const NOT_FOUND = 'credentials not found in native keychain'
// Known error messages of helpers, which may be shown. Any other output may hold a secret.
const KNOWN = new RegExp(
  [
    'no credentials server URL',
    'no credentials username',
    'error (?:getting|storing) credentials',
    String.raw`exit status \d{1,3}\b`,
    'pass not initialized',
    'pass store is uninitialized',
    'gpg: decryption failed: No secret key',
    'gpg: decryption failed',
    String.raw`Cannot autolaunch D-Bus without X11 \$DISPLAY`,
    String.raw`The name org\.freedesktop\.secrets was not provided by any \.service files`,
    'User interaction is not allowed',
    'The specified item could not be found in the keychain',
    'The user name or passphrase you entered is not correct',
    'A specified logon session does not exist',
    'NoCredentialProviders',
    'no EC2 IMDS role found',
    'failed to refresh cached credentials',
    'ExpiredToken',
    'AccessDenied',
    'could not find default credentials',
    'There was a problem refreshing your current auth tokens',
    'You do not currently have an active account selected',
    String.raw`AADSTS\d{5,7}\b`,
    'permission denied',
    'no such file or directory',
    'connection refused',
    'context deadline exceeded',
    'i/o timeout',
  ].join('|'),
  'g',
)
const MAX_READ = 4096
const MAX_KNOWN = 3

/** A request to a helper. */
export interface HelperRequest extends HelperOptions {
  readonly action: keyof typeof ACTIONS
  /** The server of the login, for messages. */
  readonly server: string
  /** What is written to the helper's standard input. */
  readonly input: string
}

/**
 * Runs the helper and returns its output; `undefined` if it has no such login.
 *
 * @see https://github.com/docker/docker-credential-helpers/blob/v0.9.3/README.md#development
 * @throws {CredentialError} if the helper is not installed, or fails.
 */
export async function askHelper(helper: Helper, request: HelperRequest): Promise<string | undefined> {
  const { action, server, input, signal } = request
  const program = await findHelper(helper.name)
  if (program === undefined) {
    throw new CredentialError(`Cannot ${ACTIONS[action]} ${server} with ${helper.name}: it is not on the PATH`, {
      source: helper.name,
      isGlobal: helper.isGlobal,
      hint: 'Install the helper, take it out of the file that names it, or give the option credentials.',
    })
  }
  let answer
  try {
    answer = await runHelper(program, action, input, request)
  } catch (cause) {
    signal?.throwIfAborted()
    throw helperError(helper, request, cause instanceof Error ? cause.message : String(cause), cause)
  }
  const { exitCode, output } = answer
  if (exitCode === 0) return output
  const text = output.trim()
  if (text === NOT_FOUND) return undefined
  const ending = exitCode === null ? 'it crashed' : `it ended with ${exitCode}`
  throw helperError(helper, request, `${ending}${excerpt(text)}`)
}

/** Creates the error for a helper that failed. */
export function helperError(
  { name, isGlobal }: Helper,
  { action, server }: Pick<HelperRequest, 'action' | 'server'>,
  reason: string,
  cause?: unknown,
): CredentialError {
  return new CredentialError(`Cannot ${ACTIONS[action]} ${server} with ${name}: ${reason}`, {
    source: name,
    isGlobal,
    cause,
    hint: 'Try the helper in a shell: it takes the argument get, and the name of the registry from its standard input.',
  })
}

/** The parts of a helper's output that are known messages, and so hold no login. */
function excerpt(text: string): string {
  if (text === '') return ''
  const known = [...new Set(text.slice(0, MAX_READ).match(KNOWN))].slice(0, MAX_KNOWN)
  return known.length === 0 ? ' and an answer that is not shown' : `: ${known.join(', ')}`
}

/** The user name that means that the secret is an identity token. */
export const TOKEN_USERNAME = '<token>'

/**
 * Gets the login to a server from a helper.
 *
 * @returns `undefined` if the helper has no such login.
 * @throws {CredentialError} if the helper is not installed, fails, or gives an invalid answer.
 */
export async function getFromHelper(
  helper: Helper,
  server: string,
  options: HelperOptions,
): Promise<Credential | undefined> {
  const output = await askHelper(helper, { ...options, action: 'get', server, input: server })
  if (output === undefined) return undefined
  const refuse = (reason: string): Error => helperError(helper, { action: 'get', server }, reason)
  const answer = parseAnswer(output)
  // As in Go, null stands for an empty object.
  if (answer === null) return undefined
  if (!isObject(answer)) throw refuse('its answer is not a JSON object')
  const [url = '', username, secret] = ['ServerURL', 'Username', 'Secret'].map((name) => memberOf(answer, name))
  // Some helpers answer {} if they have no such login.
  if (typeof url === 'string' && username === undefined && secret === undefined) return undefined
  if (typeof url !== 'string' || typeof username !== 'string' || typeof secret !== 'string') {
    throw refuse('its answer has no Username and Secret')
  }
  // Some helpers leave ServerURL out. One that names another server has mixed up two logins.
  if (url !== '' && url !== server && parseKey(url).host !== parseKey(server).host) {
    throw refuse('its answer is the login to another server')
  }
  if (username === TOKEN_USERNAME && secret !== '') return { identityToken: secret }
  if (username === '' && secret === '') return undefined
  if (username === '') throw refuse('its answer has a secret, but no user name')
  return { username, password: secret }
}

function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
