/** The login that one file holds for a target, by itself or through a helper. */
import { chooseHelper, getFromHelper } from './ask-helper.js'
import type { Credential, CredentialTarget } from './credential.js'
import { decodeEntry, type DockerConfig } from './docker-config.js'
import { matchKeys, serverKey } from './registry-key.js'
import type { HelperOptions } from './run-helper.js'

/** How to look. */
export interface LookUpOptions extends HelperOptions {
  /** What a helper calls the registry. Default: what Docker calls it. */
  readonly server?: string
}

/**
 * Looks up the login to the registry of a target. If there is a helper for it, its answer counts: what stands in the
 * file beside it may be old.
 *
 * @throws {CredentialError} if the entry or the name of the helper is broken, or the helper fails.
 */
export async function lookUpCredential(
  config: DockerConfig,
  target: CredentialTarget,
  options: LookUpOptions = {},
): Promise<Credential | undefined> {
  const helper = chooseHelper(config, target.registry)
  if (helper) return getFromHelper(helper, options.server ?? serverKey(target.registry), options)
  for (const entry of matchKeys(config.auths, target)) {
    const credential = decodeEntry(entry, target.registry, config.source)
    if (credential) return credential
  }
  return undefined
}
