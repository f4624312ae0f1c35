/** Contents to files, whole or not at all: one, or several that belong together. */
import { link, lstat, mkdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { AlreadyExistsError, NotFoundError } from '../errors/oci-error.js'
import { codeOf } from '../errors/system-error.js'
import { makeStaging, type Staging } from '../lock/staging.js'
import { tidyFolder, withTidyFolder } from '../lock/tidy-folder.js'
import { aBoolean, anAbortSignal, type OptionChecks, readOptions } from '../errors/read-options.js'
import { expectString } from '../errors/wrong-argument.js'
import { type Content, expectContent } from '../oci/content.js'
import { TIDYING, untilAborted } from '../signals.js'
import type { SignalOptions } from './target.js'
import { writeFile } from './write-file.js'

/** A content, and where it is to lie. */
export interface FileToWrite {
  /** `undefined` for a file that must not be there beside the others. */
  readonly content: Content | undefined
  readonly path: string
}

/** How to write. */
export interface WriteOptions extends SignalOptions {
  /** Whether files that stand there may be replaced. Default: `false`. */
  readonly overwrite?: boolean | undefined
}

function writeChecks(): OptionChecks<WriteOptions> {
  return { overwrite: aBoolean, signal: anAbortSignal }
}

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
 * Writes contents to files in one folder. The bytes go to a temporary folder beside them first; when all are complete
 * and their digests are right, they appear under their names. If one cannot, those before it are taken back. If the
 * process is killed meanwhile, the next call in the same folder lets all of them appear, or none.
 *
 * @param files The first one has content: whether it has appeared tells whether the others are to.
 * @throws {AlreadyExistsError} if something stands at a path and `overwrite` is not `true`.
 * @throws {NotFoundError} if there is no folder for them.
 */
export async function writeContents(files: readonly FileToWrite[], options: WriteOptions = {}): Promise<void> {
  const { overwrite = false, signal } = options
  signal?.throwIfAborted()
  const [first] = files
  if (!first) return
  await tidyFolder(dirname(first.path), signal)
  for (const { path } of files) if (!overwrite && (await exists(path))) throw taken(path)
  const staging = await makeStagingBeside(first.path)
  const inStaging = (path: string): string => join(staging.path, path === first.path ? 'new' : 'beside', basename(path))
  let isPutBack = true
  try {
    await mkdir(join(staging.path, 'new'))
    if (files.length > 1) await mkdir(join(staging.path, 'beside'))
    if (overwrite) await mkdir(join(staging.path, 'old'))
    for (const { path, content } of files) if (content) await writeFile(content, inStaging(path), signal)
    await withTidyFolder(dirname(staging.path), signal, async () => {
      const undo: (() => Promise<void>)[] = []
      const old = ({ path }: FileToWrite): string => join(staging.path, 'old', basename(path))
      try {
        // What lies beside the first one goes before and comes after it: it never lies beside another than its own.
        if (overwrite) for (const file of files.slice(1)) undo.push(await putAside(file.path, old(file)))
        for (const file of files) {
          const { path } = file
          if (file.content) undo.push(await place(inStaging(path), path, overwrite ? old(file) : undefined))
        }
      } catch (cause) {
        // What went wrong first is what the caller has to know.
        for (const takeBack of undo.toReversed()) await takeBack().catch(() => (isPutBack = false))
        throw cause
      }
    })
  } catch (cause) {
    // What could not be put back stays, and goes back when a later call tidies.
    await untilAborted(isPutBack ? staging.remove() : staging.leave(), signal, TIDYING).catch(() => undefined)
    signal?.throwIfAborted()
    throw cause
  }
  // All files stand: what cannot be removed now is left to a later call.
  await untilAborted(staging.remove(), signal, TIDYING).catch(() => undefined)
}

/** Gives a file its name, and gives back what undoes that. */
async function place(written: string, path: string, old: string | undefined): Promise<() => Promise<void>> {
  try {
    if (old === undefined) {
      // A rename would replace silently; a link fails if the name is taken, in one step.
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

/** Takes a file away, if it is there, and gives back what undoes that. */
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

/** A folder is not replaced by a file, whatever is allowed. */
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

async function makeStagingBeside(path: string): Promise<Staging> {
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
