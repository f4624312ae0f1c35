/** A handle on a folder: its files are found in this folder, even if another program moves or replaces it. */
import {
  type BigIntStats,
  chmodSync,
  closeSync,
  constants,
  type Dir,
  type Dirent,
  fstatSync,
  lstatSync,
  mkdirSync,
  opendirSync,
  openSync,
  readlinkSync,
  realpathSync,
  rmdirSync,
  statSync,
  unlinkSync,
} from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from './errors/system-error.js'

/** The paths of the open descriptors of a process on Linux; no other program can make them lead elsewhere. */
const DESCRIPTORS = '/proc/self/fd'

/** O_PATH of Linux, which Node does not name: it opens a folder without permission to list it. */
const O_PATH = 0o10_000_000

/** Flags for `open`; those that Windows lacks are left out. */
const FOLDER = O_PATH | constants.O_DIRECTORY
const FILE = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW

const OWNER_RIGHTS = 0o700n

/**
 * A handle on a folder. On Linux the folder is open, and its files are reached through its descriptor. On other systems,
 * its files are reached by its path, and it is checked before and after that the path still leads to the same folder: a
 * program that moves the folder and moves it back in between is not detected.
 *
 * Its methods throw the errors of the system, with real paths. If another program has moved or replaced something,
 * {@link isReplaced} tells so.
 */
export class FolderHandle {
  /** The real path. */
  readonly path: string
  /** The stats of the folder when it was opened. */
  readonly info: BigIntStats
  readonly #descriptor: number | undefined

  private constructor(path: string, descriptor?: number) {
    this.path = path
    this.#descriptor = descriptor
    this.info = descriptor === undefined ? lstatSync(path, { bigint: true }) : fstatSync(descriptor, { bigint: true })
  }

  /** Opens the folder at a path; links are followed. */
  static find(path: string): FolderHandle {
    if (areDescriptorsReachable()) {
      return FolderHandle.#ofDescriptor(openSync(path, FOLDER))
    }
    return FolderHandle.#ofPath(realpathSync.native(path))
  }

  /** Opens another folder in the same way, by its real path. */
  open(path: string): FolderHandle {
    if (this.#descriptor === undefined) return FolderHandle.#ofPath(path)
    const folder = FolderHandle.#ofDescriptor(openSync(path, FOLDER | constants.O_NOFOLLOW))
    if (folder.path === path) return folder
    folder.close()
    throw replaced(path)
  }

  static #ofDescriptor(descriptor: number): FolderHandle {
    try {
      return new FolderHandle(readlinkSync(`${DESCRIPTORS}/${descriptor}`), descriptor)
    } catch (error) {
      closeSync(descriptor)
      throw error
    }
  }

