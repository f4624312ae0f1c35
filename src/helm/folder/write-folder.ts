/** Files in a new folder on the disk, with the folders on the way to them. */
import { mkdir, realpath, writeFile } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { LimitExceededError } from '../../oras/errors/oci-error.js'
import type { ChartFile } from '../model/chart.js'
import { openBudget } from '../model/chart-limits.js'
import { quote } from '../../oras/errors/escape-message.js'
import { type Reading, refuseChart } from '../model/reading.js'

/** How many files are open at the same time. */
const BATCH = 16

/**
 * Makes a folder, the folders in it, and the files; nothing is ever written through a link.
 *
 * @param made A real path that nothing stands at.
 * @throws {InvalidChartError} if another program has put a link where a folder was made.
 */
export async function writeFolder(
  made: string,
  folders: readonly string[],
  files: readonly ChartFile[],
  reading: Reading,
): Promise<void> {
  const { signal } = reading
  await mkdir(made, { mode: 0o755 })
  for (const folder of folders) {
    signal?.throwIfAborted()
    await mkdir(await resolveInside(made, folder, reading), { mode: 0o755 })
  }
  for (let at = 0; at < files.length; at += BATCH) {
    signal?.throwIfAborted()
    const writes = files.slice(at, at + BATCH).map(async ({ path, bytes }) => {
      // The flag lets it fail at whatever has the name, a link too.
      await writeFile(await resolveInside(made, path, reading), bytes, { flag: 'wx', mode: 0o644, signal })
    })
    // None may still be at work when the folder is removed.
    await Promise.allSettled(writes)
    await Promise.all(writes)
  }
}

/** Looks at the real path of a folder that was made before anything is put into it. */
async function resolveInside(made: string, path: string, reading: Reading): Promise<string> {
  const inside = join(made, path)
  const folder = await realpath(dirname(inside))
  // That of `made` is its real path, for it lies in a new folder of a real path.
  if (folder === made || folder.startsWith(`${made}${sep}`)) return inside
  throw refuseChart(reading, `the folder of ${quote(path)} has become a link that leads out of the chart`, {
    file: path,
    hint: 'Another program put the link there meanwhile: unpack the chart where no other program writes.',
  })
}

/** How deep a file may lie: finding the real path of a folder looks at each folder around it, and long paths take hours. */
const MAX_LEVELS = 100

/**
 * Lists the folders on the way to files, outer ones first.
 *
 * @throws {LimitExceededError} if there are more files and folders than the limits of the reading allow; an archive
 * counts only what has an entry in it.
 */
export function listFolders(files: readonly ChartFile[], reading: Reading): readonly string[] {
  const budget = openBudget(reading.budget.limits, reading.where)
  const folders = new Set<string>()
  for (const { path } of files) {
    if (path.split('/').length > MAX_LEVELS) {
      throw new LimitExceededError(`${reading.where}: ${quote(path)} lies deeper than ${MAX_LEVELS} levels`, {
        limit: MAX_LEVELS,
        hint: 'Move the file up in the chart: no template needs to lie that deep.',
      })
    }
    budget.takeEntry()
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end)
      if (folders.has(folder)) break
      budget.takeEntry()
      folders.add(folder)
    }
  }
  return [...folders].toSorted((a, b) => a.length - b.length)
}
