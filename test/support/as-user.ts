/** Runs work as a user who is not root: tests may run as root, whom no file mode stops. */
import { chownSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { skipBecause } from './skip-because.js'

const OTHER_USER = 65_534

/** For `skipIf`. */
export function noUsers(what: string): boolean {
  return skipBecause(process.seteuid === undefined && 'there are no users', what)
}

/** Gives a folder, with all that is in it, to a user who is not root, and runs an action as that user. */
export async function asUser<Result>(folder: string, act: () => Promise<Result>): Promise<Result> {
  const before = process.geteuid?.()
  if (before !== 0) return act()
  giveAll(folder)
  process.seteuid?.(OTHER_USER)
  try {
    return await act()
  } finally {
    process.seteuid?.(before)
  }
}

function giveAll(path: string): void {
  chownSync(path, OTHER_USER, OTHER_USER)
  if (!lstatSync(path).isDirectory()) return
  for (const name of readdirSync(path)) giveAll(join(path, name))
}
