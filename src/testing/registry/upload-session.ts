/** An upload session: receives chunks in order until the client finishes it with a digest. */
import {
  createDigester,
  type Digest,
  type DigestAlgorithm,
  type Digester,
  digestAlgorithm,
} from '../../oras/oci/digest.js'
import type { StoredBytes } from './stored-bytes.js'

/** Collects the bytes of a blob, and computes their digest as they arrive. */
export class UploadSession implements StoredBytes {
  readonly id: string
  readonly repository: string
  readonly #pieces: Uint8Array[] = []
  readonly #algorithm: DigestAlgorithm
  readonly #digester: Digester
  #size = 0

  /** @param algorithm Of the expected digest. Another one is possible, but the bytes are then hashed twice. */
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
   * The location of the next request. It is relative and its query changes with every chunk, so that a client that drops
   * the query or uses an old location fails.
   */
  get location(): string {
    return `/v2/${this.repository}/blobs/uploads/${this.id}?_state=${encodeURIComponent(this.#state)}`
  }

  /** The range of the bytes received so far. It is `0-0` for an empty upload, as in Distribution. */
  get range(): string {
    return `0-${Math.max(0, this.#size - 1)}`
  }

  isCurrent(state: string | null): boolean {
    return state === this.#state
  }

  /** Appends a body. If the connection breaks, the bytes that arrived before are kept. */
  async append(body: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const chunk of body) {
      // A copy: the chunk is a view of a larger buffer of the socket.
      const piece = Uint8Array.from(chunk)
      this.#pieces.push(piece)
      this.#size += piece.length
      this.#digester.update(piece)
    }
  }

  /** Computes the digest of all bytes, with the algorithm of the expected digest. It may be called once. */
  digest(expected: Digest): Digest {
    const algorithm = digestAlgorithm(expected)
    if (algorithm === this.#algorithm) return this.#digester.digest()
    const digester = createDigester(algorithm)
    for (const piece of this.#pieces) digester.update(piece)
    return digester.digest()
  }

  // A client must keep "+", "/" and "=" in the query as they are.
  get #state(): string {
    return `+${this.#size}/=`
  }
}
