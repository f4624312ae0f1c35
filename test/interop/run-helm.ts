/** Runs Helm as on a machine where it has never been run. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { clientHome } from '../support/client-home.js'

/** Large charts render to several megabytes. */
const OUTPUT_LIMIT = 128 * 1024 * 1024

const run = promisify(execFile)

/**
 * Runs Helm in an empty home: what an earlier run has put into the cache answers nothing.
 *
 * @returns What Helm prints on its standard output.
 * @throws {Error} with what it says, if it fails.
 */
export async function runHelm(program: string, ...args: readonly string[]): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'oras-helm-home-'))
  const env = { PATH: process.env['PATH'], ...clientHome(home) }
  try {
    const { stdout } = await run(program, args, { env, cwd: home, maxBuffer: OUTPUT_LIMIT })
    return stdout
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}