  static #ofPath(path: string): FolderHandle {
    const folder = new FolderHandle(path)
    if (!folder.info.isDirectory()) throw replaced(path)
    folder.check()
    return folder
  }

  /** Whether files are reached through a descriptor; otherwise by path, with checks. */
  get hasDescriptor(): boolean {
    return this.#descriptor !== undefined
  }

  /** Whether both handles are on the same folder. */
  isSame(other: FolderHandle): boolean {
    return isSame(this.info, other.info)
  }

  /** Whether `path` still leads to this folder. */
  isAt(path: string): boolean {
    const info = lstatSync(path, { bigint: true, throwIfNoEntry: false })
    return info !== undefined && isSame(this.info, info)
  }

  /** The path for a file in the folder. */
  at(name: string): string {
    return this.#descriptor === undefined ? join(this.path, name) : `${this.#own}/${name}`
  }

  /** Lists the entries. */
  list(): Dirent[] {
    return [...this.entries()]
  }

  /** Yields the entries, one after the other: there may be very many. */
  *entries(): Generator<Dirent, void, undefined> {
    const directory = this.#openDirectory()
    try {
      for (let entry = directory.readSync(); entry; entry = directory.readSync()) yield entry
    } finally {
      directory.closeSync()
    }
    // A folder that was removed in between looks empty.
    this.check()
  }

  /** Opens a file for reading. Links are not followed, and opening a pipe does not wait. */
  openFile(name: string): number {
    const descriptor = this.#runWithRealPaths(() => openSync(this.at(name), FILE))
    try {
      this.#checkOpened(name, descriptor)
      return descriptor
    } catch (error) {
      closeSync(descriptor)
      throw error
    }
  }

  /** Creates a folder in the folder. */
  makeFolder(name: string, mode: number): void {
    this.#checkPath()
    this.#runWithRealPaths(() => mkdirSync(this.at(name), { mode }))
    this.#checkPath()
  }

  /** Creates a file for writing. It fails if the name is taken, also by a link. */
  async makeFile(name: string, mode: number): Promise<FileHandle> {
    this.#checkPath()
    const path = this.at(name)
    const file = await open(path, 'wx', mode).catch((error: unknown) => {
      throw this.withRealPaths(error)
    })
    try {
      this.#checkOpened(name, file.fd)
      return file
    } catch (error) {
      removeStray(path, file.fd)
      await file.close()
      throw error
    }
  }

  /** Throws if the folder is no longer at its path. */
  check(): void {
    const isThere =
      this.#descriptor === undefined
        ? isSame(lstatSync(this.path, { bigint: true }), this.info) && realpathSync.native(this.path) === this.path
        : readlinkSync(`${DESCRIPTORS}/${this.#descriptor}`) === this.path
    if (!isThere) throw replaced(this.path)
  }

  /** Tries to give the owner permission to list and change the folder, so that a read-only one can be removed. */
  makeWritable(): void {
    if ((this.info.mode & OWNER_RIGHTS) === OWNER_RIGHTS) return
    this.#checkPath()
    try {
      chmodSync(this.#own, Number((this.info.mode | OWNER_RIGHTS) & 0o777n))
    } catch {
      // If it was needed, the next call fails.
    }
  }

  /** Removes a file or a link; with `isFolder`, an empty folder. */
  removeEntry(name: string, isFolder: boolean): void {
    this.#runWithRealPaths(() => (isFolder ? rmdirSync(this.at(name)) : unlinkSync(this.at(name))))
  }

  /** Replaces the path of the descriptor by the real path, in an error of the system and its causes. */
  withRealPaths(error: unknown): unknown {
    if (this.#descriptor === undefined) return error
    // With another digit it would be another descriptor.
    const reached = new RegExp(`${this.#own}(?!\\d)`, 'g')
    const seen = new Set<unknown>()
    for (let at = error; at instanceof Error && !seen.has(at); at = at.cause) {
      seen.add(at)
      const fields = at as { message: string; stack?: unknown; path?: unknown; dest?: unknown }
      for (const key of ['message', 'stack', 'path', 'dest'] as const) {
        const text = fields[key]
        if (typeof text === 'string' && text.includes(this.#own)) fields[key] = text.replace(reached, () => this.path)
      }
    }
    return error
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor)
  }

  #openDirectory(): Dir {
    try {
      return opendirSync(this.#own)
    } catch (error) {
      const { path } = error as NodeJS.ErrnoException
      // Some versions of Node leave the path out of the error.
      if (error instanceof Error && path === undefined)
        Object.assign(error, { path: this.path, message: `${error.message} '${this.path}'` })
      throw this.withRealPaths(error)
    }
  }

  /** The path for the folder itself. */
  get #own(): string {
    return this.#descriptor === undefined ? this.path : `${DESCRIPTORS}/${this.#descriptor}`
  }

  #runWithRealPaths<Result>(act: () => Result): Result {
    try {
      return act()
    } catch (error) {
      throw this.withRealPaths(error)
    }
  }

  /** Throws if the folder is no longer at its path; through a descriptor, no other folder can be reached. */
  #checkPath(): void {
    if (this.#descriptor === undefined) this.check()
  }

  /** Throws if the opened file is not in the folder. */
  #checkOpened(name: string, opened: number): void {
    if (this.#descriptor !== undefined) return
    const path = this.at(name)
    if (!isSame(lstatSync(path, { bigint: true }), fstatSync(opened, { bigint: true }))) throw replaced(path)
    this.check()
  }
}

function areDescriptorsReachable(): boolean {
  if (process.platform !== 'linux') return false
  try {
    return statSync(DESCRIPTORS).isDirectory()
  } catch {
    // /proc is missing, or forbidden: Deno and Node's permission model throw errors of their own.
    return false
  }
}

/** Compares inode numbers as bigints: rounded to numbers, two of Windows may look the same. */
function isSame(a: BigIntStats, b: BigIntStats): boolean {
  return a.dev === b.dev && a.ino === b.ino
}

/** Removes an empty file that was created in another folder, but no other file that may have its name now. */
function removeStray(path: string, opened: number): void {
  try {
    const real = realpathSync.native(path)
    if (isSame(lstatSync(real, { bigint: true }), fstatSync(opened, { bigint: true }))) unlinkSync(real)
  } catch {
    // It is not at that path any more.
  }
}

function replaced(path: string): Error {
  return Object.assign(new Error(`${path} was moved or replaced meanwhile`), { code: 'ESTALE' })
}

/** Codes of something that is missing, not a folder, or a link, although it was something else before. */
const REPLACED: ReadonlySet<string> = new Set(['ESTALE', 'ENOENT', 'ENOTDIR', 'ELOOP', 'EMLINK', 'ENXIO'])

/** Tells whether an error means that another program has moved or replaced something. */
export function isReplaced(error: unknown): boolean {
  return REPLACED.has(codeOf(error))
}
