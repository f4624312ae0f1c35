/** What a registry said when it refused, in plain values. */

/** One entry of the error list that a registry answers with (distribution-spec v1.1.1, Error Codes). */
export interface Diagnostic {
  /** The registry's code, in capitals by the specification: `MANIFEST_UNKNOWN`. */
  readonly code: string
  /** What the registry wrote, on one line, without secrets. */
  readonly message: string
}

/** What a registry answered when it refused: never a body or a secret. */
export interface RegistryAnswer {
  /** The method of the request: `PUT`. */
  readonly method: string
  /** The URL with the values of all query keys outside a short allow-list replaced by `REDACTED`. */
  readonly url: string
  /** The HTTP status. */
  readonly status: number
  /** The registry's own list of errors, at most five. */
  readonly diagnostics: readonly Diagnostic[]
  /** The registry's own name of the request, where it gives one: to look it up in the registry's log. */
  readonly requestId?: string
  /** How many seconds the registry asks to wait. */
  readonly retryAfter?: number
  /** What the registry says of its limit, where it says anything: `0 of 100 left in 21600 seconds`. */
  readonly rateLimit?: string
}
