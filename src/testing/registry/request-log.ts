/** The log of the embedded registry: what came, when, and how many requests had to wait for one another. */
import { performance } from 'node:perf_hooks'

/** One request; in the log from its arrival on, and filled in as it is answered. Never holds a secret. */
export interface LoggedRequest {
  readonly method: string
  /** With the query, as it was sent. */
  readonly path: string
  /** `undefined` until it is answered, and for ever if the connection broke before. */
  readonly status: number | undefined
  /** When it arrived, in milliseconds of `performance.now()`. */
  readonly start: number
  /** When its answer was completely handed over, or the connection broke; `undefined` until then. */
  readonly end: number | undefined
  /**
   * 1 if no request had ended when this one arrived; else 1 more than the highest wave of those that had. The highest
   * wave of a push is the number of answers it had to wait for, one after the other; take it with some `delay`.
   */
  readonly wave: number
  /** Bytes of the request's body. */
  readonly bytesIn: number
  /** Bytes of the answer's body. */
  readonly bytesOut: number
  /** The kind of credentials that came along. */
  readonly authorization: 'none' | 'basic' | 'bearer'
}

/** A {@link LoggedRequest} while it is being written. */
export type OpenEntry = { -readonly [Key in keyof LoggedRequest]: LoggedRequest[Key] }

/** Keeps the requests in the order in which they arrived. */
export class RequestLog {
  #entries: OpenEntry[] = []
  #highestEnded = 0

  get entries(): readonly LoggedRequest[] {
    return this.#entries
  }

  add(method: string, path: string, authorization: string): OpenEntry {
    const entry: OpenEntry = {
      method,
      path,
      status: undefined,
      start: performance.now(),
      end: undefined,
      wave: this.#highestEnded + 1,
      bytesIn: 0,
      bytesOut: 0,
      authorization: authorizationKind(authorization),
    }
    this.#entries.push(entry)
    return entry
  }

  end(entry: OpenEntry): void {
    entry.end = performance.now()
    // A request from before the last clear() has no say in the waves after it.
    if (this.#entries.includes(entry)) this.#highestEnded = Math.max(this.#highestEnded, entry.wave)
  }

  clear(): void {
    this.#entries = []
    this.#highestEnded = 0
  }
}

function authorizationKind(header: string): LoggedRequest['authorization'] {
  const scheme = header.split(' ')[0]?.toLowerCase()
  return scheme === 'basic' || scheme === 'bearer' ? scheme : 'none'
}
