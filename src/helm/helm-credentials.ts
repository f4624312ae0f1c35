/** Logins that Helm keeps. */
import { readOptions } from '../oras/errors/read-options.js'
import {
  below,
  credentialFileChecks,
  type CredentialFileOptions,
  homeFolder,
} from '../oras/credentials/config-paths.js'
import type { CredentialFunction } from '../oras/credentials/credential.js'
import { parseDockerConfig } from '../oras/credentials/docker-config.js'
import { lookUpCredential } from '../oras/credentials/look-up-credential.js'
import { readConfig } from '../oras/credentials/read-config.js'
import { readVariable } from '../oras/environment.js'

/**
 * Finds what `helm registry login` left: in `$HELM_REGISTRY_CONFIG`, or `registry/config.json` in Helm's folder, which
 * is `$HELM_CONFIG_HOME`, `$XDG_CONFIG_HOME/helm`, or where Helm has it on this system. The file is read each time a
 * login is wanted. Helm itself looks into Docker's file next: for that, see `defaultCredentials`.
 *
 * @throws {CredentialError} when it is asked and the file is broken, or a helper is missing or fails.
 * @example
 * ```ts
 * import { helmCredentials, listChartVersions } from 'oras-helm'
 *
 * await listChartVersions('oci://localhost:5000/charts/mychart', { credentials: helmCredentials() })
 * ```
 */
export function helmCredentials(options: CredentialFileOptions = {}): CredentialFunction {
  const { path: given } = readOptions(options, credentialFileChecks())
  return async (target, { signal } = {}) => {
    const path = given ?? helmConfigPath()
    const text = path === undefined ? undefined : await readConfig(path, given === undefined)
    if (path === undefined || text === undefined) return undefined
    return lookUpCredential(parseDockerConfig(text, path), target, { signal })
  }
}

/** `$HELM_REGISTRY_CONFIG`, or `registry/config.json` in Helm's own folder. */
function helmConfigPath(): string | undefined {
  return readVariable('HELM_REGISTRY_CONFIG') ?? below(helmFolder(), 'registry', 'config.json')
}

function helmFolder(): string | undefined {
  const own = readVariable('HELM_CONFIG_HOME') ?? below(readVariable('XDG_CONFIG_HOME'), 'helm')
  if (own !== undefined) return own
  if (process.platform === 'win32') return below(readVariable('APPDATA'), 'helm')
  return process.platform === 'darwin'
    ? below(homeFolder(), 'Library', 'Preferences', 'helm')
    : below(homeFolder(), '.config', 'helm')
}
