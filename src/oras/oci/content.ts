/** Contents: bytes that can be opened again and again, and that are checked whenever they are read. */
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
import { stoppable } from '../signals.js'
import { Turns } from '../turns.js'

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

function openChecks(): OptionChecks<OpenOptions> {
  return { start: wholeNumber(0), preview: wholeNumber(0), signal: anAbortSignal }
}

const DEFAULT_LIMIT = 100 * 1024 * 1024

/** What a descriptor says of bytes that the bytes do not say. */
export interface BytesContentOptions {
  /** What the bytes are: `application/vnd.oci.image.config.v1+json`. */
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
 * Describes bytes in memory. They are not copied; bytes changed later are found out when the content is read.
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
 * Makes a content of bytes that come from anywhere, checked against the descriptor whenever they are read.
 *
 * @param open Delivers the bytes from the first one on; called when the first chunk is asked for, once per reading, and
 * expected to stop at the signal.
 */
export function checkedContent(descriptor: Descriptor, open: OpenSource): Content {
  const content: Content = {
    descriptor,
    open: (options = {}) => readSource(descriptor, open, readOptions(options, openChecks()), true),
  }
  sources.set(content, open)
  return content
}

/** Delivers all bytes, unchecked. */
type OpenSource = (signal: AbortSignal | undefined, preview?: number) => AsyncIterable<Uint8Array>

/** What is behind the contents that {@link checkedContent} made. */
const sources = new WeakMap<Content, OpenSource>()

/**
 * The same content, whose bytes are counted but not hashed while they are read: for a call that has hashed them itself,
 * in memory that nobody else has reached since, or that hashes them as they come. It is never handed to the caller, who
 * gets the content that is checked. One that {@link checkedContent} did not make comes back as it is.
 */
export function uncheckedContent(content: Content): Content {
  const { descriptor } = content
  const source = sources.get(content)
  return source ? { descriptor, open: (options = {}) => readSource(descriptor, source, options, false) } : content
}

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
  signal?.throwIfAborted()
  const digester = createDigester()
  const turns = new Turns(signal)
  let size = 0
  for await (const chunk of stoppable(open(signal), signal)) {
    signal?.throwIfAborted()
    await hash(chunk, digester, turns)
    size += chunk.length
  }
  return checkedContent({ mediaType, digest: digester.digest(), size, ...(annotations && { annotations }) }, open)
}

/** What is hashed at once, in bytes, and how many bytes are hashed in a step of work. */
const PIECE = 1024 * 1024
const BYTES_PER_STEP = 400

/** Hashes a chunk of any size; what comes from memory comes without a turn of the event loop in between. */
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
    for await (const chunk of stoppable(open(signal, preview), signal)) {
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

/** How to read a content into memory. */
export interface ReadContentOptions {
  /**
   * How many bytes the content may have.
   *
   * @default 104857600 (100 MiB)
   */
  readonly limit?: number | undefined
  /** Stops the reading; the call rejects with the reason of the signal. */
  readonly signal?: AbortSignal | undefined
}

function readChecks(): OptionChecks<ReadContentOptions> {
  return {
    limit: must('a number of bytes', (value) => typeof value === 'number' && !Number.isNaN(value)),
    signal: anAbortSignal,
  }
}

/**
 * Reads a whole content into memory, which is the caller's own: changing it changes nothing else.
 *
 * @throws {LimitExceededError} before anything is read, if the content is larger than `limit` bytes (100 MiB unless
 * told).
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
        hint: 'Stream the content by its open() instead, or raise the limit if the source is trusted.',
      },
    )
  }
  // The chunks are copied as they come: a source may hand out what it keeps, or use its memory again for the next one.
  // Memory is claimed at once up to the usual limit, and is not in use before it is written to; beyond that, the size is
  // what somebody declared, and no more is claimed than twice what has come.
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
