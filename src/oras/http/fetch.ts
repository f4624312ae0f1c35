/** What it takes to send one HTTP request: the part of a WHATWG fetch that the library needs. */

/** What a {@link Fetch} is called with. */
export interface FetchInit {
  readonly method: string
  readonly headers: Record<string, string>
  /** Redirects are followed by the library, which decides where secrets may go. */
  readonly redirect: 'manual'
  readonly signal: AbortSignal
  /** Set for bodies that stream. */
  readonly duplex?: 'half'
  /** A `Uint8Array`, or an `AsyncIterable` of them for large bodies; loosely typed so that any `fetch` fits. */
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body?: any
}

/** What a {@link Fetch} answers with: the part of a WHATWG `Response` that the library reads. */
export interface FetchResponse {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: AsyncIterable<Uint8Array | string> | null
}

/** Sends one HTTP request: the global `fetch`, `node-fetch`, or one of your own. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>
