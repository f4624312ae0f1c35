/** How a chart is read while another program swaps, writes and removes its files and folders. */
import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readDirectory } from '../../../src/helm/folder/read-directory.js'
import { createReadContext } from '../../../src/helm/model/read-context.js'
import { digestOf } from '../../../src/oras/oci/digest.js'
import { OciError } from '../../../src/oras/errors/oci-error.js'
import { beforeCalls, beforeEachCall } from '../../support/before-call.js'
import { makeFolder } from '../../support/make-folder.js'
import { pretendPlatform, WAYS } from '../../support/ways-to-hold.js'

const SECRET = 'from outside'
/** More bytes than are read at once. */
const LARGE = 'x'.repeat(300 * 1024)

/** Writes a chart, and next to it another folder with the same names, whose files must never be in the chart. */
function writeBase(base: string): void {
  rmSync(base, { recursive: true, force: true })
  for (const [root, text] of [
    ['in/chart', undefined],
    ['out/chart', SECRET],
  ] as const) {
    mkdirSync(join(base, root, 'templates/deep'), { recursive: true })
    mkdirSync(join(base, root, 'secret'))
    writeFileSync(join(base, root, '.helmignore'), text ?? 'secret/\n')
    writeFileSync(join(base, root, 'Chart.yaml'), text ?? 'chart')
    writeFileSync(join(base, root, 'large'), text ?? LARGE)
    writeFileSync(join(base, root, 'secret/key'), text ?? 'key')
    writeFileSync(join(base, root, 'templates/a'), text ?? 'a')
    writeFileSync(join(base, root, 'templates/deep/b'), text ?? 'b')
    writeFileSync(join(base, root, 'templates/linked'), text ?? 'linked')
    mkdirSync(join(base, root, 'linked'))
    writeFileSync(join(base, root, 'linked/c'), text ?? 'c')
    symlinkSync('linked', join(base, root, 'to-folder'))
    symlinkSync('templates/linked', join(base, root, 'to-file'))
  }
}

/** Replaces a file or folder of the chart by a link to one outside. */
const link =
  (path: string) =>
  (base: string): void => {
    renameSync(join(base, 'in', path), join(base, 'moved'))
    symlinkSync(join(base, 'out', path), join(base, 'in', path))
  }

const inChart =
  (path: string, act: (path: string) => void) =>
  (base: string): void =>
    act(join(base, 'in/chart', path))

const SWAPS: readonly (readonly [what: string, act: (base: string) => void])[] = [
  ['a file becomes a link', link('chart/templates/deep/b')],
  ['a large file becomes a link', link('chart/large')],
  ['the file of rules becomes a link', link('chart/.helmignore')],
  ['a folder becomes a link', link('chart/templates/deep')],
  ['a folder around a folder becomes a link', link('chart/templates')],
  ['the chart becomes a link', link('chart')],
  [
    'a folder around the chart becomes a link',
    (base) => {
      renameSync(join(base, 'in'), join(base, 'moved'))
      symlinkSync(join(base, 'out'), join(base, 'in'))
    },
  ],
  ['a link to a folder leads outside', link('chart/to-folder')],
  ['a link to a file leads outside', link('chart/to-file')],
  [
    'the chart becomes another folder',
    (base) => {
      renameSync(join(base, 'in/chart'), join(base, 'moved'))
      renameSync(join(base, 'out/chart'), join(base, 'in/chart'))
    },
  ],
  ['a file grows', inChart('templates/a', (path) => appendFileSync(path, ' and more'))],
  ['a large file grows', inChart('large', (path) => appendFileSync(path, ' and more'))],
  ['a file grows beyond the limit', inChart('templates/a', (path) => truncateSync(path, 2 ** 31))],
  ['a large file shrinks', inChart('large', (path) => truncateSync(path, 5))],
  [
    'a file becomes a folder',
    inChart('templates/a', (path) => {
      unlinkSync(path)
      mkdirSync(path)
    }),
  ],
  [
    'a folder becomes a file',
    inChart('templates/deep', (path) => {
      rmSync(path, { recursive: true })
      writeFileSync(path, 'no folder')
    }),
  ],
  ['a file is removed', inChart('templates/deep/b', unlinkSync)],
  ['a folder is removed', inChart('templates', (path) => rmSync(path, { recursive: true }))],
]

type Outcome = Readonly<Record<string, string>> | OciError

async function read(base: string): Promise<Outcome> {
  try {
    const files = await readDirectory(join(base, 'in/chart'), createReadContext('chart'))
    return Object.fromEntries(
      files.map(({ path, bytes }) => [path, path === 'large' ? digestOf(bytes) : Buffer.from(bytes).toString()]),
    )
  } catch (error) {
    if (error instanceof OciError) return error
    throw error
  }
}

/** @param step At how many of the calls the swap happens: one in so many. */
export function describeSwapsWhileReading(step: number): void {
  describe.each(WAYS)('readDirectory(), %s', (_, platform) => {
    it.each(SWAPS)('reads the chart before or after, or refuses: %s', async (_what, swap) => {
      pretendPlatform(platform)
      const base = join(await makeFolder(), 'base')
      writeBase(base)
      const before = await read(base)
      swap(base)
      const after = await read(base).catch(() => undefined)
      const wrong: string[] = []
      let refused = 0

      const calls = await beforeEachCall(step, async (at) => {
        writeBase(base)
        let isSwapped = false
        const outcome = await beforeCalls(
          (call) => {
            if (call !== at) return
            swap(base)
            isSwapped = true
          },
          () => read(base),
        )
        if (outcome instanceof OciError) refused++
        else if (![before, after].some((each) => isEqual(each, outcome)))
          wrong.push(`before call ${at}: ${JSON.stringify(outcome)}`)
        return isSwapped
      })

      expect(wrong).toEqual([])
      // Most of them happen in the middle of the reading.
      expect(calls).toBeGreaterThan(40)
      if (step === 1) expect(refused).toBeGreaterThan(0)
    })
  })
}

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
