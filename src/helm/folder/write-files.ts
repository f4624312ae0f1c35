/** The files of a chart onto the disk, into a folder that nobody else writes to. */
import { mkdir, realpath, writeFile } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import type { ChartFile } from '../model/chart.js'
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
export async function writeFiles(
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
