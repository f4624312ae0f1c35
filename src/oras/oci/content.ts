/** Contents: bytes that can be opened again and again, and that are verified each time they are read. */
import { ContentMismatchError, LimitExceededError } from '../errors/oci-error.js'
import {
  annotationTexts,
  anAbortSignal,
  aString,
  type OptionChecks,
  readOptions,
  must,
  wholeNumber,
} from '../errors/read-options.js'
import { isBytes, isObject, wrongArgument } from '../errors/wrong-argument.js'
import { type Annotations, type Descriptor, isDescriptor } from './descriptor.js'
import { createDigester, type Digester, digestAlgorithm, digestOf } from './digest.js'
import { slices } from './byte-stream.js'
import { abortable } from '../signals.js'
import { Turns } from '../turns.js'

/** How to open a {@link Content}. */
export interface OpenOptions {
  /**
   * The offset of the first byte to return. The bytes before it are read and verified, but not returned.
   *
   * @default 0
   */
  readonly start?: number | undefined
  /**
   * How many of the first bytes will probably be enough. A registry is then asked for these first, and for the rest when
   * they have been read. The bytes that are returned, and verified, are the same.
   *
   * @default all bytes
   */
  readonly preview?: number | undefined
  /** Stops the reading; it throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * A descriptor and the bytes it describes: in memory, in a file, in a registry.
 *
 * An iteration that ends has returned exactly the bytes of the descriptor; otherwise it throws a `ContentMismatchError`.
 * The last chunk is held back until the digest is verified. If you leave the iteration early, the bytes so far are not
 * verified. Do not change the chunks: they may be memory of the source.
 */
export interface Content {
  /** Media type, digest and size of the bytes. */
  readonly descriptor: Descriptor
  /** Opens the content; may be called again and again, also at the same time. */
  open(options?: OpenOptions): AsyncIterable<Uint8Array>
}

function openChecks(): OptionChecks<OpenOptions> {
  return { start: wholeNumber(0), preview: wholeNumber(0), signal: anAbortSignal }
}

const DEFAULT_LIMIT = 100 * 1024 * 1024

/** What to write into the descriptor of bytes. */
export interface BytesContentOptions {
  /** The media type of the bytes: `application/vnd.oci.image.config.v1+json`. */
  readonly mediaType: string
  /**
   * Annotations for the descriptor.
   *
   * @default none
   */
  readonly annotations?: Annotations | undefined
}

/** The checks of the options that become part of a descriptor. */
export function descriptionChecks(): OptionChecks<BytesContentOptions> {
  return {
    mediaType: aString,
    annotations: annotationTexts,
  }
}

/**
 * Makes a content of bytes in memory. The bytes are not copied; if you change them, reading the content throws.
 *
 * @example
 * ```ts
 * import { bytesContent } from 'oras-helm/oras'
 *
 * const config = bytesContent(new TextEncoder().encode('{}'), { mediaType: 'application/vnd.oci.image.config.v1+json' })
 * console.log(config.descriptor.size) // 2
 * ```
 */
export function bytesContent(bytes: Uint8Array, options: BytesContentOptions): Content {
  if (!isBytes(bytes)) throw wrongArgument('the argument bytes', 'a Uint8Array', bytes)
  const { mediaType, annotations } = readOptions(options, descriptionChecks())
  aString(mediaType, 'the option mediaType')
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length, ...(annotations && { annotations }) }
  return checkedContent(descriptor, () => slices(bytes))
}

/**
 * Checks that an argument is a content.
 *
 * @throws {TypeError} that names the argument.
 */
export function expectContent(value: unknown, name = 'content'): void {
  if (isObject(value) && isDescriptor(value['descriptor']) && typeof value['open'] === 'function') return
  throw wrongArgument(`the argument ${name}`, 'a Content, as bytesContent() makes it', value)
}

/**
 * Makes a content of any source of bytes; they are verified against the descriptor each time they are read.
 *
 * @param open Returns all bytes. It is called once for each reading, when the first chunk is needed, and must stop when
 * the signal aborts.
 */
export function checkedContent(descriptor: Descriptor, open: OpenSource): Content {
  const content: Content = {
    descriptor,
    open: (options = {}) => readSource(descriptor, open, readOptions(options, openChecks()), true),
  }
  sources.set(content, open)
  return content
}

/** Returns all bytes, unverified. */
type OpenSource = (signal: AbortSignal | undefined, preview?: number) => AsyncIterable<Uint8Array>

/** The source of each content that {@link checkedContent} made. */
const sources = new WeakMap<Content, OpenSource>()

/**
 * Returns the same content, but its bytes are only counted, not hashed, while they are read. For code that hashes the
 * bytes itself, or has done so in memory that no other code can reach. Such a content is never given to the user. A
 * content that {@link checkedContent} did not make is returned as it is.
 */
export function uncheckedContent(content: Content): Content {
  const { descriptor } = content
  const source = sources.get(content)
  return source ? { descriptor, open: (options = {}) => readSource(descriptor, source, options, false) } : content
}

