/** Gives the tests an empty home folder: they see no login, configuration or proxy of the user who runs them. */
import { mkdtemp, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

/** The environment that clients of registries read. */
const CLIENTS =
  /^(?:(?:https?|no|all)_proxy|docker_(?:config|auth_config)|registry_auth_file|helm_\w+|xdg_\w+|ssl_cert_(?:file|dir)|node_extra_ca_certs)$/i

/** Runs before the workers start, which inherit the environment. */
export async function setup(): Promise<() => Promise<void>> {
  const { env } = process
  // What the tools of the tests keep between runs stays where it is.
  const home = homedir()
  env['GOPATH'] ??= join(home, 'go')
  env['GOCACHE'] ??= join(home, '.cache/go-build')
  env['GOENV'] ??= join(home, '.config/go/env')
  env['npm_config_cache'] ??= join(home, '.npm')
  env['npm_config_userconfig'] ??= join(home, '.npmrc')
  env['ORAS_HELM_CACHE'] ??= join(env['XDG_CACHE_HOME'] || join(home, '.cache'), 'oras-helm')

  const folder = await mkdtemp(join(tmpdir(), 'oras-helm-home-'))
  for (const name of Object.keys(env)) if (CLIENTS.test(name)) delete env[name]
  env['HOME'] = env['USERPROFILE'] = folder
  env['XDG_CONFIG_HOME'] = join(folder, '.config')
  env['XDG_RUNTIME_DIR'] = join(folder, 'run')
  env['DOCKER_CONFIG'] = join(folder, '.docker')
  return () => rm(folder, { recursive: true, force: true })
}
