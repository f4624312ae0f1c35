/** The login that a credential helper holds. */
import { type Helper, askHelper, helperError } from './ask-helper.js'
import type { Credential } from './credential.js'
import { isObject, memberOf } from './docker-config.js'
import { parseKey } from './registry-key.js'
import type { HelperOptions } from './run-helper.js'

/** What stands for the user name where the secret is an identity token. */
export const TOKEN_USER = '<token>'

/**
 * Asks the helper for the login to a server.
 *
 * @returns `undefined` if it has none.
 * @throws {CredentialError} if it is not there, fails, or answers something else.
 */
export async function getFromHelper(
  helper: Helper,
  server: string,
  options: HelperOptions,
): Promise<Credential | undefined> {
  const output = await askHelper(helper, { ...options, action: 'get', server, input: server })
  if (output === undefined) return undefined
  const refuse = (reason: string): Error => helperError(helper, { action: 'get', server }, reason)
  const answer = parse(output)
  if (!isObject(answer)) throw refuse('its answer is not a JSON object')
  const [url = '', username, secret] = ['ServerURL', 'Username', 'Secret'].map((name) => memberOf(answer, name))
  if (typeof url !== 'string' || typeof username !== 'string' || typeof secret !== 'string') {
    throw refuse('its answer has no Username and Secret')
  }
  // Some say nothing of the server. One that names another has mixed up two logins.
  if (url !== '' && url !== server && parseKey(url).host !== parseKey(server).host) {
    throw refuse('its answer is the login to another server')
  }
  if (username === TOKEN_USER && secret !== '') return { identityToken: secret }
  if (username === '' && secret === '') return undefined
  if (username === '') throw refuse('its answer has a secret, but no user name')
  return { username, password: secret }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
