/** The program of the worker that parses files: it answers one task after the other. */
import { FileLimitError } from './file-limit-error.js'
import { type FileAnswer, type FileTask, runFileTask } from './file-task.js'
import { READY } from './worker-pool.js'

/** What the worker sends: an answer, or what was wrong with the file; errors of classes of our own do not travel. */
export type FileReply =
  | { readonly answer: FileAnswer }
  | { readonly wrong: 'syntax' | 'encoding' | 'limit'; readonly reason: string; readonly limit: number }

/** Messages of the parser may quote the file; an error shows no more of them. */
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

// There is no require() here in Deno, and no import in Node.
const { parentPort } = process.getBuiltinModule('node:worker_threads')
parentPort?.on('message', (task: FileTask) => parentPort.postMessage(reply(task)))
parentPort?.postMessage(READY)
