/** The program of a credential helper, on the PATH. */
import { access, constants, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { readVariable } from '../environment.js'

/** Finds `docker-credential-…`; `undefined` if there is none. */
export async function findHelper(name: string): Promise<string | undefined> {
  const file = process.platform === 'win32' && !name.toLowerCase().endsWith('.exe') ? `${name}.exe` : name
  for (const folder of (readVariable('PATH') ?? '').split(delimiter)) {
    // An entry that is empty or relative leads to the current folder, where files of strangers lie; and Windows on its
    // own would look there first.
    if (!isAbsolute(folder)) continue
    const path = join(folder, file)
    if (await isProgram(path)) return path
  }
  return undefined
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}
