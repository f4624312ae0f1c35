/** Builds the judges that are written in Go, where Go is installed. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'

/** Outside of the repository: a clean clone finds there what an earlier one built. */
const CACHE = join(process.env['ORAS_HELM_CACHE'] ?? join(homedir(), '.cache/oras-helm'), 'judges')

/** Says why no judge can be built on this machine; `undefined` if one can. */
export function goMissing(): string | undefined {
  const { error, status } = spawnSync('go', ['version'])
  if (error || status !== 0) return '"go version" cannot be run (install Go: https://go.dev/doc/install)'
  return undefined
}

/**
 * Builds the program in a folder and gives the path of the binary. Modules are fetched if this machine does not have
 * them yet.
 *
 * @throws {Error} with what the compiler says.
 */
export function buildGo(folder: string): string {
  const binary = join(CACHE, basename(folder))
  execFileSync('go', ['build', '-mod=readonly', '-o', binary, '.'], { cwd: folder })
  return binary
}

/**
 * Installs a program by the path of its package and its version, `example.com/tool/cmd/tool@v1.2.3`, and gives the path
 * of the binary. A version that is there is not built again.
 *
 * @throws {Error} with what the compiler says.
 */
export function installGo(program: string): string {
  const [path = '', version = ''] = program.split('@')
  const folder = join(CACHE, `${basename(path)}-${version}`)
  const binary = join(folder, basename(path))
  if (!existsSync(binary)) execFileSync('go', ['install', program], { env: { ...process.env, GOBIN: folder } })
  return binary
}
