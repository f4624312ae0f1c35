import { describe, expect, it } from 'vitest'
import { createChart } from '../../../src/helm/load/create-chart.js'
import { packChart } from '../../../src/helm/load/pack-chart.js'
import { createBudget } from '../../../src/helm/model/chart-limits.js'
import { createReadContext } from '../../../src/helm/model/read-context.js'
import { compareWalkOrder, stepsOf } from '../../../src/helm/model/walk-order.js'
import { listFiles } from '../../../src/helm/folder/list-files.js'
import { catchError } from '../../support/catch-error.js'
import { nextTurn } from '../../support/event-loop.js'
import { CHART_YAML, type Files, toFiles } from '../../support/make-chart.js'

const create = async (files: Files, signal?: AbortSignal) =>
  createChart(toFiles({ 'Chart.yaml': CHART_YAML, ...files }), { signal })

/** So many items in brackets. */
const list = (items: number): string => `[${'a,'.repeat(items)}]`

describe('a large file of a chart', () => {
  it('is read like a small one', async () => {
    const schema = JSON.stringify({ enum: Array.from({ length: 100_000 }, (_, at) => at) })
    const { warnings, metadata } = await create({
      'Chart.yaml': `${CHART_YAML}x: ${list(20_000)}\ndescription: ${'x'.repeat(300_000)}\ndeprecated: true\n`,
      'Chart.lock': `digest: a\nx: ${list(20_000)}\n`,
      'values.yaml': `a: ${list(200_000)}\na: 1\n---\nb: 1\n`,
      'values.schema.json': schema,
    })

    expect(metadata).toMatchObject({ deprecated: true, description: 'x'.repeat(300_000) })
    expect(warnings).toEqual([
      'values.yaml has several documents: Helm 3 reads the first one, Helm 4 merges all',
      'values.yaml has the key "a" twice in one place; the last one counts',
    ])
  })

  it.each([
    [
      'Chart.yaml',
      `${CHART_YAML}x: ${list(20_000)}\nname: {}\n`,
      'cannot load Chart.yaml: cannot unmarshal object into',
    ],
    ['Chart.lock', `digest: ${list(20_000)}\n`, 'cannot load Chart.lock: cannot unmarshal array into'],
    ['values.yaml', `a: ${list(20_000)}]\n`, 'cannot load values.yaml: line 1: '],
    ['values.schema.json', `${'[1,'.repeat(40_000)}`, 'invalid JSON in values.schema.json'],
    ['values.schema.json', `${'['.repeat(90_000)}${']'.repeat(90_000)}`, 'invalid JSON in values.schema.json'],
  ])('%s is refused like a small one', async (path, text, reason) => {
    const error = await catchError(async () => create({ [path]: text }))

    expect(error).toMatchObject({ code: 'ERR_INVALID_CHART', file: path })
    expect(error.message).toContain(`Cannot read chart: ${reason}`)
  })

  it.each<[what: string, files: Files, reason: string]>([
    [
      'a Chart.yaml',
      { 'Chart.yaml': `${CHART_YAML}# ${'x'.repeat(524_288)}` },
      'Chart.yaml: it is larger than 524288 bytes',
    ],
    ['a lock', { 'Chart.lock': `# ${'x'.repeat(524_288)}` }, 'Chart.lock: it is larger than 524288 bytes'],
    [
      'a list of keywords',
      { 'Chart.yaml': `${CHART_YAML}keywords: ${list(5001)}` },
      'Chart.yaml: it has more than 5000 values',
    ],
    [
      'a list of dependencies',
      { 'requirements.yaml': `dependencies: [${'{},'.repeat(5001)}]` },
      'requirements.yaml: it has more than 5000 values',
    ],
    [
      'what aliases stand for',
      { 'Chart.yaml': `${CHART_YAML}home: &a ${'x'.repeat(10_000)}\nkeywords: [${'*a,'.repeat(90)}]` },
      'Chart.yaml: its values have more than 524288 characters',
    ],
    [
      'a values.yaml',
      { 'values.yaml': `a: ${list(400_001)}` },
      'values.yaml: it has more than 400000 lines, keys and values',
    ],
    [
      'a schema',
      { 'values.schema.json': '['.repeat(2_500_000) },
      'values.schema.json: it has more than 400000 lines, keys and values',
    ],
  ])('is refused before it takes time and memory: %s', async (_, files, reason) => {
    const error = await catchError(async () => create(files))

    expect(error).toMatchObject({ code: 'ERR_LIMIT_EXCEEDED', message: `Cannot read chart: cannot load ${reason}` })
  })

  it('counts together with all others of the chart and its subcharts', () => {
    const budget = createBudget({}, 'Cannot read chart')
    budget.takeCost(5_000_000)

    expect(() => budget.takeCost(1)).toThrow('Cannot read chart: its YAML and JSON files are too large together')
  })

  it('is measured with its aliases expanded: a small file may be large', async () => {
    const values = `a: &a ${list(4000)}\nb: [${'*a,'.repeat(80)}]\n`
    const small = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`charts/c${at}`, values]))
    const files = Object.entries(small).flatMap(([folder, text]) => [
      [`${folder}/Chart.yaml`, CHART_YAML],
      [`${folder}/values.yaml`, text],
    ])

    const error = await catchError(async () => create(Object.fromEntries(files) as Files))

    expect(error).toMatchObject({ code: 'ERR_LIMIT_EXCEEDED', limit: 5_000_000 })
  })

  it.each([
    ['in a worker', { 'values.yaml': `a: ${list(390_000)}` }],
    ['in very many small files', manySubcharts(3000)],
  ])('ends with the reason of the signal: %s', async (_, files) => {
    const controller = new AbortController()
    const end = catchError(async () => create(files, controller.signal))
    await nextTurn()
    controller.abort(new Error('stop'))

    expect(await end).toBe(controller.signal.reason)
  })
})

