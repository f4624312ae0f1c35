/** One row of the table of worst inputs: the reader, the input, and how it is made. */
import type { ConnectionOptions } from '../../src/oras/registry/connection/connection-options.js'

/** An input, made by an attacker, that is as bad as the limits of docs/limits.md allow. */
export interface WorstInput {
  readonly reader: string
  readonly input: string
  /**
   * Makes the input.
   *
   * @param share How much of the limits it takes: 1 is all, 0.1 a tenth.
   */
  readonly make: (share: number, place: Place) => Case | Promise<Case>
}

/** An input that is made, and the call that reads it. */
interface Case {
  /** The size of the input, as the attacker sends it. */
  readonly bytes: number
  /** May be called again, and may reject. */
  readonly run: (signal: AbortSignal) => Promise<unknown>
}

/** What an input may need: a folder, a server. */
export interface Place {
  /** An empty folder. */
  readonly folder: string
  /** Starts a server that knows these answers. */
  readonly serve: (answers: readonly Answer[]) => Promise<Served>
}

/** How to reach a server. */
export interface Served {
  readonly host: string
  readonly options: ConnectionOptions
}

/** The answers of a server; of several that fit a request, the first one counts. */
export interface Answer {
  /** The method and the path with its query; `GET /v2/` fits all that begin so. */
  readonly to: string
  /** Whether only to requests with a login. */
  readonly withLogin?: boolean
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

export const KIBIBYTE = 1024
export const MEBIBYTE: number = 1024 * KIBIBYTE

/** Repeats a text until it has so many characters, or somewhat fewer. */
export function fill(text: string, length: number): string {
  return text.repeat(Math.max(1, Math.floor(length / text.length)))
}

/** Makes a text of numbered pieces, so many. */
export function number(count: number, make: (at: number) => string): string {
  return Array.from({ length: Math.max(1, Math.floor(count)) }, (_, at) => make(at)).join('')
}

/** Finds the answer to a request. */
export function findAnswer(answers: readonly Answer[], request: string, hasLogin: boolean): Answer {
  const fits = ({ to, withLogin }: Answer): boolean => request.startsWith(to) && (!withLogin || hasLogin)
  return answers.find(fits) ?? { to: '', status: 404 }
}
