/** Contents from files: described once, read from the disk each time. */
import { createReadStream } from 'node:fs'
import { NotFoundError } from '../errors.js'
import { checkedContent, type Content } from '../oci/content.js'
import type { Annotations } from '../oci/descriptor.js'
import { createDigester } from '../oci/digest.js'
import type { SignalOptions } from './target.js'

const CHUNK = 1024 * 1024

/**
 * Describes a file by reading it once, a mebibyte at a time. A file that changes afterwards is found out when the
 * content is read.
 *
 * @throws {NotFoundError} if there is no file at `path`.
 * @example
 * ```ts
 * import { fileContent } from 'oras-helm'
 *
 * const readme = await fileContent('README.md', { mediaType: 'text/markdown' })
 * console.log(readme.descriptor.digest)
 * ```
 */
export async function fileContent(
  path: string,
  options: SignalOptions & { readonly mediaType: string; readonly annotations?: Annotations | undefined },
): Promise<Content> {
  const { mediaType, annotations, signal } = options
  const digester = createDigester()
  let size = 0
  try {
    for await (const chunk of readFile(path, signal)) {
      digester.update(chunk)
      size += chunk.length
    }
  } catch (cause) {
    signal?.throwIfAborted()
    if ((cause as { code?: unknown }).code !== 'ENOENT') throw cause
    throw new NotFoundError(`Cannot read ${path}: there is no such file`, {
      cause,
      hint: 'Check the path of the file.',
    })
  }
  const descriptor = { mediaType, digest: digester.digest(), size, ...(annotations && { annotations }) }
  return checkedContent(descriptor, (reading) => readFile(path, reading))
}

function readFile(path: string, signal: AbortSignal | undefined): AsyncIterable<Uint8Array> {
  return createReadStream(path, { highWaterMark: CHUNK, signal })
}
