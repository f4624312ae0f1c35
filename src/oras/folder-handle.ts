/** A folder that is held: whatever takes its name, or that of a folder around it, what is in it is found in it alone. */
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

/** Where Linux gives a path to all that the process has open; no other program can make it lead elsewhere. */
const DESCRIPTORS = '/proc/self/fd'

/** O_PATH of Linux, which Node does not name: to hold a folder, nobody needs the right to list what is in it. */
const O_PATH = 0o10_000_000

/** Windows has none of the flags; there, they are left out. */
const FOLDER = O_PATH | constants.O_DIRECTORY
const FILE = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW

const OWNER_RIGHTS = 0o700n

/**
 * A folder, by its real path. On Linux it is open, and what is in it is reached through its descriptor. Elsewhere, it is
 * reached by its path, and looked at before and afterwards whether that leads to the same folder: a program that moves it
 * in between, and back, is not found out.
 *
 * Its methods throw the errors of the system, with the real paths, and one that {@link isReplaced} knows if another program
 * was in the way.
 */
export class FolderHandle {
  /** The real path. */
  readonly path: string
  /** What the system said of it when it was found. */
  readonly info: BigIntStats
  readonly #descriptor: number | undefined

  private constructor(path: string, descriptor?: number) {
    this.path = path
    this.#descriptor = descriptor
    this.info = descriptor === undefined ? lstatSync(path, { bigint: true }) : fstatSync(descriptor, { bigint: true })
  }

  /** Holds the folder that a path leads to, through links too. */
  static find(path: string): FolderHandle {
    if (areDescriptorsReachable()) {
      return FolderHandle.#ofDescriptor(openSync(path, FOLDER))
    }
    return FolderHandle.#ofPath(realpathSync.native(path))
  }

  /** Holds another folder in the same way. Its path must be the real one. */
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

  /** Whether nothing can lead what is done in it elsewhere; otherwise that is found out. */
  get isOpen(): boolean {
    return this.#descriptor !== undefined
  }

  /** Whether both are one folder. */
  isSame(other: FolderHandle): boolean {
    return isSame(this.info, other.info)
  }

  /** Whether it is what stands at a path. */
  isAt(path: string): boolean {
    const info = lstatSync(path, { bigint: true, throwIfNoEntry: false })
    return info !== undefined && isSame(this.info, info)
  }

  /** The path by which the system reaches what is in it. */
  at(name: string): string {
    return this.#descriptor === undefined ? join(this.path, name) : `${this.#own}/${name}`
  }

  /** Lists what is in it. */
  list(): Dirent[] {
    return [...this.entries()]
  }

  /** Gives what is in it, one after the other: there may be more than is wanted. */
  *entries(): Generator<Dirent, void, undefined> {
    const directory = this.#openDirectory()
    try {
      for (let entry = directory.readSync(); entry; entry = directory.readSync()) yield entry
    } finally {
      directory.closeSync()
    }
    // One that has been removed meanwhile is empty.
    this.check()
  }

  /** Opens a file in it for reading. No link is followed, and no program at the other end of a pipe waited for. */
  openFile(name: string): number {
    const descriptor = this.#explained(() => openSync(this.at(name), FILE))
    try {
      this.#checkOpened(name, descriptor)
      return descriptor
    } catch (error) {
      closeSync(descriptor)
      throw error
    }
  }

  /** Makes a folder in it. */
  makeFolder(name: string, mode: number): void {
    this.#checkPath()
    this.#explained(() => mkdirSync(this.at(name), { mode }))
    this.#checkPath()
  }

  /** Makes a file in it, for writing. Whatever has the name lets it fail, a link too. */
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

  /** Makes sure that the folder is at its path. */
  check(): void {
    const isThere =
      this.#descriptor === undefined
        ? isSame(lstatSync(this.path, { bigint: true }), this.info) && realpathSync.native(this.path) === this.path
        : readlinkSync(`${DESCRIPTORS}/${this.#descriptor}`) === this.path
    if (!isThere) throw replaced(this.path)
  }

  /** Lets its owner list and change what is in it, if that may be: what is to be removed may be read-only. */
  makeWritable(): void {
    if ((this.info.mode & OWNER_RIGHTS) === OWNER_RIGHTS) return
    this.#checkPath()
    try {
      chmodSync(this.#own, Number((this.info.mode | OWNER_RIGHTS) & 0o777n))
    } catch {
      // Whether that was needed tells what is tried next.
    }
  }

  /** Removes what is no folder; one that is empty, and nothing else, with `isFolder`. */
  removeOne(name: string, isFolder: boolean): void {
    this.#explained(() => (isFolder ? rmdirSync(this.at(name)) : unlinkSync(this.at(name))))
  }

  /** Writes the real path into an error of the system and its causes, in the place of the one by which it was reached. */
  withRealPaths(error: unknown): unknown {
    if (this.#descriptor === undefined) return error
    // No digit after it: that would be another descriptor.
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
      // Some versions of Node leave out what could not be opened.
      if (error instanceof Error && path === undefined)
        Object.assign(error, { path: this.path, message: `${error.message} '${this.path}'` })
      throw this.withRealPaths(error)
    }
  }

  /** The path by which the system reaches the folder itself. */
  get #own(): string {
    return this.#descriptor === undefined ? this.path : `${DESCRIPTORS}/${this.#descriptor}`
  }

  #explained<Result>(act: () => Result): Result {
    try {
      return act()
    } catch (error) {
      throw this.withRealPaths(error)
    }
  }

  /** Makes sure of it where it is reached by its path; through a descriptor, nothing else can be reached. */
  #checkPath(): void {
    if (this.#descriptor === undefined) this.check()
  }

  /** Makes sure that what was opened lies in it. */
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
    // Not there, or forbidden: Deno and Node's permission model throw their own errors then.
    return false
  }
}

/** As precise as the disk has them: rounded, two numbers of Windows may look the same. */
function isSame(a: BigIntStats, b: BigIntStats): boolean {
  return a.dev === b.dev && a.ino === b.ino
}

/** Removes an empty file that was made elsewhere, and nothing else that may have its name by now. */
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

/** For what is not there, is no folder, or is a link, although it was seen as something else. */
const REPLACED: ReadonlySet<string> = new Set(['ESTALE', 'ENOENT', 'ENOTDIR', 'ELOOP', 'EMLINK', 'ENXIO'])

/** Tells errors which say that another program has moved or replaced what was seen before. */
export function isReplaced(error: unknown): boolean {
  return REPLACED.has(codeOf(error))
}