/** Subcharts with two keys each that are there twice. */
function manySubcharts(count: number): Files {
  const files = Array.from({ length: count }, (_, at) => [
    [`charts/c${at}/Chart.yaml`, CHART_YAML.replace('mychart', `c${at}`)],
    [`charts/c${at}/values.yaml`, 'a: 1\na: 2\nb: 1\nb: 2\n'],
  ])
  return Object.fromEntries(files.flat()) as Files
}

describe('very many files', () => {
  it('cause a thousand warnings at most', async () => {
    const { warnings } = await create(manySubcharts(600))

    expect(warnings).toHaveLength(1000)
    expect(warnings[0]).toBe('charts/c0: values.yaml has the key "a" twice in one place; the last one counts')
  })

  it('of subcharts with one name and version get folders of their own', async () => {
    const same = Array.from({ length: 2000 }, (_, at) => [`charts/c${at}/Chart.yaml`, CHART_YAML])
    const chart = await create(Object.fromEntries(same) as Files)
    const folders = listFiles(chart, '', 'pack').map(({ path }) => path.split('/')[1])

    expect(new Set(folders).size).toBe(2001)
    expect(folders).toEqual(
      expect.arrayContaining(['mychart', 'mychart-1.2.3', 'mychart-1.2.3-2', 'mychart-1.2.3-1999']),
    )
    expect((await packChart(chart)).descriptor.size).toBeGreaterThan(0)
  })

  it('are sorted in turns, with the same result', async () => {
    const { turns } = createReadContext('')
    const paths = Array.from({ length: 3000 }, (_, at) => `${'a/'.repeat((at * 7919) % 30)}${(at * 104_729) % 3001}`)

    const sorted = await turns.sort(paths, compareWalkOrder, stepsOf)

    expect(sorted).toEqual(paths.toSorted(compareWalkOrder))
  })
})
