/** The program of a credential helper, found on the PATH and run: no shell, bounded in time and in what it writes, and gone when the promise settles. */
import { type ChildProcess, spawn } from 'node:child_process'
import { access, constants, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import type { Readable } from 'node:stream'
import { readVariable } from '../environment.js'
import { readUpTo } from '../oci/byte-stream.js'
import { TIDYING, untilAborted } from '../signals.js'

/** Finds `docker-credential-…`; `undefined` if there is none. */
export async function findHelper(name: string): Promise<string | undefined> {
  const file = process.platform === 'win32' && !name.toLowerCase().endsWith('.exe') ? `${name}.exe` : name
  for (const folder of (readVariable('PATH') ?? '').split(delimiter)) {
    // An entry that is empty or relative leads to the current folder, where files of strangers lie; and Windows on its
    // own would look there first.
    if (!isAbsolute(folder)) continue
    const path = join(folder, file)
    if (await isProgram(path)) return path
  }
  return undefined
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}

const MAX_OUTPUT = 64 * 1024

const GRACE = 1000
// Somebody may have to type a passphrase.
const TIME_LIMIT = 30_000

export interface HelperAnswer {
  /** `null` if a signal ended it. */
  readonly exitCode: number | null
  /** What it wrote to its standard output. Errors are told there, too; the other output may hold anything. */
  readonly output: string
}

export interface HelperOptions {
  readonly signal?: AbortSignal | undefined
  /** In milliseconds. Default: 30 000. */
  readonly timeLimit?: number | undefined
}

/** @throws a plain error that says why there is no answer, or the signal's reason. */
export async function runHelper(
  program: string,
  action: string,
  input: string,
  { signal, timeLimit = TIME_LIMIT }: HelperOptions,
): Promise<HelperAnswer> {
  signal?.throwIfAborted()
  // A group of its own can be ended with all that the helper has started.
  const child = spawn(program, [action], {
    detached: process.platform !== 'win32',
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
  })
  const stopped = new AbortController()
  const stop = (reason: unknown): void => {
    stopped.abort(reason)
    endGroup(child)
  }
  const onAbort = (): void => stop(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  const timer = setTimeout(() => stop(new Error(`it did not end within ${timeLimit} ms`)), timeLimit)

  const reading = readUpTo(asFarAsItComes(child.stdout), MAX_OUTPUT).then(({ chunks, isWhole }) => {
    if (!isWhole) stop(new Error(`it wrote more than ${MAX_OUTPUT} bytes`))
    return Buffer.concat(chunks).toString('utf8')
  })
  // A helper may answer without reading what it was asked.
  child.stdin.on('error', () => {})
  // What it leaves running may hold the output open; all that it had to say has come by then.
  child.once('exit', () => void setTimeout(() => child.stdout.destroy(), GRACE).unref())
  child.stdin.end(input)

  try {
    // What the system does not end at once is not waited for.
    const ended = Promise.all([closeOf(child), reading])
    const [exitCode, output] = await untilAborted(ended, stopped.signal, TIDYING)
    stopped.signal.throwIfAborted()
    return { exitCode, output }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

/** The output until it ends, or is closed because nobody waits any longer. */
async function* asFarAsItComes(output: Readable): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* output as AsyncIterable<Uint8Array>
  } catch {
    // What it had said before still counts.
  }
}

/** Waits until it has ended and its output is closed. */
async function closeOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
}

function endGroup(child: ChildProcess): void {
  // A program that could not be started has no number.
  if (child.pid === undefined) return
  try {
    if (process.platform === 'win32') child.kill('SIGKILL')
    else process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It ended by itself a moment ago.
  }
  // What has left the group may keep the output open for ever.
  child.stdin?.destroy()
  child.stdout?.destroy()
}
