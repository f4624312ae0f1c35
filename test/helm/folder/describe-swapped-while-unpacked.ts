/** What unpacking writes and removes while another program replaces folders by links. */
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { inspect, isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { Chart } from '../../../src/helm/model/chart.js'
import { unpackChart } from '../../../src/helm/folder/unpack-chart.js'
import { OciError } from '../../../src/oras/errors/oci-error.js'
import { beforeCalls, beforeEachCall } from '../../support/before-call.js'
import { toFiles } from '../../support/make-chart.js'
import { makeFolder } from '../../support/make-folder.js'
import { pretendPlatform, WAYS } from '../../support/ways-to-hold.js'

const CHART: Chart = {
  metadata: { apiVersion: 'v2', name: 'mychart', version: '1.2.3' },
  files: toFiles({ 'Chart.yaml': 'new', 'a/b/c': 'new', 'a/d': 'new' }),
  dependencies: [],
  warnings: [],
}
/** The chart outside of the directory, if the directory was a link to there from the beginning. */
const UNPACKED_THERE = { 'mychart/Chart.yaml': 'new', 'mychart/a/b/c': 'new', 'mychart/a/d': 'new' }
const REPLACED_THERE = ['mychart/a/kept']

/** A directory with an older chart, and what lies outside of it, under the same names. */
function writeBase(base: string): void {
  rmSync(base, { recursive: true, force: true })
  for (const root of ['in', 'out']) {
    for (const folder of ['mychart', 'new/mychart', 'old/mychart']) {
      mkdirSync(join(base, root, folder, 'a/b'), { recursive: true })
      writeFileSync(join(base, root, folder, 'a/b/c'), 'old')
      writeFileSync(join(base, root, folder, 'a/kept'), 'old')
    }
  }
}

/** The text of each file in a folder, by its path; links are not followed. */
function list(folder: string): Record<string, string> {
  const texts: Record<string, string> = {}
  for (const path of (readdirSync(folder, { recursive: true }) as string[]).toSorted()) {
    const info = lstatSync(join(folder, path))
    if (info.isFile()) texts[path] = readFileSync(join(folder, path), 'utf8')
    else if (info.isSymbolicLink()) texts[path] = 'a link'
    else texts[`${path}/`] = ''
  }
  return texts
}

/** Replaces a folder in the directory, if it exists by now, by a link to the folder outside. */
const link =
  (path: string, target: string) =>
  (base: string): boolean => {
    const temporary = readdirSync(join(base, 'in')).find((name) => /^\.oras-helm-(?!lock-)/.test(name))
    if (path.startsWith('TEMPORARY') && temporary === undefined) return false
    const at = join(base, 'in', path.replace('TEMPORARY', temporary ?? ''))
    if (lstatSync(at, { throwIfNoEntry: false })?.isDirectory() !== true) return false
    renameSync(at, join(base, 'moved'))
    symlinkSync(join(base, 'out', target), at)
    return true
  }

const SWAPS: readonly (readonly [what: string, act: (base: string) => boolean])[] = [
  ['the directory', link('', '')],
  ['the temporary folder', link('TEMPORARY', '')],
  ['the folder of what is new', link('TEMPORARY/new', 'new')],
  ['the folder of the chart', link('TEMPORARY/new/mychart', 'new/mychart')],
  ['a folder in it', link('TEMPORARY/new/mychart/a', 'new/mychart/a')],
  ['a folder in a folder in it', link('TEMPORARY/new/mychart/a/b', 'new/mychart/a/b')],
  ['the folder that is replaced', link('mychart', 'mychart')],
  ['a folder in it, before it is replaced', link('mychart/a', 'mychart/a')],
  ['the folder of what is replaced', link('TEMPORARY/old', 'old')],
  ['the replaced folder', link('TEMPORARY/old/mychart', 'old/mychart')],
  ['a folder in the replaced one', link('TEMPORARY/old/mychart/a', 'old/mychart/a')],
]

/** @param step At how many of the calls the swap happens: one in so many. */
export function describeSwapsWhileUnpacking(step: number): void {
  describe.each(WAYS)('unpackChart(), %s', (_, platform) => {
    it.each(SWAPS)('writes nothing behind a link in the place of %s', async (_what, swap) => {
      pretendPlatform(platform)
      const base = join(await makeFolder(), 'base')
      writeBase(base)
      const outside = list(join(base, 'out'))
      const wrong: string[] = []
      let swaps = 0

      await beforeEachCall(step, async (at) => {
        writeBase(base)
        let isOver = true
        let error: unknown
        await beforeCalls(
          (call) => {
            if (call !== at) return
            isOver = false
            if (swap(base)) swaps++
          },
          async () => {
            error = await unpackChart(CHART, join(base, 'in'), { overwrite: true }).then(
              () => undefined,
              (cause: unknown) => cause,
            )
          },
        )
        const now = list(join(base, 'out'))
        if (error !== undefined && !(error instanceof OciError)) wrong.push(`before call ${at}: ${inspect(error)}`)
        // A directory that was a link from the beginning is the one that the caller wants.
        const isMeant = at <= 2 && error === undefined && lstatSync(join(base, 'in')).isSymbolicLink()
        const kept = isMeant ? { ...outside, ...UNPACKED_THERE } : outside
        if (isMeant) for (const path of REPLACED_THERE) delete kept[path]
        // With paths, a file with the same name may be moved or removed at the last moment; but nothing is written there.
        const isRight =
          platform === 'linux' ? isDeepStrictEqual(now, kept) : isMeant || !Object.values(now).includes('new')
        if (!isRight) wrong.push(`before call ${at}: outside are ${JSON.stringify(now)}`)
        return !isOver
      })

      expect(wrong).toEqual([])
      if (step === 1) expect(swaps).toBeGreaterThan(0)
    })
  })
}
