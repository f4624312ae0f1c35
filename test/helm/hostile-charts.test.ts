/** Every hostile chart, given to pushChart(): the exact error, no request, and no byte on the disk. */
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type OciError, pushChart } from '../../src/index.js'
import { startRegistry } from '../../src/testing/index.js'
import { caught, makeFolder } from '../support/make-chart.js'
import { hostileCharts } from '../support/hostile-charts.js'

/** Everything below a folder, links as links. */
async function listTree(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.map((entry) => [join(entry.parentPath, entry.name), entry.isFile()] as const)
  const contents = paths.map(async ([path, isFile]) => `${path} ${isFile ? (await readFile(path)).length : ''}`)
  return (await Promise.all(contents)).toSorted()
}

describe('a hostile chart', () => {
  it.each(hostileCharts)('with $name is refused as a whole', async ({ make, code, reason }) => {
    const folder = await makeFolder()
    const registry = await startRegistry()
    // Deep enough that files outside of the chart are noticed.
    const charts = join(folder, 'a/b/c/charts')
    await mkdir(charts, { recursive: true })
    const source = await make(charts)
    const before = [await listTree(folder), await readdir(process.cwd())]

    const error = (await caught(pushChart(source, `${registry.host}/mychart:latest`))) as OciError
    await registry.close()

    const name = typeof source === 'string' ? source : 'archive'
    expect({ code: error.code, message: error.message }).toEqual({
      code,
      message: `Cannot read chart ${name}: ${reason}`,
    })
    expect(error.hint).not.toBe('')
    expect(registry.requests).toEqual([])
    expect([await listTree(folder), await readdir(process.cwd())]).toEqual(before)
  })

  it('has a unique name, and the table has at least forty', () => {
    const names = new Set(hostileCharts.map(({ name }) => name))
    expect(names.size).toBe(hostileCharts.length)
    expect(names.size).toBeGreaterThanOrEqual(40)
  })
})
