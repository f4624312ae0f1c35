/** Workers that run tasks for many calls: few at a time, each ended by the signal of the call that it works for. */
import type { TransferListItem, Worker } from 'node:worker_threads'
import { follow } from '../../oras/signals.js'

/** How many workers run at once; the other calls wait in line. */
const MAX_WORKERS = 2

/** What a worker says as soon as it runs; all else are its answers. */
export const READY = 'ready'

/** A worker ended without an answer. */
export class WorkerFailure extends Error {
  override readonly name = 'WorkerFailure'
  /** Whether it ran at all: where threads are forbidden, none does. */
  readonly hasStarted: boolean

  constructor(message: string, options: { readonly cause?: unknown; readonly hasStarted: boolean }) {
    super(message, options)
    this.hasStarted = options.hasStarted
  }

  /** Whether the task took more memory than the worker has. */
  get isOutOfMemory(): boolean {
    return (this.cause as { readonly code?: unknown } | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY'
  }
}

/** Gives each task to a worker. Those at rest keep no process alive. */
export class WorkerPool<Task, Answer> {
  readonly #start: () => Worker
  #running = 0
  readonly #waiting = new Set<() => void>()
  /** At rest; one is enough to spare most calls the start of another. */
  #idle: Worker | undefined

  constructor(start: () => Worker) {
    this.#start = start
  }

  /**
   * Has a task done.
   *
   * @param options.transfer What of the task goes to the worker, and is gone here.
   * @param options.isLarge Whether the worker is not used again: the memory that it took goes with it.
   * @throws {WorkerFailure} if the worker ended, or none could be started.
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
    const signal = options.signal && follow(options.signal)
    await this.#enter(signal)
    let worker: Worker
    const wasIdle = this.#idle !== undefined
    try {
      signal?.throwIfAborted()
      worker = this.#idle ?? this.#begin()
    } catch (cause) {
      this.#leave()
      throw cause
    }
    this.#idle = undefined
    worker.ref()
    let isFit = false
    try {
      const answer = await postTask<Task, Answer>(worker, task, { signal, transfer, hasStarted: wasIdle })
      isFit = !isLarge && this.#idle === undefined
      return answer
    } finally {
      worker.unref()
      if (isFit) {
        this.#idle = worker
        this.#leave()
      } else {
        // Until it has ended, it counts as one that runs.
        const leave = (): void => this.#leave()
        Promise.resolve(worker.terminate()).then(leave, leave)
      }
    }
  }

  #begin(): Worker {
    let worker: Worker
    try {
      worker = this.#start()
    } catch (cause) {
      throw new WorkerFailure('no worker can be started', { cause, hasStarted: false })
    }
    // Without a listener, the error of a worker would be one of the process.
    worker.on('error', () => undefined)
    worker.once('exit', () => {
      if (this.#idle === worker) this.#idle = undefined
    })
    return worker
  }

  async #enter(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted()
    if (this.#running < MAX_WORKERS) {
      this.#running += 1
      return
    }
    await new Promise<void>((resolve, reject) => {
      const enter = (): void => {
        this.#waiting.delete(enter)
        signal?.removeEventListener('abort', giveUp)
        resolve()
      }
      const giveUp = (): void => {
        this.#waiting.delete(enter)
        reject(signal?.reason as Error)
      }
      this.#waiting.add(enter)
      signal?.addEventListener('abort', giveUp, { once: true })
    })
  }

  /** The next in line takes the place. */
  #leave(): void {
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
      const onError = (cause: unknown): void => {
        reject(new WorkerFailure('the worker that parsed it failed', { cause, hasStarted }))
      }
      const onExit = (): void => reject(new WorkerFailure('the worker that parsed it ended', { hasStarted }))
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
