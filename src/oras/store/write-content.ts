/** Writes contents to files, completely or not at all: one file, or several that belong together. */
import { link, lstat, mkdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { AlreadyExistsError, NotFoundError } from '../errors/oci-error.js'
import { codeOf } from '../errors/system-error.js'
import { makeStaging, type Staging } from '../lock/staging.js'
import { recoverFolder, withRecoveredFolder } from '../lock/recover-folder.js'
import { aBoolean, anAbortSignal, type OptionChecks, readOptions } from '../errors/read-options.js'
import { expectString } from '../errors/wrong-argument.js'
import { type Content, expectContent } from '../oci/content.js'
import { CLEANUP_GRACE, untilAborted } from '../signals.js'
import type { SignalOptions } from './target.js'
import { writeFile } from './write-file.js'

/** A content, and the path to write it to. */
export interface FileToWrite {
  /** `undefined` to remove an old file at the path, if files may be replaced. */
  readonly content: Content | undefined
  readonly path: string
}

/** How to write a file. */
export interface WriteOptions extends SignalOptions {
  /**
   * Whether an existing file may be replaced.
   *
   * @default false
   */
  readonly overwrite?: boolean | undefined
}

function writeChecks(): OptionChecks<WriteOptions> {
  return { overwrite: aBoolean, signal: anAbortSignal }
}

/**
 * Writes a content to a file. The bytes are first written to a temporary folder next to it; the file gets its name when
 * they are complete and their digest is verified.
 *
 * @throws {AlreadyExistsError} if `path` exists and `overwrite` is not `true`.
 * @throws {ContentMismatchError} if the bytes are not those of the descriptor.
 * @throws {NotFoundError} if the folder of `path` does not exist.
 * @example
 * ```ts
 * import { bytesContent, writeContent } from 'oras-helm/oras'
 *
 * const content = bytesContent(new TextEncoder().encode('hello'), { mediaType: 'text/plain' })
 * await writeContent(content, 'hello.txt', { overwrite: true })
 * ```
 */
export async function writeContent(content: Content, path: string, options: WriteOptions = {}): Promise<void> {
  expectContent(content)
  expectString('path', 'the path of a file', path)
  await writeContents([{ content, path }], readOptions(options, writeChecks()))
}

/**
 * Writes contents to files in one folder. The bytes are first written to a temporary folder next to them; when all are
 * complete and verified, they are moved to their names. If one move fails, the earlier ones are undone. If the process is
 * killed in between, the next call in the same folder completes the change or rolls it back.
 *
 * @param files The first file must have a content: its move commits the change.
 * @throws {AlreadyExistsError} if a path exists and `overwrite` is not `true`.
 * @throws {NotFoundError} if the folder does not exist.
 */
export async function writeContents(files: readonly FileToWrite[], options: WriteOptions = {}): Promise<void> {
  const { overwrite = false, signal } = options
  signal?.throwIfAborted()
  const [first] = files
  if (!first) return
  await recoverFolder(dirname(first.path), signal)
  for (const { path } of files) if (!overwrite && (await exists(path))) throw taken(path)
  const staging = await makeStagingFor(first.path)
  const inStaging = (path: string): string =>
    join(staging.path, path === first.path ? 'new' : 'siblings', basename(path))
  let isPutBack = true
  try {
    await mkdir(join(staging.path, 'new'))
    if (files.length > 1) await mkdir(join(staging.path, 'siblings'))
    if (overwrite) await mkdir(join(staging.path, 'old'))
    for (const { path, content } of files) if (content) await writeFile(content, inStaging(path), signal)
    await withRecoveredFolder(dirname(staging.path), signal, async () => {
      const undo: (() => Promise<void>)[] = []
      const old = ({ path }: FileToWrite): string => join(staging.path, 'old', basename(path))
      try {
        // The other files are removed before the first one is replaced, and added after it: the first file is never seen
        // with the others of another version.
        if (overwrite) for (const file of files.slice(1)) undo.push(await putAside(file.path, old(file)))
        for (const file of files) {
          const { path } = file
          if (file.content) undo.push(await place(inStaging(path), path, overwrite ? old(file) : undefined))
        }
      } catch (cause) {
        // The caller gets the first error.
        for (const takeBack of undo.toReversed()) await takeBack().catch(() => (isPutBack = false))
        throw cause
      }
    })
  } catch (cause) {
    // If the undo failed, the temporary folder stays: a later call recovers it.
    await untilAborted(isPutBack ? staging.remove() : staging.release(), signal, CLEANUP_GRACE).catch(() => undefined)
    signal?.throwIfAborted()
    throw cause
  }
  // All files are written: a temporary folder that cannot be removed now is left to a later call.
  await untilAborted(staging.remove(), signal, CLEANUP_GRACE).catch(() => undefined)
}

/** Moves a written file to its name; returns a function that undoes it. */
async function place(written: string, path: string, old: string | undefined): Promise<() => Promise<void>> {
  try {
    if (old === undefined) {
      // A rename would replace an existing file; a link fails if the name is taken.
      await link(written, path)
      return () => rm(path, { force: true })
    }
    const isKept = await link(path, old).then(
      () => true,
      () => false,
    )
    await rename(written, path)
    return () => (isKept ? rename(old, path) : rm(path, { force: true }))
  } catch (cause) {
    if (!TAKEN.has(codeOf(cause))) throw cause
    throw taken(path, cause)
  }
}

/** Moves a file away, if it exists; returns a function that undoes it. */
async function putAside(path: string, old: string): Promise<() => Promise<void>> {
  try {
    if ((await lstat(path)).isDirectory()) throw taken(path)
    await rename(path, old)
    return () => rename(old, path)
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT') throw cause
    return async () => {}
  }
}

/** Codes that mean that the name is taken; a folder is never replaced by a file. */
const TAKEN: ReadonlySet<string> = new Set(['EEXIST', 'EISDIR', 'ENOTEMPTY'])

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}

function taken(path: string, cause?: unknown): AlreadyExistsError {
  return new AlreadyExistsError(`Cannot write ${path}: it exists`, {
    cause,
    hint: 'Choose another path, or allow a file to be replaced with overwrite: true.',
  })
}

async function makeStagingFor(path: string): Promise<Staging> {
  const parent = dirname(resolve(path))
  try {
    return await makeStaging(parent)
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT') throw cause
    throw new NotFoundError(`Cannot write ${path}: there is no folder ${parent}`, {
      cause,
      hint: 'Create the folder first.',
    })
  }
}
