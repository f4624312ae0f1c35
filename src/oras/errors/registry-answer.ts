/** What a registry said when it refused, in plain values. */

/** One entry of the error list that a registry answers with (distribution-spec v1.1.1, Error Codes). */
export interface Diagnostic {
  readonly code: string
  readonly message: string
}

/** What a registry answered when it refused: never a body or a secret. */
export interface RegistryAnswer {
  readonly method: string
  /** The URL with the values of all query keys outside a short allow-list replaced by `REDACTED`. */
  readonly url: string
  readonly status: number
  readonly diagnostics: readonly Diagnostic[]
  /** What the registry calls this request, where it names it: for whoever looks into its log. */
  readonly requestId?: string
  /** How many seconds the registry asks to wait. */
  readonly retryAfter?: number
  /** What the registry says of its limit, where it says anything: `0 of 100 left in 21600 seconds`. */
  readonly rateLimit?: string
}
