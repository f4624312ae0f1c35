/** Checks names of files that an archive can hold, but a folder on some system cannot, or that look like another name. */
import { findNameFlaw } from '../model/name-flaw.js'
import { quote } from '../../oras/errors/escape-message.js'
import type { Turns } from '../../oras/turns.js'

/** A name of a file or a folder is invalid. */
export class FileNameError extends SyntaxError {
  /** The path of the file, or of a folder above it. */
  readonly path: string
  /** What to do about it. */
  readonly hint: string

  constructor(reason: string, options: { readonly path: string; readonly hint: string }) {
    super(reason)
    this.path = options.path
    this.hint = options.hint
  }
}

/** A file or a folder among the paths. */
interface Entry {
  readonly path: string
  readonly isFile: boolean
  /** The entries of a folder by their names. */
  readonly inside: Map<string, Entry>
  /** The entries of a folder by their names as {@link foldCase} gives them. */
  readonly folded: Map<string, Entry>
}

/**
 * Checks that all files can be in one folder, before the first one is written. The answer is the same on every system,
 * because folders are copied between systems.
 *
 * @param paths Relative paths with slashes.
 * @throws {FileNameError} if a name is invalid, or if two names are the same on some system.
 */
export async function checkFileNames(paths: readonly string[], turns: Turns): Promise<void> {
  const root: Entry = { path: '', isFile: false, inside: new Map(), folded: new Map() }
  for (const path of paths) {
    let folder = root
    let steps = 0
    // Folder by folder, so that each name is checked once, however many files are below it.
    for (let start = 0; start <= path.length; steps++) {
      const slash = path.indexOf('/', start)
      const end = slash < 0 ? path.length : slash
      const name = path.slice(start, end)
      const known = folder.inside.get(name)
      if (known && !known.isFile && slash >= 0) folder = known
      else folder = addEntry(folder, name, { path: path.slice(0, end), isFile: slash < 0 })
      start = end + 1
    }
    const turn = turns.take(steps)
    if (turn) await turn
  }
}

function addEntry(folder: Entry, name: string, { path, isFile }: Pick<Entry, 'path' | 'isFile'>): Entry {
  const entry: Entry = { path, isFile, inside: new Map(), folded: new Map() }
  const key = foldCase(name)
  const other = folder.folded.get(key)
  if (other) throw nameConflict(other, entry)
  const flaw = findNameFlaw(name)
  if (flaw) throw new FileNameError(`${quote(path)} ${flaw.reason}`, { path, hint: flaw.hint })
  folder.inside.set(name, entry)
  folder.folded.set(key, entry)
  return entry
}

/** Gives the same text for names that are the same on a system that ignores case and Unicode normalization. */
function foldCase(name: string): string {
  return name.normalize('NFC').toLowerCase().toUpperCase().normalize('NFC')
}

function nameConflict(
  first: { readonly path: string; readonly isFile: boolean },
  second: { readonly path: string; readonly isFile: boolean },
): FileNameError {
  const { path } = second
  if (first.path !== path) {
    const isSameText = first.path.normalize('NFC') === path.normalize('NFC')
    const difference = isSameText ? 'in Unicode normalization' : 'in case'
    return new FileNameError(`${quote(first.path)} and ${quote(path)} differ only ${difference}`, {
      path,
      hint: 'Rename one of the two in the chart: on Windows or macOS they are one file.',
    })
  }
  if (first.isFile && second.isFile) {
    return new FileNameError(`the file ${quote(path)} is there twice`, {
      path,
      hint: 'Leave one of the two out of the chart: which one is meant is not known.',
    })
  }
  return new FileNameError(`${quote(path)} is a file and also a folder`, {
    path,
    hint: 'Rename one of the two in the chart: no folder can hold both.',
  })
}