/**
 * Makes a content of a source that returns the same bytes each time; reads it once to compute digest and size.
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
  signal?.throwIfAborted()
  const digester = createDigester()
  const turns = new Turns(signal)
  let size = 0
  for await (const chunk of abortable(open(signal), signal)) {
    signal?.throwIfAborted()
    await hash(chunk, digester, turns)
    size += chunk.length
  }
  return checkedContent({ mediaType, digest: digester.digest(), size, ...(annotations && { annotations }) }, open)
}

/** How many bytes are hashed at once, and how many bytes count as one step of {@link Turns}. */
const PIECE = 1024 * 1024
const BYTES_PER_STEP = 400

/** Hashes a chunk of any size, with turns of the event loop: chunks from memory come without a pause. */
async function hash(chunk: Uint8Array, digester: Digester, turns: Turns): Promise<void> {
  for (let at = 0; at < chunk.length; at += PIECE) {
    const piece = chunk.subarray(at, at + PIECE)
    digester.update(piece)
    const turn = turns.take(piece.length / BYTES_PER_STEP)
    if (turn) await turn
  }
}

async function* readSource(
  descriptor: Descriptor,
  open: OpenSource,
  { start = 0, preview, signal }: OpenOptions,
  isHashed: boolean,
): AsyncGenerator<Uint8Array, void, undefined> {
  signal?.throwIfAborted()
  const digester = isHashed ? createDigester(digestAlgorithm(descriptor.digest)) : undefined
  const turns = new Turns(signal)
  let size = 0
  let held: Uint8Array | undefined

  try {
    for await (const chunk of abortable(open(signal, preview), signal)) {
      signal?.throwIfAborted()
      if (chunk.length === 0) continue
      size += chunk.length
      if (size > descriptor.size) throw wrongSize(descriptor, 'more')
      if (digester) await hash(chunk, digester, turns)
      const wanted = chunk.subarray(Math.max(0, chunk.length - Math.max(0, size - start)))
      if (size === descriptor.size) held = wanted
      else if (wanted.length > 0) yield wanted
    }
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }

  if (size < descriptor.size) throw wrongSize(descriptor, `only ${size}`)
  const digest = digester?.digest() ?? descriptor.digest
  if (digest !== descriptor.digest) {
    throw new ContentMismatchError(`Cannot read ${descriptor.digest}: the bytes have digest ${digest}`, {
      expected: descriptor.digest,
      actual: digest,
      hint: 'The content was changed, or its descriptor is wrong. Read it again; if it fails again, the content or the descriptor must be replaced.',
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
      hint: 'The content was changed, or its descriptor is wrong. Read it again; if it fails again, the content or the descriptor must be replaced.',
    },
  )
}

/** How to read a content into memory. */
export interface ReadContentOptions {
  /**
   * The largest size in bytes.
   *
   * @default 104857600 (100 MiB)
   */
  readonly limit?: number | undefined
  /** Cancels the reading; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

function readChecks(): OptionChecks<ReadContentOptions> {
  return {
    limit: must('a number of bytes', (value) => typeof value === 'number' && !Number.isNaN(value)),
    signal: anAbortSignal,
  }
}

/**
 * Reads a whole content into memory. The result is a copy that you may change.
 *
 * @throws {LimitExceededError} before anything is read, if the content is larger than `limit`.
 * @throws {ContentMismatchError} if the bytes are not those of the descriptor.
 * @example
 * ```ts
 * import { bytesContent, readContent } from 'oras-helm/oras'
 *
 * const content = bytesContent(new TextEncoder().encode('hello'), { mediaType: 'text/plain' })
 * console.log(new TextDecoder().decode(await readContent(content))) // hello
 * ```
 */
export async function readContent(content: Content, options: ReadContentOptions = {}): Promise<Uint8Array> {
  expectContent(content)
  const { limit = DEFAULT_LIMIT, signal } = readOptions(options, readChecks())
  const { digest, size } = content.descriptor
  if (size > limit) {
    throw new LimitExceededError(
      `Cannot read ${digest} into memory: ${size} bytes are more than the limit of ${limit}`,
      {
        limit,
        hint: 'Read the content as a stream with its open(), or raise the limit if you trust the source.',
      },
    )
  }
  // The chunks are copied as they come: a source may return its own memory, or use it again for the next chunk.
  // Up to the default limit, the memory is allocated at once; it uses no RAM before it is written to. Beyond that, the
  // declared size is not trusted: no more than twice the bytes so far is allocated.
  let bytes = new Uint8Array(Math.min(size, DEFAULT_LIMIT))
  let filled = 0
  for await (const chunk of content.open({ signal })) {
    const end = filled + chunk.length
    if (end > size) throw wrongSize(content.descriptor, 'more')
    if (end > bytes.length) {
      const larger = new Uint8Array(Math.min(size, 2 * end))
      larger.set(bytes)
      bytes = larger
    }
    bytes.set(chunk, filled)
    filled = end
  }
  if (filled < size) throw wrongSize(content.descriptor, `only ${filled}`)
  return bytes
}
