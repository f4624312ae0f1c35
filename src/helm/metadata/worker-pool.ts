/** A pool of worker threads; the signal of a call ends the worker that runs its task. */
import type { TransferListItem, Worker } from 'node:worker_threads'
import { dependentSignal } from '../../oras/signals.js'

/** How many workers run at once; further calls wait in a queue. */
const MAX_WORKERS = 2

/** The message that a worker sends when it has started; every other message is an answer. */
export const READY = 'ready'

/** A worker ended without an answer, or could not be started. */
export class WorkerFailure extends Error {
  override readonly name = 'WorkerFailure'
  /** Whether the worker started: it does not where threads are forbidden. */
  readonly hasStarted: boolean

  constructor(message: string, options: { readonly cause?: unknown; readonly hasStarted: boolean }) {
    super(message, options)
    this.hasStarted = options.hasStarted
  }

  /** Whether the worker ran out of memory. */
  get isOutOfMemory(): boolean {
    return (this.cause as { readonly code?: unknown } | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY'
  }
}

/** Runs tasks in workers. An idle worker does not keep the process alive. */
export class WorkerPool<Task, Answer> {
  readonly #start: () => Worker
  #running = 0
  readonly #waiting = new Set<() => void>()
  /** One idle worker is kept: enough for most calls not to start another. */
  #idle: Worker | undefined

  constructor(start: () => Worker) {
    this.#start = start
  }

  /**
   * Runs a task in a worker.
   *
   * @param options.transfer The objects that are moved to the worker, as in `postMessage`.
   * @param options.isLarge Whether to end the worker after the task, to free its memory.
   * @throws {WorkerFailure} if the worker ended, or could not be started.
   */
  async run(
    task: Task,
    options: {
      readonly signal?: AbortSignal | undefined
      readonly transfer?: readonly TransferListItem[]
      readonly isLarge?: boolean
    },
  ): Promise<Answer> {
    const { transfer = [], isLarge = false } = options
    const signal = options.signal && dependentSignal(options.signal)
    await this.#acquire(signal)
    let worker: Worker
    const wasIdle = this.#idle !== undefined
    try {
      signal?.throwIfAborted()
      worker = this.#idle ?? this.#startWorker()
    } catch (cause) {
      this.#release()
      throw cause
    }
    this.#idle = undefined
    worker.ref()
    let isReusable = false
    try {
      const answer = await postTask<Task, Answer>(worker, task, { signal, transfer, hasStarted: wasIdle })
      isReusable = !isLarge && this.#idle === undefined
      return answer
    } finally {
      worker.unref()
      if (isReusable) {
        this.#idle = worker
        this.#release()
      } else {
        // It counts as running until it has ended.
        const release = (): void => this.#release()
        Promise.resolve(worker.terminate()).then(release, release)
      }
    }
  }

  #startWorker(): Worker {
    let worker: Worker
    try {
      worker = this.#start()
    } catch (cause) {
      throw new WorkerFailure('no worker can be started', { cause, hasStarted: false })
    }
    // Without a listener, an error of the worker would be an uncaught exception of the process.
    worker.on('error', () => undefined)
    worker.once('exit', () => {
      if (this.#idle === worker) this.#idle = undefined
    })
    return worker
  }

  async #acquire(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted()
    if (this.#running < MAX_WORKERS) {
      this.#running += 1
      return
    }
    await new Promise<void>((resolve, reject) => {
      const acquire = (): void => {
        this.#waiting.delete(acquire)
        signal?.removeEventListener('abort', cancel)
        resolve()
      }
      const cancel = (): void => {
        this.#waiting.delete(acquire)
        reject(signal?.reason as Error)
      }
      this.#waiting.add(acquire)
      signal?.addEventListener('abort', cancel, { once: true })
    })
  }

  /** Lets the next call in the queue run. */
  #release(): void {
    const [next] = this.#waiting
    if (next) next()
    else this.#running -= 1
  }
}

interface PostOptions {
  readonly signal: AbortSignal | undefined
  readonly transfer: readonly TransferListItem[]
  readonly hasStarted: boolean
}

async function postTask<Task, Answer>(worker: Worker, task: Task, options: PostOptions): Promise<Answer> {
  const { signal, transfer } = options
  let { hasStarted } = options
  const listening = new AbortController()
  try {
    return await new Promise<Answer>((resolve, reject) => {
      const onMessage = (message: unknown): void => {
        if (message === READY) hasStarted = true
        else resolve(message as Answer)
      }
      let cause: unknown
      const onError = (error: unknown): void => {
        cause = error
      }
      // Only now, every message of the worker has been delivered: an error can arrive before a message sent earlier.
      const onExit = (): void => {
        const what = cause === undefined ? 'ended' : 'failed'
        reject(new WorkerFailure(`the worker that parsed it ${what}`, { cause, hasStarted }))
      }
      const onAbort = (): void => reject(signal?.reason as Error)
      worker.on('message', onMessage).once('error', onError).once('exit', onExit)
      signal?.addEventListener('abort', onAbort, { once: true })
      listening.signal.addEventListener('abort', () => {
        worker.off('message', onMessage).off('error', onError).off('exit', onExit)
        signal?.removeEventListener('abort', onAbort)
      })
      worker.postMessage(task, transfer)
    })
  } finally {
    listening.abort()
  }
}
