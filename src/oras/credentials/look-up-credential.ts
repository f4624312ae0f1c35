/** Finds the login for a target in one credentials file, or in the helper that the file names. */
import { chooseHelper, getFromHelper } from './ask-helper.js'
import type { Credential, CredentialTarget } from './credential.js'
import { decodeEntry, type DockerConfig } from './docker-config.js'
import { matchKeys, serverAddress } from './registry-key.js'
import type { HelperOptions } from './run-helper.js'

/** How to look up a login. */
export interface LookUpOptions extends HelperOptions {
  /**
   * The name of the registry that a helper is asked for, and the key that is preferred.
   *
   * @default Docker's name for the registry
   */
  readonly server?: string
}

/**
 * Looks up the login for a target. If the file names a helper for the registry, only the helper is asked: a login in the
 * file may be old.
 *
 * @throws {CredentialError} if the entry or the name of the helper is broken, or the helper fails.
 */
export async function lookUpCredential(
  config: DockerConfig,
  target: CredentialTarget,
  options: LookUpOptions = {},
): Promise<Credential | undefined> {
  const server = options.server ?? serverAddress(target.registry)
  const helper = chooseHelper(config, target.registry, server)
  if (helper) return getFromHelper(helper, server, options)
  for (const entry of matchKeys(config.auths, target, server)) {
    const credential = decodeEntry(entry, target.registry, config.source)
    if (credential) return credential
  }
  return undefined
}
