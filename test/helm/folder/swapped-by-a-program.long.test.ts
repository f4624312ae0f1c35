import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readDirectory } from '../../../src/helm/folder/read-directory.js'
import { unpackChart } from '../../../src/helm/folder/unpack-chart.js'
import { createReadContext } from '../../../src/helm/model/read-context.js'
import type { Chart } from '../../../src/helm/model/chart.js'
import { OciError } from '../../../src/oras/errors/oci-error.js'
import { toFiles } from '../../support/make-chart.js'
import { makeFolder } from '../../support/make-folder.js'
import { skipOnWindows } from '../../support/skip-because.js'

const ROUNDS = 400
const SECRET = 'from outside'

/** Replaces folders and files in `in` by links to `out`, and restores them, as fast as it can, until it is ended. */
const SWAPPER = `
import { lstatSync, readdirSync, renameSync, symlinkSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
const [base, ...paths] = process.argv.slice(2)
const attempt = (act) => { try { return act() } catch { return undefined } }
process.send('ready')
for (;;) {
  for (const path of paths) {
    const temporary = attempt(() => readdirSync(join(base, 'in')).find((name) => /^[.]oras-helm-(?!lock-)/.test(name)))
    if (path.startsWith('TEMPORARY') && !temporary) continue
    const at = join(base, 'in', path.replace('TEMPORARY', temporary))
    const aside = join(base, 'aside')
    if (attempt(() => lstatSync(at).isSymbolicLink()) !== false) continue
    if (attempt(() => (renameSync(at, aside), true)) !== true) continue
    attempt(() => symlinkSync(join(base, 'out', path.replace(/TEMPORARY\\/?/, '')), at))
    attempt(() => unlinkSync(at))
    attempt(() => renameSync(aside, at))
    attempt(() => renameSync(aside, join(base, 'lost-' + Math.trunc(performance.now() * 1000))))
  }
}
`

async function startSwapper(base: string, paths: readonly string[]): Promise<void> {
  const program = join(base, 'swapper.mjs')
  await writeFile(program, SWAPPER)
  const child = fork(program, [base, ...paths], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  onTestFinished(async () => {
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  })
  await once(child, 'message')
}

async function write(base: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(base, path, '..'), { recursive: true })
    await writeFile(join(base, path), text)
  }
}

describe.skipIf(skipOnWindows('another program that puts links in the place of folders'))(
  'while another program swaps folders and links',
  () => {
    it('nothing from outside is read as a file of the chart', async () => {
      const base = await makeFolder()
      const names = ['Chart.yaml', 'templates/a', 'templates/deep/b', 'templates/deep/c']
      await write(base, Object.fromEntries(names.map((name) => [`in/chart/${name}`, 'inside'])))
      await write(base, Object.fromEntries(names.map((name) => [`out/chart/${name}`, SECRET])))
      await startSwapper(base, [
        'chart/templates',
        'chart/templates/deep',
        'chart/templates/a',
        'chart/templates/deep/b',
      ])
      const texts = new Set<string>()

      for (let round = 0; round < ROUNDS; round++) {
        try {
          const files = await readDirectory(join(base, 'in/chart'), createReadContext('chart'))
          for (const { bytes } of files) texts.add(Buffer.from(bytes).toString())
        } catch (error) {
          expect(error).toBeInstanceOf(OciError)
        }
      }

      expect([...texts].filter((text) => text !== 'inside')).toEqual([])
    })

    it('nothing is written or removed outside', async () => {
      const base = await makeFolder()
      const outside = { 'new/mychart/a/kept': SECRET, 'old/mychart/a/kept': SECRET, 'mychart/a/kept': SECRET }
      await write(join(base, 'out'), outside)
      await mkdir(join(base, 'in'))
      const chart: Chart = {
        metadata: { apiVersion: 'v2', name: 'mychart', version: '1.2.3' },
        files: toFiles({ 'Chart.yaml': 'new', 'a/b/c': 'new', 'a/d': 'new', 'e/f': 'new' }),
        dependencies: [],
        warnings: [],
      }
      const before = (await readdir(join(base, 'out'), { recursive: true })).toSorted()
      await startSwapper(base, [
        'TEMPORARY',
        'TEMPORARY/new',
        'TEMPORARY/new/mychart',
        'TEMPORARY/new/mychart/a',
        'TEMPORARY/old/mychart/a',
        'mychart/a',
      ])

      for (let round = 0; round < ROUNDS; round++) {
        await unpackChart(chart, join(base, 'in'), { overwrite: true }).catch((error: unknown) =>
          expect(error).toBeInstanceOf(OciError),
        )
      }

      expect((await readdir(join(base, 'out'), { recursive: true })).toSorted()).toEqual(before)
      for (const [path, text] of Object.entries(outside)) {
        expect(await readFile(join(base, 'out', path), 'utf8')).toBe(text)
      }
    })
  },
)
