/** Contents from files: described once, read from the disk each time. */
import { createReadStream } from 'node:fs'
import { NotFoundError } from '../errors/oci-error.js'
import { codeOf } from '../errors/system-error.js'
import { type Content, describeContent } from '../oci/content.js'
import type { Annotations } from '../oci/descriptor.js'
import type { SignalOptions } from './target.js'

const CHUNK = 1024 * 1024

/**
 * Describes a file by reading it once, a mebibyte at a time. A file that changes afterwards is found out when the
 * content is read.
 *
 * @throws {NotFoundError} if there is no file at `path`.
 * @example
 * ```ts
 * import { fileContent } from 'oras-helm/oras'
 *
 * const readme = await fileContent('README.md', { mediaType: 'text/markdown' })
 * console.log(readme.descriptor.digest)
 * ```
 */
export async function fileContent(
  path: string,
  options: SignalOptions & { readonly mediaType: string; readonly annotations?: Annotations | undefined },
): Promise<Content> {
  const { signal } = options
  try {
    return await describeContent((reading) => readFile(path, reading), options)
  } catch (cause) {
    signal?.throwIfAborted()
    if (codeOf(cause) !== 'ENOENT') throw cause
    throw new NotFoundError(`Cannot read ${path}: there is no such file`, {
      cause,
      hint: 'Check the path of the file.',
    })
  }
}

function readFile(path: string, signal: AbortSignal | undefined): AsyncIterable<Uint8Array> {
  return createReadStream(path, { highWaterMark: CHUNK, signal })
}
