/** Refuses names that an archive can hold and a folder cannot: equal ones on systems that ignore case, or names of devices. */
import { MAX_FILE_NAME } from '../model/chart-names.js'
import { quote } from '../../oras/errors/escape-message.js'

/** Why a name is refused. */
export class FileNameError extends SyntaxError {
  /** That of the file, or of a folder on the way to it. */
  readonly path: string
  readonly hint: string

  constructor(reason: string, options: { readonly path: string; readonly hint: string }) {
    super(reason)
    this.path = options.path
    this.hint = options.hint
  }
}

/**
 * Refuses files that cannot all lie in one folder: the whole list is checked before the first one is written.
 *
 * @param paths Plain relative ones, with slashes.
 * @param platform As in `process.platform`. Names that differ in case alone are refused on each: a folder is copied from
 * one system to another.
 * @throws {FileNameError} with a plain reason.
 */
export function checkFileNames(paths: readonly string[], platform: string): void {
  const seen = new Map<string, { readonly path: string; readonly isFile: boolean }>()
  for (const path of paths) {
    // From the file outward. What lies around a folder that was seen has been seen, too.
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const entry = { path: path.slice(0, end), isFile: end === path.length }
      const key = foldCase(entry.path)
      const other = seen.get(key)
      if (other && other.path === entry.path && !other.isFile && !entry.isFile) break
      if (other) throw refuseBoth(other, entry)
      checkName(entry.path, platform)
      seen.set(key, entry)
    }
  }
}

/** Gives the same text for all names that are one to a system that ignores case and Unicode normalization. */
function foldCase(path: string): string {
  return path.normalize('NFC').toLowerCase().toUpperCase().normalize('NFC')
}

function refuseBoth(
  first: { readonly path: string; readonly isFile: boolean },
  second: { readonly path: string; readonly isFile: boolean },
): FileNameError {
  const { path } = second
  if (first.path !== path) {
    const isSameText = first.path.normalize('NFC') === path.normalize('NFC')
    const difference = isSameText ? 'in Unicode normalization' : 'in case'
    return new FileNameError(`${quote(first.path)} and ${quote(path)} differ only ${difference}`, {
      path,
      hint: 'Rename one of the two in the chart: on Windows and macOS they would be the same.',
    })
  }
  if (first.isFile && second.isFile) {
    return new FileNameError(`the file ${quote(path)} is there twice`, {
      path,
      hint: 'Leave one of the two out of the chart: nobody can say which one is meant.',
    })
  }
  return new FileNameError(`${quote(path)} is a file and also a folder`, {
    path,
    hint: 'Rename one of the two in the chart: no folder can hold both.',
  })
}

function checkName(path: string, platform: string): void {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (Buffer.byteLength(name) > MAX_FILE_NAME) {
    throw new FileNameError(`the name of ${quote(path)} has more than ${MAX_FILE_NAME} bytes`, {
      path,
      hint: 'Give it a shorter name in the chart: hardly any file system takes this one.',
    })
  }
  const flaw = platform === 'win32' && findFlaw(name)
  if (!flaw) return
  throw new FileNameError(`${quote(path)} ${flaw}`, {
    path,
    hint: 'Rename it in the chart, or unpack the chart on another system than Windows.',
  })
}

/** A device is found in any folder, whatever comes after a dot, a colon or blanks. */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)/i

function findFlaw(name: string): string | undefined {
  if (/[<>:"|?*\\\x00-\x1f]/.test(name)) return 'has a character that Windows has in no name'
  if (/[. ]$/.test(name)) return 'ends in a dot or a blank, which Windows leaves out'
  if (DEVICE.test(name)) return 'is the name of a device on Windows'
  return undefined
}
