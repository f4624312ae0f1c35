/** An upload that is under way: bytes come in, in order, until a digest closes it. */
import {
  createDigester,
  type Digest,
  type DigestAlgorithm,
  type Digester,
  digestAlgorithm,
} from '../../oras/oci/digest.js'
import type { StoredBytes } from './stored-bytes.js'

/** Collects the bytes of one blob, and computes their digest as they come. */
export class UploadSession implements StoredBytes {
  readonly id: string
  readonly repository: string
  readonly #pieces: Uint8Array[] = []
  readonly #algorithm: DigestAlgorithm
  readonly #digester: Digester
  #size = 0

  /** @param algorithm Of the digest that will close it, as far as anybody knows. */
  constructor(id: string, repository: string, algorithm: DigestAlgorithm) {
    this.id = id
    this.repository = repository
    this.#algorithm = algorithm
    this.#digester = createDigester(algorithm)
  }

  get pieces(): readonly Uint8Array[] {
    return this.#pieces
  }

  get size(): number {
    return this.#size
  }

  /**
   * Where the next request goes: relative, and with a query that changes with every chunk, so that a client that
   * loses the query or goes on using an old location is found out.
   */
  get location(): string {
    return `/v2/${this.repository}/blobs/uploads/${this.id}?_state=${encodeURIComponent(this.#state)}`
  }

  /** What is there so far. An empty upload says `0-0`, as Distribution does. */
  get range(): string {
    return `0-${Math.max(0, this.#size - 1)}`
  }

  isCurrent(state: string | null): boolean {
    return state === this.#state
  }

  /** Keeps what arrives, also if the connection breaks on the way. */
  async append(body: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const chunk of body) {
      // A copy: the chunk is a window of the larger buffer that the socket was read into.
      const piece = Uint8Array.from(chunk)
      this.#pieces.push(piece)
      this.#size += piece.length
      this.#digester.update(piece)
    }
  }

  /** Computes the digest of everything, by the algorithm of the digest that is expected; may be called once. */
  digest(expected: Digest): Digest {
    const algorithm = digestAlgorithm(expected)
    if (algorithm === this.#algorithm) return this.#digester.digest()
    const digester = createDigester(algorithm)
    for (const piece of this.#pieces) digester.update(piece)
    return digester.digest()
  }

  // "+", "/" and "=" have to survive in a query that is kept as it is.
  get #state(): string {
    return `+${this.#size}/=`
  }
}
