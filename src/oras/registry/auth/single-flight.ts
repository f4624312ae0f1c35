/** One call for all who ask at the same time, as in singleflight of Go; its answer is kept for those who ask later. */
import { untilAborted } from '../../signals.js'

interface Asked<T> {
  readonly answer: Promise<T>
  readonly signal: AbortSignal | undefined
}

/** How to ask, where there is no answer yet. */
export interface Question<T> {
  readonly ask: () => Promise<T>
  /** Of the one who asks: stops the waiting, and the question if it is his. */
  readonly signal: AbortSignal | undefined
  /** Whether an answer that was kept is still good. */
  readonly isGood?: (answer: T) => boolean
}

/** An answer that is asked for once. What fails is forgotten, and fails for all who wait for it. */
export class SingleFlight<T> {
  #asked: Asked<T> | undefined
  #kept: { readonly answer: T } | undefined

  /** Whether there is an answer already. */
  get isKept(): boolean {
    return this.#kept !== undefined
  }

  async get(question: Question<T>): Promise<T> {
    const { signal, isGood = () => true } = question
    for (;;) {
      const asked = this.#asked ?? this.#ask(question)
      try {
        const answer = await untilAborted(asked.answer, signal)
        if (isGood(answer)) return answer
      } catch (error) {
        signal?.throwIfAborted()
        // A neighbour who was cancelled takes his question with him: whoever waited for it asks on his own.
        if (asked.signal?.aborted !== true) throw error
      }
      this.#drop(asked)
    }
  }

  /** Forgets the answer that is kept, if `isBad` says so. One that is being waited for is a new one. */
  forget(isBad: (answer: T) => boolean = () => true): void {
    if (this.#asked && this.#kept && isBad(this.#kept.answer)) this.#drop(this.#asked)
  }

  #drop(asked: Asked<T>): void {
    if (this.#asked !== asked) return
    this.#asked = undefined
    this.#kept = undefined
  }

  #ask({ ask, signal }: Question<T>): Asked<T> {
    signal?.throwIfAborted()
    const asked = { answer: ask(), signal }
    this.#asked = asked
    asked.answer.then(
      (answer) => {
        if (this.#asked === asked) this.#kept = { answer }
      },
      () => this.#drop(asked),
    )
    return asked
  }
}
