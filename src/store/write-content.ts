/** Contents to files, whole or not at all. */
import { link, lstat, mkdtemp, open, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { AlreadyExistsError, NotFoundError } from '../errors.js'
import type { Content } from '../oci/content.js'
import type { SignalOptions } from './target.js'

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
export async function writeContent(
  content: Content,
  path: string,
  options: SignalOptions & { readonly overwrite?: boolean | undefined } = {},
): Promise<void> {
  const { overwrite = false, signal } = options
  signal?.throwIfAborted()
  if (!overwrite && (await exists(path))) throw taken(path)
  const folder = await makeFolderBeside(path)
  try {
    const temporary = join(folder, 'content')
    const file = await open(temporary, 'wx')
    try {
      for await (const chunk of content.open({ signal })) await file.writeFile(chunk)
    } finally {
      await file.close()
    }
    if (overwrite) await rename(temporary, path)
    // A rename would replace silently; a link fails if the name is taken, in one step.
    else await link(temporary, path)
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== 'EEXIST') throw cause
    throw taken(path, cause)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}

function taken(path: string, cause?: unknown): AlreadyExistsError {
  return new AlreadyExistsError(`Cannot write ${path}: it exists`, {
    cause,
    hint: 'Choose another path, or allow it to be replaced with overwrite: true.',
  })
}

async function makeFolderBeside(path: string): Promise<string> {
  const parent = dirname(resolve(path))
  try {
    return await mkdtemp(join(parent, '.oras-helm-'))
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== 'ENOENT') throw cause
    throw new NotFoundError(`Cannot write ${path}: there is no folder ${parent}`, {
      cause,
      hint: 'Create the folder first.',
    })
  }
}
