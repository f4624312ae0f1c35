/** The type of the function that sends one HTTP request: the part of a WHATWG `fetch` that the library needs. */

/** What a {@link Fetch} is called with. */
export interface FetchInit {
  /** The HTTP method: `GET`, `HEAD`, `POST`, `PUT` or `DELETE`. */
  readonly method: string
  /** The headers of the request; their names are in lower case. */
  readonly headers: Record<string, string>
  /** Always `manual`: the library follows redirects itself, because it decides where secrets may go. */
  readonly redirect: 'manual'
  /** Aborts the request: when the call is cancelled, or after `timeout`. */
  readonly signal: AbortSignal
  /** Set if `body` is a stream. */
  readonly duplex?: 'half'
  /** A `Uint8Array`, or an `AsyncIterable` of them for large bodies. The type is `any` so that every `fetch` fits. */
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body?: any
}

/** What a {@link Fetch} returns: the part of a WHATWG `Response` that the library reads. */
export interface FetchResponse {
  /** The HTTP status. */
  readonly status: number
  /** The headers of the response. */
  readonly headers: {
    /** Gives the value of a header, several joined by a comma and a blank; `null` if it is not set. */
    get(name: string): string | null
  }
  /** The body as it comes; `null` if there is no body. */
  readonly body: AsyncIterable<Uint8Array | string> | null
}

/** Sends one HTTP request: the global `fetch`, `node-fetch`, or a function of your own. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>
