/**
 * Runs blocks of code one after the other, in a process of its own: `node --import tsx run-blocks.ts <plan.json>`. Each
 * group has a fresh embedded registry, to which `localhost:5000` leads. What a block prints follows its marker.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { pushChart } from '../../src/index.js'
import { startRegistry } from '../../src/testing/index.js'

export interface RunPlan {
  /** Where the blocks are written to; it holds `mychart`. */
  readonly folder: string
  readonly groups: readonly {
    /** Whether mychart is there from the beginning, in both formats. */
    readonly isSeeded: boolean
    readonly blocks: readonly { readonly id: string; readonly text: string }[]
  }[]
}

// What begins the output of a block, and its error.
export const BEGIN = '\u0001'
export const FAILED = '\u0002'

/** Tells whether all blocks ran. */
async function run({ folder, groups }: RunPlan): Promise<boolean> {
  let count = 0
  let isRight = true
  for (const { isSeeded, blocks } of groups) {
    const registry = await startRegistry()
    if (isSeeded) {
      await pushChart(join(folder, 'mychart'), `${registry.host}/mychart:latest`)
      await pushChart(join(folder, 'mychart'), `${registry.host}/app:latest`)
      await pushChart(join(folder, 'mychart'), `oci://${registry.host}/charts`)
    }
    for (const { id, text } of blocks) {
      const file = join(folder, `block-${++count}.mts`)
      await writeFile(file, text.replaceAll('localhost:5000', registry.host))
      process.stdout.write(`${BEGIN}${id} ${registry.host}\n`)
      try {
        await import(pathToFileURL(file).href)
      } catch (error) {
        isRight = false
        process.stdout.write(`${FAILED}${error instanceof Error ? error.stack : String(error)}\n`)
      }
    }
    await registry.close()
  }
  return isRight
}

const [plan] = process.argv.slice(2)
if (plan !== undefined && process.argv[1] === import.meta.filename) {
  const isRight = await run(JSON.parse(await readFile(plan, 'utf8')) as RunPlan)
  // Only a block that failed may leave something open.
  if (!isRight) process.exit()
}
