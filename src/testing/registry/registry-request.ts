/** A request, as the endpoints of the embedded registry see it. */

/** A request, independent of node:http. */
export interface RegistryRequest {
  readonly method: string
  /** The path with its query, as the client sent it. */
  readonly path: string
  readonly query: URLSearchParams
  /** Names are in lower case; values of the same name are joined. */
  readonly headers: Readonly<Record<string, string>>
  /** Can be read once. What an endpoint does not read is discarded. */
  readonly body: AsyncIterable<Uint8Array>
}
