/** Has files parsed in a worker. */
import { Worker } from 'node:worker_threads'
import { FileLimitError } from './file-limit-error.js'
import { type FileAnswer, type FileTask, runFileTask } from './file-task.js'
import type { FileReply } from './file-worker.js'
import { WorkerFailure, WorkerPool } from './worker-pool.js'

/**
 * In MiB: four times what the worst file takes that is parsed at all. Node 24 and 26 do not survive a worker that reaches
 * it; before, the limit of tokens refuses the file.
 */
const MEMORY = 512
/** In bytes; what is larger may leave so much memory in use that its worker is better ended. */
const LARGE = 512 * 1024

let pool: WorkerPool<FileTask, FileReply> | undefined

/**
 * Parses a file in a worker or, where none can be started, in this thread.
 *
 * @throws as {@link runFileTask} does.
 * @throws {WorkerFailure} if the worker fails.
 */
export async function parseInWorker(task: FileTask, signal: AbortSignal | undefined): Promise<FileAnswer> {
  pool ??= await openPool()
  // A copy: a part of a buffer would take all of it along, and what is transferred is gone here.
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
  // Only large files need it.
  const { code } = await import('./file-worker-code.js')
  const resourceLimits = { maxOldGenerationSizeMb: MEMORY, maxYoungGenerationSizeMb: 16 }
  // It needs nothing of the process: no variables, no options, no loaders.
  return new WorkerPool(() => new Worker(code, { eval: true, execArgv: [], env: {}, resourceLimits }))
}
