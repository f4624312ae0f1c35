/** The chart that other clients push: the example, packed by tar, described by js-yaml, all without the library. */
import { execFile } from 'node:child_process'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { load } from 'js-yaml'

const run = promisify(execFile)

export const EXAMPLE: string = join(import.meta.dirname, '../../examples/mychart')
export const EXAMPLE_ARCHIVE = 'mychart-0.1.0.tgz'

/** Packs a folder with all that is in it. */
export async function packFolder(folder: string, archive: string): Promise<void> {
  await run('tar', ['-czf', archive, '-C', dirname(folder), basename(folder)])
}

/** Reads a Chart.yaml with js-yaml. */
export async function loadChartYaml(folder: string): Promise<Readonly<Record<string, unknown>>> {
  return load(await readFile(join(folder, 'Chart.yaml'), 'utf8')) as Record<string, unknown>
}

/** Writes what a client may push: the folder `mychart`, `mychart-0.1.0.tgz`, and its metadata as `config.json`. */
export async function writeExample(folder: string): Promise<void> {
  const copy = join(folder, 'mychart')
  await cp(EXAMPLE, copy, { recursive: true })
  await packFolder(copy, join(folder, EXAMPLE_ARCHIVE))
  await writeFile(join(folder, 'config.json'), JSON.stringify(await loadChartYaml(copy)))
}
