/** Answers of the embedded registry, as plain values, and the error by which an endpoint refuses a request. */

/**
 * An answer to a request. `Content-Length` is added unless the headers have it or `Transfer-Encoding`.
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
  /** The status code: `404`. */
  readonly status: number
  /** The headers. A list of values sends the header once for each. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** Text, bytes, or a list of byte arrays. `HEAD` gets its `Content-Length` without the body. */
  readonly body?: string | Uint8Array | readonly Uint8Array[]
}

/** Returned by `intercept` to break the connection in place of an answer. */
export interface ConnectionReset {
  /** Always `true`. */
  readonly reset: true
}

/** Thrown by an endpoint that refuses a request; the client gets its `answer`. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  /** What is sent to the client. */
  readonly answer: Answer

  /** @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes */
  constructor(status: number, code: string, message: string, headers: Answer['headers'] = {}) {
    super(message)
    this.answer = jsonAnswer(status, { errors: [{ code, message }] }, headers)
  }
}

/** Makes an answer with a value as JSON. */
export function jsonAnswer(status: number, value: unknown, headers: Answer['headers'] = {}): Answer {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(value) }
}

/** Makes the refusal for a method that an endpoint does not have. */
export function methodNotAllowed(method: string, allowed: readonly string[]): Refusal {
  return new Refusal(405, 'UNSUPPORTED', `${method} is not possible here`, { Allow: allowed.join(', ') })
}
