/** The log of the embedded registry: its requests, with their times, sizes and waves. */
import { performance } from 'node:perf_hooks'

/** One request. It is in the log when it arrives, and filled in when it is answered. It never holds a secret. */
export interface LoggedRequest {
  /** The method, in capitals: `GET`. */
  readonly method: string
  /** The path with its query, as the client sent it. */
  readonly path: string
  /** The status of the answer. It stays `undefined` if the connection breaks before the answer. */
  readonly status: number | undefined
  /** When it arrived, in milliseconds of `performance.now()`. */
  readonly start: number
  /** When its answer was sent or the connection broke, on the same clock; `undefined` until then. */
  readonly end: number | undefined
  /**
   * 1 if no request had ended when this one arrived; otherwise 1 more than the highest wave of those that had ended. The
   * highest wave of a push is the number of round trips it takes in sequence. Measure it with a `delay`.
   */
  readonly wave: number
  /** The size of the request's body, in bytes. */
  readonly bytesIn: number
  /** The size of the answer's body, in bytes. */
  readonly bytesOut: number
  /** The scheme of the request's `Authorization`; `none` without that header, and for other schemes. */
  readonly authorization: 'none' | 'basic' | 'bearer'
}

/** A {@link LoggedRequest} that is not complete yet. */
export type OpenEntry = { -readonly [Key in keyof LoggedRequest]: LoggedRequest[Key] }

/** Keeps the requests in the order of their arrival. */
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
    // A request from before the last clear() does not count.
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
