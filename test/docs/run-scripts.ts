/** Starts TypeScript files in processes of their own, as `npx tsx` does, without a shell. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { ROOT } from './find-blocks.js'

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

/** Starts a script; it sees `oras-helm` as the sources of this repository, wherever it runs. */
export function startScript(
  path: string,
  args: readonly string[],
  options: { readonly cwd?: string } = {},
): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, ['--import', TSX, join(ROOT, path), ...args], {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, TSX_TSCONFIG_PATH: join(ROOT, 'tsconfig.json') },
    stdio: ['ignore', 'pipe', 'pipe'],
    // More than the tests that need it take, and an end to what hangs.
    timeout: 600_000,
    killSignal: 'SIGKILL',
  })
}

/** Runs a script to its end; anything but success is an error that shows what it said. */
export async function runScript(
  path: string,
  args: readonly string[],
  options: { readonly cwd?: string } = {},
): Promise<string> {
  const script = startScript(path, args, options)
  const [stdout, stderr, [code]] = await Promise.all([text(script.stdout), text(script.stderr), once(script, 'close')])
  if (code !== 0) throw new Error(`${path} ended with ${String(code)}\n${stdout}\n${stderr}`)
  return stdout
}
