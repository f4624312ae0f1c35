/** Parses files in a worker thread. */
import { Worker } from 'node:worker_threads'
import { FileLimitError } from './file-limit-error.js'
import { type FileAnswer, type FileTask, runFileTask } from './file-task.js'
import type { FileReply } from './file-worker.js'
import { WorkerFailure, WorkerPool } from './worker-pool.js'

/**
 * The heap of a worker, in MiB: four times what the largest accepted file needs. Node 24 and 26 crash when a worker reaches
 * this limit, so the limit of tokens refuses a larger file before.
 */
const MEMORY = 512
/** In bytes. A worker that parsed a larger file may keep much memory, so it is ended. */
const LARGE = 512 * 1024

let pool: WorkerPool<FileTask, FileReply> | undefined

/**
 * Parses a file in a worker, or in this thread if no worker can be started.
 *
 * @throws as {@link runFileTask} does.
 * @throws {WorkerFailure} if the worker fails.
 */
export async function parseInWorker(task: FileTask, signal: AbortSignal | undefined): Promise<FileAnswer> {
  pool ??= await openPool()
  // A copy, because a transferred buffer is no longer usable here, and the file may be a part of a larger buffer.
  const bytes = new Uint8Array(task.bytes)
  const options = { signal, transfer: [bytes.buffer], isLarge: bytes.length > LARGE }
  let reply: FileReply
  try {
    reply = await pool.run({ ...task, bytes }, options)
  } catch (cause) {
    if (!(cause instanceof WorkerFailure)) throw cause
    if (cause.isOutOfMemory) throw new FileLimitError(`parsing it takes more than ${MEMORY} MiB of memory`, MEMORY)
    if (cause.hasStarted) throw cause
    return runFileTask(task)
  }
  if ('answer' in reply) return reply.answer
  const { wrong, reason, limit } = reply
  if (wrong === 'limit') throw new FileLimitError(reason, limit)
  throw wrong === 'encoding' ? new TypeError(reason) : new SyntaxError(reason)
}

async function openPool(): Promise<WorkerPool<FileTask, FileReply>> {
  // Imported on use, because only large files need it.
  const { code } = await import('./file-worker-code.js')
  const resourceLimits = { maxOldGenerationSizeMb: MEMORY, maxYoungGenerationSizeMb: 16 }
  // Without the environment, the options and the loaders of the process: it needs none of them.
  return new WorkerPool(() => new Worker(code, { eval: true, execArgv: [], env: {}, resourceLimits }))
}
