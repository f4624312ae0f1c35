/** Which helper, if any, holds the login to a registry. */
import { CredentialError } from '../errors/oci-error.js'
import type { Helper } from './ask-helper.js'
import type { DockerConfig } from './docker-config.js'
import { isKeyOf, serverKey } from './registry-key.js'

// A name may not lead to another folder, and is not shown as a command line.
const SUFFIX = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$/

/**
 * The helper for this registry, or the one for all. An empty name for this registry says that its login is in the file.
 *
 * @throws {CredentialError} if the name is none.
 */
export function chooseHelper(
  { source, credHelpers, credsStore }: Omit<DockerConfig, 'auths'>,
  registry: string,
): Helper | undefined {
  const fitting = credHelpers.filter(([key]) => isKeyOf(key, registry))
  // What older tools wrote for the same registry comes after the name that Docker uses now.
  const named =
    fitting.find(([key]) => key === serverKey(registry)) ?? fitting.find(([key]) => key === registry) ?? fitting[0]
  const isGlobal = named === undefined
  const suffix = (named ? named[1] : credsStore) ?? ''
  if (suffix === '') return undefined
  if (typeof suffix === 'string' && SUFFIX.test(suffix)) return { name: `docker-credential-${suffix}`, isGlobal }
  throw new CredentialError(
    `Cannot use the helper that ${source} names for ${isGlobal ? 'all registries' : registry}: it is not the name of one`,
    { source, isGlobal, hint: 'Name a helper by what follows docker-credential- in the name of its program.' },
  )
}
