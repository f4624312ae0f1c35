/** The program of the worker that parses files: it replies to one task after the other. */
import { FileLimitError } from './file-limit-error.js'
import { type FileAnswer, type FileTask, runFileTask } from './file-task.js'
import { READY } from './worker-pool.js'

/** What the worker sends: an answer, or what is wrong with the file, because a message cannot carry our error classes. */
export type FileReply =
  | { readonly answer: FileAnswer }
  | { readonly wrong: 'syntax' | 'encoding' | 'limit'; readonly reason: string; readonly limit: number }

/** In characters: a message of the parser may quote the file, so it is cut. */
const MAX_REASON = 10_000

function reply(task: FileTask): FileReply {
  try {
    return { answer: runFileTask(task) }
  } catch (cause) {
    const isLimit = cause instanceof FileLimitError
    if (!isLimit && !(cause instanceof SyntaxError) && !(cause instanceof TypeError)) throw cause
    return {
      wrong: isLimit ? 'limit' : cause instanceof TypeError ? 'encoding' : 'syntax',
      reason: cause.message.slice(0, MAX_REASON),
      limit: isLimit ? cause.limit : 0,
    }
  }
}

// Code that is evaluated in a worker has no require() in Deno, and no static import in Node.
const { parentPort } = process.getBuiltinModule('node:worker_threads')
parentPort?.on('message', (task: FileTask) => parentPort.postMessage(reply(task)))
parentPort?.postMessage(READY)
