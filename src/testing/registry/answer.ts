/** Answers of the embedded registry: plain values that are sent later, and refusals that carry one. */

/**
 * An answer to a request, in plain values. `Content-Length` is filled in where no header says otherwise.
 *
 * @example
 * ```ts
 * import { type Answer, startRegistry } from 'oras-helm/testing'
 *
 * const busy: Answer = { status: 503, headers: { 'Retry-After': '1' }, body: 'busy' }
 * const registry = await startRegistry({ intercept: () => busy })
 * console.log((await fetch(`${registry.url}/v2/`)).status) // 503
 * await registry.close()
 * ```
 */
export interface Answer {
  readonly status: number
  /** A list sends the header once for each value. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** Text, bytes, or bytes in pieces; never sent in answer to a `HEAD`, but counted in its `Content-Length`. */
  readonly body?: string | Uint8Array | readonly Uint8Array[]
}

/** Breaks the connection instead of answering. */
export interface ConnectionReset {
  readonly reset: true
}

/** Thrown by an endpoint that refuses; its answer is what the client gets. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly answer: Answer

  /** @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes */
  constructor(status: number, code: string, message: string, headers: Answer['headers'] = {}) {
    super(message)
    this.answer = jsonAnswer(status, { errors: [{ code, message }] }, headers)
  }
}

/** Makes an answer of a value that is sent as JSON. */
export function jsonAnswer(status: number, value: unknown, headers: Answer['headers'] = {}): Answer {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(value) }
}

/** The refusal of a method that a path does not have. */
export function methodNotAllowed(method: string, allowed: readonly string[]): Refusal {
  return new Refusal(405, 'UNSUPPORTED', `${method} is not possible here`, { Allow: allowed.join(', ') })
}
