/** One call for all callers at the same time, as in singleflight of Go; the result is cached for later callers. */
import { untilAborted } from '../../signals.js'

interface Flight<T> {
  readonly result: Promise<T>
  readonly signal: AbortSignal | undefined
}

/** How to get a value that is not cached. */
export interface LoadOptions<T> {
  readonly load: () => Promise<T>
  /** The signal of this caller: stops its waiting, and `load` if this caller started it. */
  readonly signal: AbortSignal | undefined
  /** Whether a cached value is still valid. */
  readonly isValid?: (value: T) => boolean
}

/** A value that is loaded once. An error is not cached; all callers that wait at that moment get it. */
export class SingleFlight<T> {
  #flight: Flight<T> | undefined
  #cached: { readonly value: T } | undefined

  /** Whether there is a cached value. */
  get isCached(): boolean {
    return this.#cached !== undefined
  }

  /** Returns the cached value, or waits for a load that is running, or loads the value. */
  async get(options: LoadOptions<T>): Promise<T> {
    const { signal, isValid = () => true } = options
    for (;;) {
      const flight = this.#flight ?? this.#load(options)
      try {
        const value = await untilAborted(flight.result, signal)
        if (isValid(value)) return value
      } catch (error) {
        signal?.throwIfAborted()
        // If the caller that started the load was cancelled, the others load the value themselves.
        if (flight.signal?.aborted !== true) throw error
      }
      this.#drop(flight)
    }
  }

  /** Drops the cached value if it matches. A load that is running is not stopped: its value is new. */
  forget(matches: (value: T) => boolean = () => true): void {
    if (this.#flight && this.#cached && matches(this.#cached.value)) this.#drop(this.#flight)
  }

  #drop(flight: Flight<T>): void {
    if (this.#flight !== flight) return
    this.#flight = undefined
    this.#cached = undefined
  }

  #load({ load, signal }: LoadOptions<T>): Flight<T> {
    signal?.throwIfAborted()
    const flight = { result: load(), signal }
    this.#flight = flight
    flight.result.then(
      (value) => {
        if (this.#flight === flight) this.#cached = { value }
      },
      () => this.#drop(flight),
    )
    return flight
  }
}
