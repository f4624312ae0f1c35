/** What an endpoint of the embedded registry sees of a request. */

/** A request, with nothing of node:http in it. */
export interface Exchange {
  readonly method: string
  /** With the query, as it was sent. */
  readonly path: string
  readonly query: URLSearchParams
  /** Names are in lower case; several lines of one name are joined. */
  readonly headers: Readonly<Record<string, string>>
  /** Read at most once; what an endpoint leaves unread is thrown away. */
  readonly body: AsyncIterable<Uint8Array>
}
