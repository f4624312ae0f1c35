/** Contents of files: described once, read from the disk each time. */
import { constants, open } from 'node:fs/promises'
import { ContentMismatchError, NotFoundError } from '../errors/oci-error.js'
import { codeOf } from '../errors/system-error.js'
import { anAbortSignal, aString, type OptionChecks, readOptions } from '../errors/read-options.js'
import { expectString } from '../errors/wrong-argument.js'
import { type BytesContentOptions, type Content, describeContent, descriptionChecks } from '../oci/content.js'
import type { SignalOptions } from './target.js'

const CHUNK = 1024 * 1024

/** What the descriptor of a file says as well. */
export interface FileContentOptions extends BytesContentOptions, SignalOptions {}

function fileChecks(): OptionChecks<FileContentOptions> {
  return { ...descriptionChecks(), signal: anAbortSignal }
}

/**
 * Makes a content of a file. The file is read once to compute its digest, 1 MiB at a time; if it changes afterwards,
 * reading the content throws.
 *
 * @throws {NotFoundError} if there is no file at `path`.
 * @throws {ContentMismatchError} if the file grows or shrinks while it is read.
 * @example
 * ```ts
 * import { fileContent } from 'oras-helm/oras'
 *
 * const readme = await fileContent('README.md', { mediaType: 'text/markdown' })
 * console.log(readme.descriptor.digest)
 * ```
 */
export async function fileContent(path: string, options: FileContentOptions): Promise<Content> {
  expectString('path', 'the path of a file', path)
  const { mediaType, annotations, signal } = readOptions(options, fileChecks())
  aString(mediaType, 'the option mediaType')
  try {
    return await describeContent((reading) => readFile(path, reading), { mediaType, annotations, signal })
  } catch (cause) {
    signal?.throwIfAborted()
    if (codeOf(cause) !== 'ENOENT') throw cause
    throw new NotFoundError(`Cannot read ${path}: there is no such file`, {
      cause,
      hint: 'Check the path of the file.',
    })
  }
}

/** Reads as many bytes as the file has when it is opened, and at most one more. */
async function* readFile(path: string, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array, void, undefined> {
  signal?.throwIfAborted()
  // Without O_NONBLOCK, opening a pipe would block a thread until there is a writer.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const info = await file.stat()
    if (!info.isFile()) {
      throw new NotFoundError(`Cannot read ${path}: it is not a regular file`, {
        hint: 'Give the path of a file: folders, pipes and devices cannot be read again and again.',
      })
    }
    let size = 0
    for await (const chunk of file.createReadStream({ highWaterMark: CHUNK, end: info.size, signal })) {
      size += (chunk as Uint8Array).length
      if (size <= info.size) yield chunk as Uint8Array
    }
    if (size === info.size) return
    throw new ContentMismatchError(`Cannot read ${path}: its size changed while it was read`, {
      expected: String(info.size),
      actual: size > info.size ? 'more' : String(size),
      hint: 'Another program writes the file at this moment: read it when that is done.',
    })
  } finally {
    await file.close()
  }
}
