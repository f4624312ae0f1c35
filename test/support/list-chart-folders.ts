/** Finds charts in a folder of charts. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** The paths of the folders with a Chart.yaml, by name. */
export async function listChartFolders(parent: string): Promise<readonly string[]> {
  const folders = (await readdir(parent)).toSorted().map((name) => join(parent, name))
  const exist = await Promise.all(folders.map((each) => stat(join(each, 'Chart.yaml')).catch(() => undefined)))
  return folders.filter((_, index) => exist[index]?.isFile())
}
