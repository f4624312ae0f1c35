import { describe, expect, it } from 'vitest'
import type { Chart, ChartFile } from '../../../src/helm/model/chart.js'
import { createChart } from '../../../src/helm/load/create-chart.js'
import { CHART_YAML, caught, type Files, makeArchive, packFiles, toFiles, toTexts } from '../../support/make-chart.js'

const V1 = 'name: mychart\nversion: 1.2.3\n'

async function create(files: Files): Promise<Chart> {
  return createChart(toFiles(files))
}

function paths(chart: Chart): string[] {
  return chart.files.map(({ path }) => path)
}

describe('createChart', () => {
  it('sorts the files as they are packed', async () => {
    const files = ['z/a', 'templates/b', 'a', 'values.schema.json', 'values.yaml', 'templates/NOTES.txt', 'Chart.lock']
    const chart = await create({ ...Object.fromEntries(files.map((path) => [path, '{}'])), 'Chart.yaml': CHART_YAML })

    expect(paths(chart)).toEqual([
      'Chart.yaml',
      'Chart.lock',
      'values.yaml',
      'values.schema.json',
      'templates/NOTES.txt',
      'templates/b',
      'a',
      'z/a',
    ])
  })

  it('removes one byte order mark from a file, however deep the file lies in subcharts', async () => {
    const chart = await createChart(
      toFiles({
        'Chart.yaml': CHART_YAML,
        'charts/a/Chart.yaml': CHART_YAML,
        'charts/a/charts/b/Chart.yaml': CHART_YAML,
        'charts/a/charts/b/twice.txt': '\ufeff\ufefftext',
      }),
    )

    const inner = chart.dependencies[0]?.dependencies[0]
    expect(toTexts(inner?.files ?? [])['twice.txt']).toBe('\ufefftext')
  })

  it('removes the byte order mark from every file', async () => {
    const chart = await create({ 'Chart.yaml': `\uFEFF${CHART_YAML}`, 'templates/a': '\uFEFFa' })

    expect(toTexts(chart.files)).toEqual({ 'Chart.yaml': CHART_YAML, 'templates/a': 'a' })
  })

  it('merges requirements.yaml into the metadata of a v1 chart and keeps the file, but no Chart.lock', async () => {
    const requirements = 'dependencies: [{name: a, version: 1.0.0, repository: r}]\n'
    const chart = await create({
      'Chart.yaml': V1,
      'Chart.lock': '',
      'requirements.yaml': requirements,
      'requirements.lock': 'digest: x\n',
    })

    expect(chart.metadata.apiVersion).toBe('v1')
    expect(chart.metadata.dependencies).toEqual([{ name: 'a', version: '1.0.0', repository: 'r' }])
    expect(paths(chart)).toEqual(['Chart.yaml', 'requirements.lock', 'requirements.yaml'])
    expect(chart.warnings).toEqual([])
  })

  it('writes the requirements of a v2 chart into Chart.yaml and Chart.lock, with a warning', async () => {
    const chart = await create({
      'Chart.yaml': `${CHART_YAML}dependencies: [{name: b, version: 2.0.0, alias: c}]\n`,
      'requirements.yaml': 'dependencies: [{name: a, version: 1.0.0, repository: r}]\n',
      'requirements.lock': 'digest: x\n',
    })

    expect(toTexts(chart.files)).toEqual({
      'Chart.yaml':
        'name: mychart\nversion: 1.2.3\napiVersion: v2\ndependencies:\n- name: a\n  version: 1.0.0\n  repository: r\n  alias: c\n',
      'Chart.lock': 'digest: x\n',
    })
    expect(chart.warnings).toEqual([
      'requirements.yaml: dependencies belong in Chart.yaml since apiVersion "v2"; they are written there',
      'requirements.lock: the lock belongs in Chart.lock since apiVersion "v2"; it is written there',
    ])
  })

  it('loads subcharts from folders and archives, sorted by name, with their warnings', async () => {
    const subchart = (name: string): string => `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`
    const inner = packFiles({ 'Chart.yaml': subchart('a'), 'charts/deep/Chart.yaml': subchart('deep') })
    const chart = await createChart([
      ...toFiles({
        'Chart.yaml': CHART_YAML,
        'charts/z/Chart.yaml': subchart('z'),
        'charts/x/Chart.yaml': subchart('b'),
        'charts/x/values.yaml': 'a: 1\na: 2\n',
        'charts/_ignored/Chart.yaml': 'no chart',
        'charts/.gitkeep': '',
        'charts/a-1.0.0.tgz.prov': 'signed',
      }),
      { path: 'charts/a-1.0.0.tgz', bytes: inner },
    ])

    expect(chart.dependencies.map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'z'])
    expect(chart.dependencies[0]?.dependencies[0]?.metadata.name).toBe('deep')
    expect(paths(chart)).toEqual(['Chart.yaml', 'charts/a-1.0.0.tgz.prov'])
    expect(chart.warnings).toEqual(['charts/x: values.yaml has the key "a" twice in one place; the last one counts'])
  })

  it.each<[string, Files, string]>([
    ['no Chart.yaml', { 'values.yaml': '' }, 'Chart.yaml file is missing'],
    ['no Chart.yaml but requirements', { 'requirements.yaml': V1 }, 'Chart.yaml file is missing'],
    [
      'a Chart.yaml that is a list',
      { 'Chart.yaml': '[]' },
      'cannot load Chart.yaml: cannot unmarshal array into Go value of type chart.Metadata',
    ],
    [
      'values that are a list',
      { 'Chart.yaml': V1, 'values.yaml': '- a' },
      'cannot load values.yaml: cannot unmarshal array into Go value of type chart.Values',
    ],
    [
      'values that JSON cannot hold',
      { 'Chart.yaml': V1, 'values.yaml': 'a: [{b: .inf}]' },
      'cannot load values.yaml: json: unsupported value: +Inf',
    ],
    [
      'values that are no YAML',
      { 'Chart.yaml': V1, 'values.yaml': 'a: [' },
      'cannot load values.yaml: line 1: unexpected end of the stream within a flow collection',
    ],
    [
      'a malformed lock',
      { 'Chart.yaml': V1, 'Chart.lock': 'digest: []' },
      'cannot load Chart.lock: cannot unmarshal array into Go struct field Lock.digest of type string',
    ],
    ['a schema that is no JSON', { 'Chart.yaml': V1, 'values.schema.json': '{' }, 'invalid JSON in values.schema.json'],
    [
      'a file in charts/',
      { 'Chart.yaml': V1, 'charts/README.md': '' },
      'error unpacking subchart README.md in mychart: Chart.yaml file is missing',
    ],
    [
      'a folder called .tgz',
      { 'Chart.yaml': V1, 'charts/a.tgz/Chart.yaml': V1 },
      'error unpacking subchart a.tgz in mychart: error unpacking subchart tar: expected a.tgz, got a folder',
    ],
    [
      'a hostile subchart',
      { 'Chart.yaml': V1, 'charts/a/Chart.yaml': 'name: ../x\nversion: 1.0.0' },
      'error unpacking subchart a in mychart: validation: chart.metadata.name "../x" is invalid',
    ],
    ['a path that leads out', { 'Chart.yaml': V1, '../a': '' }, 'chart illegally references parent directory: "../a"'],
  ])('refuses %s', async (_, files, reason) => {
    const error = await caught(create(files))

    expect(error.message).toBe(`Cannot read chart: ${reason}`)
    expect(error.code).toBe('ERR_INVALID_CHART')
  })

  it.each(['utf16le', 'utf16be'] as const)('reads Chart.yaml in %s, as Windows writes it', async (encoding) => {
    const bytes = Buffer.from(`\uFEFF${CHART_YAML}description: ü\n`, 'utf16le')
    if (encoding === 'utf16be') bytes.swap16()

    expect((await createChart([{ path: 'Chart.yaml', bytes }])).metadata.description).toBe('ü')
  })

  it('refuses a file that is also a folder, because it cannot be unpacked', async () => {
    const error = await caught(createChart(toFiles({ 'Chart.yaml': CHART_YAML, 'a/b/c': '', 'a/b': '' })))

    expect(error.message).toBe('Cannot read chart: "a/b" is a file, but there is also "a/b/c"')
  })

  it.each([
    '2024-01-01T00:00:00Z',
    '2024-02-29T23:59:59.123456789+01:00',
    '2024-01-01T1:00:00,5-00:00',
    '0000-01-01T00:00:00+24:00',
    '~',
  ])('takes the time %s in Chart.lock', async (time) => {
    const files = { 'Chart.yaml': CHART_YAML, 'Chart.lock': `generated: ${time}\n` }

    await expect(createChart(toFiles(files))).resolves.toBeDefined()
  })

  it.each([
    ['2024-01-01', 'parsing time "2024-01-01" as "2006-01-02T15:04:05Z07:00"'],
    ['2023-02-29T00:00:00Z', 'parsing time "2023-02-29T00:00:00Z" as "2006-01-02T15:04:05Z07:00"'],
    ['2024-01-01T24:00:00Z', 'parsing time "2024-01-01T24:00:00Z" as "2006-01-02T15:04:05Z07:00"'],
    ['2024-01-01t00:00:00z', 'parsing time "2024-01-01t00:00:00z" as "2006-01-02T15:04:05Z07:00"'],
    ['""', 'parsing time "" as "2006-01-02T15:04:05Z07:00"'],
    ['1', 'Time.UnmarshalJSON: input is not a JSON string'],
  ])('refuses the time %s in Chart.lock', async (time, reason) => {
    const files = { 'Chart.yaml': CHART_YAML, 'Chart.lock': `generated: ${time}\n` }

    expect((await caught(createChart(toFiles(files)))).message).toBe(
      `Cannot read chart: cannot load Chart.lock: ${reason}`,
    )
  })

  it.each<[string, Record<string, string>, string | undefined]>([
    ['the one of Chart.lock', { 'Chart.lock': 'digest: a' }, 'digest: a'],
    [
      'the one of requirements.lock, the later one',
      { 'Chart.lock': 'digest: a', 'requirements.lock': 'digest: b' },
      'digest: b',
    ],
    ['none, if the later one is empty', { 'Chart.lock': 'digest: a', 'requirements.lock': '' }, undefined],
    ['none, if the only one is empty', { 'Chart.lock': '# nothing\n' }, undefined],
  ])('packs as Chart.lock %s', async (_, locks, expected) => {
    const chart = await createChart(toFiles({ 'Chart.yaml': CHART_YAML, ...locks }))

    expect(toTexts(chart.files)['Chart.lock']).toBe(expected)
    expect(toTexts(chart.files)).not.toHaveProperty('requirements.lock')
  })

  it('names the first of very many keys that are there twice', async () => {
    const keys = Array.from({ length: 90_000 }, (_, at) => `k${at}: 1\n`).join('')
    const { warnings } = await createChart(toFiles({ 'Chart.yaml': CHART_YAML, 'values.yaml': keys + keys }))

    expect(warnings).toHaveLength(11)
    expect(warnings[0]).toBe('values.yaml has the key "k0" twice in one place; the last one counts')
    expect(warnings[10]).toBe('values.yaml has 89990 more keys twice in one place; the last one counts')
  })

  it.each([
    ['a: 1\n---\nb: 2\n', ['values.yaml has several documents: Helm 3 reads the first one, Helm 4 merges all']],
    ['a: 1\n---\n# nothing\n', []],
  ])('warns of more documents in values.yaml: %j', async (values, expected) => {
    const { warnings } = await createChart(toFiles({ 'Chart.yaml': CHART_YAML, 'values.yaml': values }))

    expect(warnings).toEqual(expected)
  })

  it('measures how deep a schema is, and not how many brackets it has', async () => {
    const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`
    const schema = `[${Array(20_000).fill('["[[[\\"[["]').join(',')},${deep(9_999)}]`

    await createChart(toFiles({ 'Chart.yaml': CHART_YAML, 'values.schema.json': schema }))
    await expect(
      createChart(toFiles({ 'Chart.yaml': CHART_YAML, 'values.schema.json': `[${deep(10_000)}]` })),
    ).rejects.toThrow('invalid JSON in values.schema.json')
  })

  it('refuses bytes that are not UTF-8', async () => {
    const error = await caught(createChart([{ path: 'Chart.yaml', bytes: Buffer.from('name: \xff', 'latin1') }]))

    expect(error.message).toBe('Cannot read chart: cannot load Chart.yaml: it is neither UTF-8 nor UTF-16')
  })

  it('explains in the hint how paths are written', async () => {
    const error = await caught(createChart(toFiles({ 'Chart.yaml': V1, 'a\\b': '' })))

    expect(error.hint).toBe(
      'Write paths relative to the chart, with "/" and without ".", ".." or "\\": templates/service.yaml.',
    )
  })

  it('refuses an invalid dependency in Chart.lock', async () => {
    const error = await caught(create({ 'Chart.yaml': V1, 'Chart.lock': 'dependencies: [a]' }))

    expect(error.message).toBe(
      'Cannot read chart: cannot load Chart.lock: cannot unmarshal string into Go struct field Lock.dependencies of type chart.Dependency',
    )
  })

  it('refuses a path that is there twice with different bytes', async () => {
    const files = [...toFiles({ 'Chart.yaml': V1 }), ...toFiles({ 'Chart.yaml': `${V1}\n` })]

    const error = await caught(createChart(files))

    expect(error.message).toBe('Cannot read chart: the file "Chart.yaml" is there twice, with different bytes')
  })

  it('takes a path once that is there twice with the same bytes, and warns', async () => {
    const chart = await createChart([
      ...toFiles({ 'Chart.yaml': V1, a: 'x' }),
      ...toFiles({ a: 'x', 'Chart.yaml': V1 }),
    ])

    expect(chart.files.map(({ path }) => path)).toEqual(['Chart.yaml', 'a'])
    expect(chart.warnings).toEqual([
      'the file "a" is there more than once, with the same bytes; it is read once',
      'the file "Chart.yaml" is there more than once, with the same bytes; it is read once',
    ])
  })

  it('names ten files that are there twice, and counts the others', async () => {
    const files = toFiles(Object.fromEntries(Array.from({ length: 13 }, (_, at) => [`f${at}`, 'x'])))

    const { warnings } = await createChart([...toFiles({ 'Chart.yaml': V1 }), ...files, ...files])

    expect(warnings).toHaveLength(11)
    expect(warnings.at(-1)).toBe(
      'each of 3 further files is there more than once, with the same bytes; it is read once',
    )
  })

  it.each<[string, Buffer]>([
    ['little endian', Buffer.from('\uFEFFa: 1\n', 'utf16le')],
    ['big endian', Buffer.from('\uFEFFa: 1\n', 'utf16le').swap16()],
  ])('warns of a values.yaml that is UTF-16, %s', async (_, bytes) => {
    const { warnings } = await createChart([...toFiles({ 'Chart.yaml': CHART_YAML }), { path: 'values.yaml', bytes }])

    expect(warnings).toEqual([
      'values.yaml is UTF-16: Helm 3 reads it, Helm 4 cannot read most such files; save it as UTF-8',
    ])
  })

  it.each<[string, Buffer]>([
    ['UTF-16', Buffer.from(`\uFEFF\uFEFF${CHART_YAML}`, 'utf16le').swap16()],
    // Helm takes one off the file, and go-yaml another one.
    ['UTF-8', Buffer.from(`\uFEFF\uFEFF\uFEFF${CHART_YAML}`)],
  ])('refuses a Chart.yaml of %s with one byte order mark more than Helm reads', async (_, bytes) => {
    const error = await caught(createChart([{ path: 'Chart.yaml', bytes }]))

    expect(error.message).toBe(
      'Cannot read chart: cannot load Chart.yaml: line 2: end of the stream or a document separator is expected',
    )
    const fewer = await createChart([{ path: 'Chart.yaml', bytes: bytes.subarray(bytes[0] === 0xfe ? 2 : 3) }])
    expect(fewer.metadata.name).toBe('mychart')
  })

  describe('warns of two subcharts with one name', () => {
    const sub = (version: string): string => `apiVersion: v2\nname: sub\nversion: ${version}\n`

    const packed = { path: 'charts/sub-1.0.0.tgz', bytes: packFiles({ 'Chart.yaml': sub('1.0.0') }) }

    it.each<[string, ChartFile[], string]>([
      [
        'in two folders',
        toFiles({ 'charts/a/Chart.yaml': sub('1.0.0'), 'charts/b/Chart.yaml': sub('2.0.0') }),
        '"charts/a", "charts/b"',
      ],
      [
        'as a folder and as an archive',
        [...toFiles({ 'charts/sub/Chart.yaml': sub('1.0.0') }), packed],
        '"charts/sub", "charts/sub-1.0.0.tgz"',
      ],
    ])('%s', async (_, files, places) => {
      const { warnings, dependencies } = await createChart([...toFiles({ 'Chart.yaml': CHART_YAML }), ...files])

      expect(dependencies).toHaveLength(2)
      expect(warnings).toEqual([
        `the subchart "sub" is there more than once: ${places}; Helm reads all of them, and "helm package" writes them into one folder`,
      ])
    })

    it('but not of versions that Chart.yaml declares', async () => {
      const declared = 'dependencies: [{name: sub, version: 1.x, alias: a}, {name: sub, version: 2.x, alias: b}]'
      const files = { 'charts/a/Chart.yaml': sub('1.0.0'), 'charts/b/Chart.yaml': sub('2.0.0') }

      const { warnings } = await createChart(toFiles({ 'Chart.yaml': `${CHART_YAML}${declared}\n`, ...files }))

      expect(warnings).toEqual([])
    })
  })

  it('refuses a damaged subchart as an archive', async () => {
    const error = await caught(create({ 'Chart.yaml': V1, 'charts/a.tgz': 'no gzip' }))

    expect(error.message).toBe(
      'Cannot read chart: error unpacking subchart a.tgz in mychart: it is not a gzipped archive',
    )
    expect(error.code).toBe('ERR_INVALID_ARCHIVE')
  })

  it('counts packed subcharts within packed subcharts in one budget, and how deep they lie', async () => {
    let bytes = packFiles({ 'Chart.yaml': V1, large: 'x'.repeat(600) })
    for (let level = 0; level < 3; level++) {
      bytes = makeArchive([
        { name: 'a/Chart.yaml', text: V1 },
        { name: 'a/large', text: 'x'.repeat(600) },
        { name: 'a/charts/inner.tgz', text: bytes.toString('latin1') },
      ])
    }
    // The text of an entry is UTF-8, so the innermost archives are damaged; the chart must be refused before they are read.
    const files = [...toFiles({ 'Chart.yaml': V1 }), { path: 'charts/outer.tgz', bytes }]

    const tooLarge = await caught(createChart(files, { limits: { chartBytes: 1000 + bytes.length } }))
    expect([tooLarge.code, tooLarge.message]).toEqual([
      'ERR_LIMIT_EXCEEDED',
      `Cannot read chart: the chart is larger than the maximum size ${1000 + bytes.length}`,
    ])
    const tooDeep = await caught(createChart(files, { limits: { depth: 1 } }))
    expect([tooDeep.code, tooDeep.message]).toEqual([
      'ERR_LIMIT_EXCEEDED',
      'Cannot read chart: subcharts lie in subcharts deeper than 1 levels',
    ])
  })
})
