/** Writes small charts to temporary folders. */
import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeFolder } from './make-folder.js'

/** The files of a chart, by their paths. */
export type ChartFiles = Readonly<Record<string, string>>

/** The files of a chart with that name and version, and unique content. */
export function chartFiles(name: string, version: string, content: string): ChartFiles {
  return {
    'Chart.yaml': `apiVersion: v2\nname: ${name}\nversion: ${version}\ndescription: Made by a test\n`,
    'values.yaml': `content: ${content}\n`,
    'templates/configmap.yaml': `kind: ConfigMap\ndata: {content: ${content}}\n`,
    'README.md': '# A chart\n',
  }
}

/** Writes files into a new folder, in the given order, with a time if one is given; removed after the test. */
export async function makeChartFolder(files: ChartFiles, modified?: Date): Promise<string> {
  const folder = join(await makeFolder(), 'chart')
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
    if (modified) await utimes(file, modified, modified)
  }
  return folder
}
