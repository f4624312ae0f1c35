/** Logins that Helm keeps. */
import { helmConfigPath } from './config-paths.js'
import type { CredentialFunction } from './credential.js'
import { parseDockerConfig } from './docker-config.js'
import { checkPath, type CredentialFileOptions } from './file-options.js'
import { lookUpCredential } from './look-up-credential.js'
import { readConfig } from './read-config.js'

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
  checkPath(options.path)
  return async (target, { signal } = {}) => {
    const path = options.path ?? helmConfigPath()
    const text = path === undefined ? undefined : await readConfig(path, options.path === undefined)
    if (path === undefined || text === undefined) return undefined
    return lookUpCredential(parseDockerConfig(text, path), target, { signal })
  }
}
