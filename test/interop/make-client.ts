/** Runs clients as on a machine where they have never been run or configured. */
import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { clientHome } from '../support/client-home.js'
import { makeFolder } from '../support/make-folder.js'

const OUTPUT_LIMIT = 64 * 1024 * 1024

const run = promisify(execFile)

/** A client in a folder of its own, which is removed after the test. */
export interface Client {
  /** Where it runs: the paths in its arguments are those of files in here. */
  readonly folder: string
  /**
   * @returns Its standard output, byte for byte.
   * @throws {Error} with its output, if it fails.
   */
  readonly run: (...args: readonly string[]) => Promise<Buffer>
  /** As text, without the end of its last line. */
  readonly ask: (...args: readonly string[]) => Promise<string>
}

/** Makes a client for one test. */
export async function makeClient(program: string): Promise<Client> {
  const place = await makeFolder()
  const [folder, home] = [join(place, 'folder'), join(place, 'home')]
  await Promise.all([folder, home].map((each) => mkdir(each)))
  const env = { PATH: process.env['PATH'], ...clientHome(home) }
  const runProgram = async (...args: readonly string[]): Promise<Buffer> => {
    const options = { cwd: folder, env, encoding: 'buffer', maxBuffer: OUTPUT_LIMIT } as const
    return (await run(program, args, options)).stdout
  }
  return { folder, run: runProgram, ask: async (...args) => (await runProgram(...args)).toString().trimEnd() }
}
