import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { parseInWorker } from '../../../src/helm/metadata/parse-in-worker.js'
import { type FileTask, runFileTask } from '../../../src/helm/metadata/file-task.js'
import { golden } from '../../golden/golden.js'
import { CHART_YAML, writeFolder } from '../../support/make-chart.js'
import { drawSamples } from '../../support/seeds.js'

vi.mock(import('node:worker_threads'), async (importActual) => {
  const actual = await importActual()
  return { ...actual, Worker: vi.fn(actual.Worker) as unknown as typeof actual.Worker }
})

const bytesOf = (text: string): Uint8Array => Buffer.from(text)

async function outcome(call: () => unknown): Promise<unknown> {
  try {
    return await call()
  } catch (error) {
    const { name, message } = error as Error
    return { name, message, limit: (error as { readonly limit?: number }).limit }
  }
}

const random = fc.string({ unit: fc.constantFrom(...Array.from('ab1 \n\n--:,[]{}#&*!|>"\'?\t\\')), maxLength: 30 })

describe('a file in a worker', () => {
  it.each<[what: string, texts: readonly string[], tasks: readonly FileTask['kind'][]]>([
    [
      'what Helm reads',
      golden.scalarToString.map(({ in: scalar }) => `${CHART_YAML}appVersion: ${scalar}\n`),
      ['metadata'],
    ],
    [
      'what charts have',
      [CHART_YAML, 'a: &a {b: 1}\nc: {<<: *a, d: .inf}', 'a: 1\na: 2\n---\nb: 1', 'a: [\n]', '', 'a: !!int x', '*x'],
      ['metadata', 'lock', 'values'],
    ],
    [
      'JSON',
      ['{"name":"a","version":"1.0.0","keywords":["b"]}', '{}', '[]', '{', '"\ud800"'],
      ['json', 'schema', 'name'],
    ],
    ['anything', drawSamples(random, 100), ['metadata', 'values', 'json']],
  ])('has the same result as in this thread: %s', async (_, texts, kinds) => {
    for (const text of texts) {
      for (const kind of kinds) {
        const task: FileTask = { kind, bytes: bytesOf(text), partial: { name: 'known', keywords: ['x'] } }
        const here = await outcome(() => runFileTask(task))
        expect([text, await outcome(async () => parseInWorker(task, undefined))]).toEqual([text, here])
      }
    }
  })

  it('is refused for the same reasons as in this thread', async () => {
    const latin: FileTask = { kind: 'values', bytes: Buffer.from('a: \xff', 'latin1') }
    const long: FileTask = { kind: 'values', bytes: bytesOf(`[${'a,'.repeat(400_000)}]`) }
    for (const task of [latin, long]) {
      const here = await outcome(() => runFileTask(task))
      expect(here).toMatchObject({ name: expect.stringMatching(/^(TypeError|FileLimitError)$/) as string })
      expect(await outcome(async () => parseInWorker(task, undefined))).toMatchObject({ name: (here as Error).name })
    }
  })

  it('is copied: the bytes of the caller, and those around them, stay', async () => {
    const all = Buffer.from(`before${CHART_YAML}after`)
    const bytes = all.subarray(6, 6 + CHART_YAML.length)

    expect(await parseInWorker({ kind: 'values', bytes }, undefined)).toMatchObject({ isEmpty: false })
    expect(all.toString()).toBe(`before${CHART_YAML}after`)
  })

  it('is parsed in this thread if no worker may be started', async () => {
    vi.resetModules()
    const { parseInWorker: askAnew } = await import('../../../src/helm/metadata/parse-in-worker.js')
    vi.mocked(Worker).mockImplementationOnce(function refuse() {
      throw new Error('Access to this API has been restricted')
    })
    const { mock } = vi.mocked(Worker)
    const before = mock.calls.length

    expect(await askAnew({ kind: 'values', bytes: bytesOf('a: 1\na: 2') }, undefined)).toMatchObject({ duplicates: 1 })
    expect(mock.calls.length - before).toBe(1)
  })
})

describe('the memory of a worker', () => {
  const at = (count: number, make: (index: number) => string): string =>
    Array.from({ length: count }, (_, i) => make(i)).join('')

  /** The inputs that need the most memory, with nearly as many tokens as allowed; and the heap that Node 22 needs for them. */
  it.each<[what: string, kind: 'values' | 'schema', text: string]>([
    ['lists in lists: 128 MiB', 'values', `x:\n${`- ${'['.repeat(90)}${']'.repeat(90)}\n`.repeat(4345)}`],
    ['pairs in a list: 128 MiB', 'values', `x: [${'a: b,'.repeat(199_900)}]\n`],
    ['a map of very many keys: 80 MiB', 'values', at(199_900, (index) => `k${index}: v\n`)],
    ['maps with keys of their own: 96 MiB', 'values', `x: [${at(133_200, (index) => `{k${index}: 1},`)}]\n`],
    ['a schema of very many keys: 96 MiB', 'schema', `{${at(199_900, (index) => `"k${index}":1,`)}"a":1}`],
    ['one text of 5 MiB: 96 MiB', 'values', `x: '${"''".repeat(2_600_000)}'\n`],
  ])('is twice as much as needed for %s', async (_, kind, text) => {
    vi.resetModules()
    const { parseInWorker: askAnew } = await import('../../../src/helm/metadata/parse-in-worker.js')
    const { Worker: Actual } = await vi.importActual<typeof import('node:worker_threads')>('node:worker_threads')
    vi.mocked(Worker).mockImplementationOnce(function halve(code, options) {
      const { maxOldGenerationSizeMb = 0 } = options?.resourceLimits ?? {}
      return new Actual(code, { ...options, resourceLimits: { maxOldGenerationSizeMb: maxOldGenerationSizeMb / 2 } })
    })

    expect(await askAnew({ kind, bytes: bytesOf(text) }, undefined)).toMatchObject({ hasMore: false })
    expect(vi.mocked(Worker).mock.lastCall?.[1]?.resourceLimits).toMatchObject({ maxOldGenerationSizeMb: 512 })
  })
})

it('a process ends although it has an idle worker', async () => {
  const chart = await writeFolder({
    'Chart.yaml': CHART_YAML,
    'values.yaml': `a: 1\na: 2\nb: [${'a,'.repeat(30_000)}]`,
  })
  const script = join(import.meta.dirname, '../../support/read-in-process.ts')

  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script, chart])

  expect(JSON.parse(stdout)).toEqual(['values.yaml has the key "a" twice in one place; the last one counts'])
})
