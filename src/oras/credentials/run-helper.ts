/** Runs the program of a credential helper: found on the PATH, without a shell, with limits for its time and its output. */
import { type ChildProcess, spawn } from 'node:child_process'
import { access, constants, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import type { Readable } from 'node:stream'
import { readVariable } from '../environment.js'
import { readUpTo } from '../oci/byte-stream.js'
import { CLEANUP_GRACE, untilAborted } from '../signals.js'

/** Finds `docker-credential-…` on the PATH; `undefined` if it is not installed. */
export async function findHelper(name: string): Promise<string | undefined> {
  const file = process.platform === 'win32' && !name.toLowerCase().endsWith('.exe') ? `${name}.exe` : name
  for (const folder of (readVariable('PATH') ?? '').split(delimiter)) {
    // An empty or relative entry means the current folder, which may hold untrusted programs. Windows would look there
    // first, so the PATH is searched here.
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

/** In milliseconds: how long the output may stay open after the helper has exited. */
const OUTPUT_GRACE = 1000
// Long enough to type a passphrase.
const TIME_LIMIT = 30_000

/** What a helper answered. */
export interface HelperAnswer {
  /** `null` if a signal killed it. */
  readonly exitCode: number | null
  /** Its standard output. By the protocol, error messages are there too; standard error is not read. */
  readonly output: string
}

/** How to run a helper. */
export interface HelperOptions {
  readonly signal?: AbortSignal | undefined
  /**
   * How long the helper may run, in milliseconds.
   *
   * @default 30_000
   */
  readonly timeLimit?: number | undefined
}

/**
 * Runs a helper. When the promise settles, the helper has ended or was killed.
 *
 * @throws {Error} a plain error that says why there is no answer, or the signal's reason.
 */
export async function runHelper(
  program: string,
  action: string,
  input: string,
  { signal, timeLimit = TIME_LIMIT }: HelperOptions,
): Promise<HelperAnswer> {
  signal?.throwIfAborted()
  // In a process group of its own, so that its child processes can be killed with it.
  const child = spawn(program, [action], {
    detached: process.platform !== 'win32',
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
  })
  const stopped = new AbortController()
  const stop = (reason: unknown): void => {
    stopped.abort(reason)
    killGroup(child)
  }
  const onAbort = (): void => stop(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  const timer = setTimeout(() => stop(new Error(`it did not end within ${timeLimit} ms`)), timeLimit)

  const reading = readUpTo(readUntilError(child.stdout), MAX_OUTPUT).then(({ chunks, isWhole }) => {
    if (!isWhole) stop(new Error(`it wrote more than ${MAX_OUTPUT} bytes`))
    return Buffer.concat(chunks).toString('utf8')
  })
  // A helper may answer without reading its input; the write fails then.
  child.stdin.on('error', () => {})
  // A child process of the helper may hold the output open; the answer has come by then.
  child.once('exit', () => void setTimeout(() => child.stdout.destroy(), OUTPUT_GRACE).unref())
  child.stdin.end(input)

  try {
    // A killed process may take a moment to end; it is waited for only shortly.
    const ended = Promise.all([waitForClose(child), reading])
    const [exitCode, output] = await untilAborted(ended, stopped.signal, CLEANUP_GRACE)
    stopped.signal.throwIfAborted()
    return { exitCode, output }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

/** Reads the output until it ends or fails. */
async function* readUntilError(output: Readable): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* output as AsyncIterable<Uint8Array>
  } catch {
    // The output so far still counts.
  }
}

/** Waits until the process has ended and its output is closed; returns the exit code. */
async function waitForClose(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
}

function killGroup(child: ChildProcess): void {
  // A program that could not be started has no process id.
  if (child.pid === undefined) return
  try {
    if (process.platform === 'win32') child.kill('SIGKILL')
    else process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has just ended by itself.
  }
  // A child process that has left the group may keep the output open.
  child.stdin?.destroy()
  child.stdout?.destroy()
}
