/** Contents to files, whole or not at all. */
import type { Content } from '../oci/content.js'
import { writeContents, type WriteOptions } from './write-contents.js'

/**
 * Writes a content to a file. The bytes go to a temporary folder beside it first and appear under `path` only once they
 * are complete and their digest is right.
 *
 * @param options `overwrite`: whether a file that stands at `path` may be replaced; `false` unless told.
 * @throws {AlreadyExistsError} if something stands at `path` and `overwrite` is not `true`.
 * @throws {ContentMismatchError} if the bytes are not those of the descriptor.
 * @throws {NotFoundError} if there is no folder for `path`.
 * @example
 * ```ts
 * import { bytesContent, writeContent } from 'oras-helm'
 *
 * const content = bytesContent(new TextEncoder().encode('hello'), { mediaType: 'text/plain' })
 * await writeContent(content, 'hello.txt', { overwrite: true })
 * ```
 */
export async function writeContent(content: Content, path: string, options: WriteOptions = {}): Promise<void> {
  await writeContents([{ content, path }], options)
}
