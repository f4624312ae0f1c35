/** Contents: bytes that can be opened again and again, and that are checked whenever they are read. */
import { ContentMismatchError, LimitExceededError } from '../errors/oci-error.js'
import type { Annotations, Descriptor } from './descriptor.js'
import { createDigester, digestAlgorithm, digestOf } from './digest.js'
import { slices } from './byte-stream.js'

/** How to open a {@link Content}. */
export interface OpenOptions {
  /** The first byte that is wanted, counted from 0; what lies before it is read and checked, but not handed over. */
  readonly start?: number | undefined
  /**
   * How many of the first bytes will probably do. A source that can asks for no more before they are read; what is
   * delivered, and checked, is the same.
   */
  readonly preview?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * A descriptor and the bytes it describes: in memory, in a file, in a registry.
 *
 * Iterating to the end delivers exactly the bytes of the descriptor, or throws a `ContentMismatchError`: the last chunk
 * is held back until the digest is right. An iteration that is left early has promised nothing. The chunks may be the
 * source's own memory: they are to be read, not changed.
 */
export interface Content {
  readonly descriptor: Descriptor
  /** Opens the content; may be called again and again, also at the same time. */
  open(options?: OpenOptions): AsyncIterable<Uint8Array>
}

const DEFAULT_LIMIT = 100 * 1024 * 1024

/**
 * Describes bytes in memory. They are not copied; bytes changed later are found out when the content is read.
 *
 * @example
 * ```ts
 * import { bytesContent } from 'oras-helm'
 *
 * const config = bytesContent(new TextEncoder().encode('{}'), { mediaType: 'application/vnd.oci.image.config.v1+json' })
 * console.log(config.descriptor.size) // 2
 * ```
 */
export function bytesContent(
  bytes: Uint8Array,
  options: { readonly mediaType: string; readonly annotations?: Annotations | undefined },
): Content {
  const { mediaType, annotations } = options
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length, ...(annotations && { annotations }) }
  return checkedContent(descriptor, () => slices(bytes))
}

/**
 * Makes a content of bytes that come from anywhere, checked against the descriptor whenever they are read.
 *
 * @param open Delivers the bytes from the first one on; called when the first chunk is asked for, once per reading, and
 * expected to stop at the signal.
 */
export function checkedContent(descriptor: Descriptor, open: OpenSource): Content {
  return { descriptor, open: (options = {}) => checkedBytes(descriptor, open, options) }
}

/** Delivers all bytes, unchecked. */
type OpenSource = (signal: AbortSignal | undefined, preview?: number) => AsyncIterable<Uint8Array>

/**
 * Makes a content of bytes that come the same each time, by going through them once.
 *
 * @param open As for {@link checkedContent}.
 */
export async function describeContent(
  open: (signal: AbortSignal | undefined) => AsyncIterable<Uint8Array>,
  options: {
    readonly mediaType: string
    readonly annotations?: Annotations | undefined
    readonly signal?: AbortSignal | undefined
  },
): Promise<Content> {
  const { mediaType, annotations, signal } = options
  const digester = createDigester()
  let size = 0
  for await (const chunk of open(signal)) {
    signal?.throwIfAborted()
    digester.update(chunk)
    size += chunk.length
  }
  return checkedContent({ mediaType, digest: digester.digest(), size, ...(annotations && { annotations }) }, open)
}

async function* checkedBytes(
  descriptor: Descriptor,
  open: OpenSource,
  { start = 0, preview, signal }: OpenOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  signal?.throwIfAborted()
  const digester = createDigester(digestAlgorithm(descriptor.digest))
  let size = 0
  let held: Uint8Array | undefined

  try {
    for await (const chunk of open(signal, preview)) {
      signal?.throwIfAborted()
      if (chunk.length === 0) continue
      size += chunk.length
      if (size > descriptor.size) throw wrongSize(descriptor, 'more')
      digester.update(chunk)
      const wanted = chunk.subarray(Math.max(0, chunk.length - Math.max(0, size - start)))
      if (size === descriptor.size) held = wanted
      else if (wanted.length > 0) yield wanted
    }
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }

  if (size < descriptor.size) throw wrongSize(descriptor, `only ${size}`)
  const digest = digester.digest()
  if (digest !== descriptor.digest) {
    throw new ContentMismatchError(`Cannot read ${descriptor.digest}: the bytes have digest ${digest}`, {
      expected: descriptor.digest,
      actual: digest,
      hint: 'The bytes were changed after they were described. Read or describe them again; if it repeats, the source is damaged.',
    })
  }
  if (held && held.length > 0) yield held
}

function wrongSize(descriptor: Descriptor, actual: string): ContentMismatchError {
  return new ContentMismatchError(
    `Cannot read ${descriptor.digest}: ${descriptor.size} bytes were promised, but there are ${actual}`,
    {
      expected: String(descriptor.size),
      actual,
      hint: 'The bytes were changed after they were described. Read or describe them again; if it repeats, the source is damaged.',
    },
  )
}

/**
 * Reads a whole content into memory.
 *
 * @throws {LimitExceededError} before anything is read, if the content is larger than `limit` bytes (100 MiB unless
 * told).
 * @throws {ContentMismatchError} if the bytes are not those of the descriptor.
 * @example
 * ```ts
 * import { bytesContent, readContent } from 'oras-helm'
 *
 * const content = bytesContent(new TextEncoder().encode('hello'), { mediaType: 'text/plain' })
 * console.log(new TextDecoder().decode(await readContent(content))) // hello
 * ```
 */
export async function readContent(
  content: Content,
  options: { readonly limit?: number | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<Uint8Array> {
  const { limit = DEFAULT_LIMIT, signal } = options
  const { digest, size } = content.descriptor
  if (size > limit) {
    throw new LimitExceededError(
      `Cannot read ${digest} into memory: ${size} bytes are more than the limit of ${limit}`,
      {
        limit,
        hint: 'Stream the content by its open() instead, or raise the limit if the source is trusted.',
      },
    )
  }
  const chunks: Uint8Array[] = []
  for await (const chunk of content.open({ signal })) chunks.push(chunk)
  const bytes = chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks)
  // A plain view: Buffer's own methods differ from those of the type that is promised.
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
}
