/** Worst inputs for calls that read, pack and unpack charts: archives, folders, and charts in memory. */
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { missingDependencies } from '../../src/helm/dependencies/missing-dependencies.js'
import { unpackChart } from '../../src/helm/folder/unpack-chart.js'
import { createChart } from '../../src/helm/load/create-chart.js'
import { packChart } from '../../src/helm/load/pack-chart.js'
import { readChart } from '../../src/helm/load/read-chart.js'
import { pushChart } from '../../src/helm/push-chart.js'
import { makeArchive, makeEntry, makeTar, pax, type RawEntry } from '../support/make-archive.js'
import { fill, KIBIBYTE, MEBIBYTE, number, type WorstInput } from './worst-input.js'

const HEAD = 'apiVersion: v2\nname: mychart\nversion: 1.2.3\n'
const FILES = 9990
const chartYaml = (more = '', name = 'mychart'): RawEntry => ({
  name: `mychart/${name === 'mychart' ? '' : `charts/${name}/`}Chart.yaml`,
  text: HEAD.replace('mychart', name) + more,
})
/** Numbered entries, so many; or several for each number. */
const entries = (count: number, make: (at: number) => RawEntry | readonly RawEntry[]): readonly RawEntry[] =>
  Array.from({ length: Math.max(1, Math.floor(count)) }, (_, at) => make(at)).flat()

const archive = (input: string, make: (share: number) => readonly RawEntry[]): WorstInput =>
  packed(input, (share) => makeArchive(make(share)))

const packed = (input: string, make: (share: number) => Uint8Array): WorstInput => ({
  reader: 'readChart(.tgz)',
  input,
  make: (share) => {
    const bytes = make(share)
    return { bytes: bytes.length, run: async (signal) => readChart(bytes, { signal }) }
  },
})

const folder = (input: string, fillFolder: (chart: string, share: number) => Promise<void>): WorstInput => ({
  reader: 'readChart(folder)',
  input,
  make: async (share, { folder: parent }) => {
    const chart = join(parent, 'mychart')
    await mkdir(chart)
    await writeFile(join(chart, 'Chart.yaml'), HEAD)
    await fillFolder(chart, share)
    return { bytes: 0, run: async (signal) => readChart(chart, { signal }) }
  },
})

/** `.helmignore`, and files with long names that it is tried on. */
const rules = (input: string, text: string, name: (at: number) => string = (at) => 'a'.repeat(240) + at): WorstInput =>
  folder(`.helmignore: ${input}`, async (chart, share) => {
    await writeFile(join(chart, '.helmignore'), text.slice(0, Math.floor(64 * KIBIBYTE * share)))
    for (let at = 0; at < 200 * share; at++) await writeFile(join(chart, name(at)), '')
  })

const dryRun = (input: string, make: (share: number) => Uint8Array): WorstInput => ({
  reader: 'pushChart(dryRun)',
  input,
  make: (share) => {
    const bytes = make(share)
    return {
      bytes: bytes.length,
      run: async (signal) => pushChart(bytes, 'localhost:1/mychart:1.2.3', { dryRun: true, signal }),
    }
  },
})

const subchart = (at: number, name = `s${at}`, version = `1.${at}.0`): RawEntry => ({
  name: `mychart/charts/c${at}/Chart.yaml`,
  text: `apiVersion: v2\nname: ${name}\nversion: ${version}\n`,
})
const RANGE = number(31, (at) => `${at > 0 ? ' || ' : ''}>=${at + 90} <${at + 91}`)
const dependencies = (count: number, range: string, name: (at: number) => string = () => 's0'): string =>
  `dependencies:\n${number(count, (at) => `- name: ${name(at)}\n  version: "${range}"\n  repository: https://e.x\n  alias: a${at}\n`)}`

/** A chart in memory, of files that were not parsed before. */
const inMemory = (
  reader: string,
  input: string,
  make: (share: number) => Promise<(signal: AbortSignal, place: string) => Promise<unknown>>,
  bytes: number,
): WorstInput => ({
  reader,
  input,
  make: async (share, place) => {
    const run = await make(share)
    return { bytes: Math.floor(bytes * share), run: async (signal) => run(signal, place.folder) }
  },
})

const file = (path: string, text: string | Uint8Array) => ({ path, bytes: Buffer.from(text as string) })
const manyFiles = (count: number) => [
  file('Chart.yaml', HEAD),
  ...entries(count, () => ({ name: '' })).map((_, at) => file(`templates/${'a/'.repeat(at % 20)}${at}`, 'x')),
]
/** Bytes that cannot be compressed; the length is a multiple of 4. */
const noise = (length: number): Buffer => {
  const bytes = Buffer.alloc(length)
  let state = 1
  for (let at = 0; at < length; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    bytes.writeUInt32LE(state, at)
  }
  return bytes
}

/** An archive of files of 5 MiB that cannot be compressed, and are not. */
const makeNoise = (count: number): Buffer =>
  makeArchive(
    [chartYaml(), ...entries(count, (at) => ({ name: `mychart/${at}`, text: noise(5 * MEBIBYTE - 4 * at) }))],
    0,
  )

const extended = (input: string, before: (share: number) => readonly RawEntry[]): WorstInput =>
  archive(input, (share) => [chartYaml(), ...before(share), { name: 'mychart/a', text: '' }])

export const chartInputs: readonly WorstInput[] = [
  archive('nothing special: a chart of 30 files', () => [
    chartYaml(),
    ...entries(30, (at) => ({ name: `mychart/templates/${at}`, text: fill('a: b\n', 3000) })),
  ]),
  archive('very many empty files', (share) => [
    chartYaml(),
    ...entries(FILES * share, (at) => ({ name: `mychart/${at}` })),
  ]),
  archive('very many files with long paths', (share) => [
    chartYaml(),
    ...entries(FILES * share, (at) => ({ name: `${at}`, prefix: `mychart/${'a/'.repeat(70)}`.slice(0, 150) })),
  ]),
  archive('paths of 4 kB', (share) => [
    chartYaml(),
    ...entries((FILES / 2) * share, (at) => [pax(`path=mychart/${'a/'.repeat(2000)}${at}`), { name: 'a' }]),
  ]),
  archive('very many folders', (share) => [
    chartYaml(),
    ...entries(FILES * share, (at) => ({ name: `mychart/${at}/`, type: '5' })),
  ]),
  archive('100 MiB of zeros', (share) => [
    chartYaml(),
    ...entries(19 * share, (at) => ({ name: `mychart/${at}`, text: Buffer.alloc(5 * MEBIBYTE) })),
  ]),
  packed('50 MiB of noise', (share) => makeNoise(10 * share)),
  packed('130 MiB of zeros after the end', (share) =>
    gzipSync(Buffer.concat([makeTar([chartYaml()]), Buffer.alloc(Math.floor(130 * MEBIBYTE * share))])),
  ),
  packed('very many empty members of gzip', (share) =>
    Buffer.concat([...Array<Buffer>(Math.ceil(200_000 * share)).fill(gzipSync('')), makeArchive([chartYaml()])]),
  ),
  packed('members of gzip of one byte', (share) => {
    const tar = makeTar([chartYaml(), ...entries(100 * share, (at) => ({ name: `mychart/${at}`, text: 'x' }))])
    return Buffer.concat(Array.from(tar, (byte) => gzipSync(Uint8Array.of(byte))))
  }),
  packed('zeros behind a gzip file, 90 MiB', (share) =>
    Buffer.concat([makeArchive([chartYaml()]), Buffer.alloc(Math.floor(90 * MEBIBYTE * share))]),
  ),
  packed('blocks of deflate that hold nothing', (share) => {
    const blocks = Buffer.alloc(5 * Math.floor(4_000_000 * share), Uint8Array.of(0, 0, 0, 255, 255))
    const whole = gzipSync(makeTar([chartYaml()]), { level: 0 })
    return Buffer.concat([whole.subarray(0, 10), blocks, whole.subarray(10)])
  }),
  extended('PAX headers for one file', (share) => entries(9000 * share, () => pax('comment=x'))),
  extended('PAX headers of 1000 records', (share) =>
    entries(2000 * share, () => pax(...Array.from({ length: 1000 }, (_, at) => `k${at}=v`))),
  ),
  extended('PAX headers of one long record', (share) =>
    entries(90 * share, () => pax(`comment=${'x'.repeat(1_000_000)}`)),
  ),
  extended('global PAX headers', (share) => entries(9000 * share, () => ({ ...pax('comment=x'), type: 'g' }))),
  extended('long names', (share) =>
    entries(90 * share, () => ({ name: '././@LongLink', type: 'L', text: `mychart/${'a'.repeat(1_000_000)}` })),
  ),
  extended('names of links', (share) => entries(9000 * share, () => ({ name: '././@LongLink', type: 'K', text: 'a' }))),
  packed('headers that hold nothing but blanks', (share) =>
    gzipSync(
      Buffer.concat([
        makeEntry(chartYaml()),
        ...entries(9000 * share, (at) => ({ name: `mychart/${at}`, size: '            ' })).map(makeEntry),
        Buffer.alloc(1024),
      ]),
    ),
  ),
  archive('very many subcharts', (share) => entries(FILES * share, (at) => (at === 0 ? chartYaml() : subchart(at)))),
  archive('subcharts with warnings', (share) =>
    entries(FILES * share, (at) =>
      at === 0
        ? chartYaml()
        : {
            ...subchart(at),
            text: `apiVersion: v2\nname: s${at}\nversion: 1.0.0\n${number(11, (key) => `k${key}: 1\nk${key}: 1\n`)}`,
          },
    ),
  ),
  archive('packed subcharts', (share) => [
    chartYaml(),
    ...entries(3000 * share, (at) => ({ name: `mychart/charts/${at}.tgz`, text: makeArchive([chartYaml()]) })),
  ]),
  archive('packed in packed, ten deep, and wide', (share) => {
    let inner = makeArchive([
      chartYaml(),
      ...entries(5, (at) => ({ name: `mychart/${at}`, text: Buffer.alloc(MEBIBYTE) })),
    ])
    for (let depth = 0; depth < 9; depth++)
      inner = makeArchive([chartYaml(), { name: 'mychart/charts/a.tgz', text: inner }])
    return [chartYaml(), ...entries(15 * share, (at) => ({ name: `mychart/charts/${at}.tgz`, text: inner }))]
  }),
  archive('folders in charts/ with one prefix', (share) => [
    chartYaml(),
    ...entries(FILES * share, (at) => ({
      name: `mychart/charts/a/charts/b/charts/c/charts/d/charts/e/charts/f/${at}`,
    })),
    ...[
      'a',
      'a/charts/b',
      'a/charts/b/charts/c',
      'a/charts/b/charts/c/charts/d',
      'a/charts/b/charts/c/charts/d/charts/e',
      'a/charts/b/charts/c/charts/d/charts/e/charts/f',
    ].map((path) => ({ name: `mychart/charts/${path}/Chart.yaml`, text: HEAD })),
  ]),
  archive('a schema of brackets', (share) => [
    chartYaml(),
    {
      name: 'mychart/values.schema.json',
      text: fill('[', 2.5 * MEBIBYTE * share) + fill(']', 2.5 * MEBIBYTE * share - KIBIBYTE),
    },
  ]),
  archive('a schema of brackets, side by side', (share) => [
    chartYaml(),
    { name: 'mychart/values.schema.json', text: `[${fill('[],', 5 * MEBIBYTE * share - 5)}[]]` },
  ]),
  archive('a schema of very many keys', (share) => [
    chartYaml(),
    { name: 'mychart/values.schema.json', text: `{${number(380_000 * share, (at) => `"k${at}":1,`)}"a":1}` },
  ]),
  archive('a schema of one text', (share) => [
    chartYaml(),
    { name: 'mychart/values.schema.json', text: `"${fill('\\\\[', 5 * MEBIBYTE * share - 10)}"` },
  ]),
  archive('schemas in very many subcharts', (share) => [
    chartYaml(),
    ...entries(400 * share, (at) => [
      subchart(at),
      { name: `mychart/charts/c${at}/values.schema.json`, text: `[${fill('[],', 200 * KIBIBYTE)}[]]` },
    ]),
  ]),

  folder('very many files', async (chart, share) => {
    for (let at = 0; at < FILES * share; at++) await writeFile(join(chart, `${at}`), '')
  }),
  folder('very many files that are ignored', async (chart, share) => {
    await writeFile(join(chart, '.helmignore'), 'i*\n')
    for (let at = 0; at < 3 * FILES * share; at++) await writeFile(join(chart, `i${at}`), '')
  }),
  folder('ignored names behind very many links', async (chart, share) => {
    await writeFile(join(chart, '.helmignore'), 'i*\n')
    await mkdir(join(chart, 'a'))
    for (let at = 0; at < 1000 * share; at++) await writeFile(join(chart, `a/i${at}`), '')
    for (let at = 0; at < 500 * share; at++) await symlink('a', join(chart, `b${at}`))
  }),
  folder('links to links', async (chart, share) => {
    await mkdir(join(chart, 'a'))
    for (let at = 0; at < 100; at++) await writeFile(join(chart, `a/${at}`), '')
    for (let at = 0; at < 9000 * share; at++) await symlink(at % 30 === 0 ? 'a' : `b${at - 1}`, join(chart, `b${at}`))
  }),
  folder('folders in folders', async (chart, share) => {
    const deep = `${chart}/${'a/'.repeat(Math.ceil(1500 * share))}`
    await mkdir(deep, { recursive: true })
    await writeFile(`${deep}b`, '')
  }),
  folder('large files', async (chart, share) => {
    for (let at = 0; at < 19 * share; at++) await writeFile(join(chart, `${at}`), Buffer.alloc(5 * MEBIBYTE))
  }),
  folder('files just small enough to be read at once', async (chart, share) => {
    for (let at = 0; at < 390 * share; at++) await writeFile(join(chart, `${at}`), Buffer.alloc(256 * KIBIBYTE))
  }),
  rules('one star and a long chunk', `*${'x'.repeat(65_000)}`),
  rules('one star and a long class', `*[${'x'.repeat(65_000)}]`),
  rules(
    'very many short rules with stars',
    number(8000, (at) => `*a*b?${at % 10}\n`),
  ),
  rules('stars without end', fill(`*${'a*'.repeat(120)}b\n`, 64 * KIBIBYTE)),
  rules('question marks without end', fill(`${'?'.repeat(250)}b\n`, 64 * KIBIBYTE)),
  rules('classes', fill(`*${'[!-~]'.repeat(50)}b\n`, 64 * KIBIBYTE)),
  rules('plain names', fill('b\n', 64 * KIBIBYTE)),
  rules('blanks', fill(' ', 64 * KIBIBYTE)),
  rules('comments', fill('#\n', 64 * KIBIBYTE)),
  rules('escapes', fill(`*${'\\a'.repeat(100)}b\n`, 64 * KIBIBYTE)),
  rules('one long rule of stars between letters', fill('*a', 64 * KIBIBYTE)),
  rules('rules for whole paths', fill(`/${'*'}a*/b\n`, 64 * KIBIBYTE)),

  dryRun('very many dependencies and subcharts, of one name', (share) => {
    const count = Math.ceil(4900 * share)
    return makeArchive([chartYaml(dependencies(count, RANGE)), ...entries(count, (at) => subchart(at, 's0'))])
  }),
  dryRun('very many dependencies and subcharts, of other names', (share) => {
    const count = Math.ceil(4900 * share)
    return makeArchive([
      chartYaml(dependencies(count, RANGE, (at) => `s${at}`)),
      ...entries(count, (at) => subchart(at)),
    ])
  }),
  dryRun('very many subcharts of one name and version', (share) =>
    makeArchive([
      chartYaml(),
      ...entries(FILES * share, (at) => (at === 0 ? chartYaml() : subchart(at, 's0', '1.0.0'))),
    ]),
  ),
  dryRun('annotations by the hundred thousand', (share) =>
    makeArchive([chartYaml(`annotations:\n${number(300_000 * share, (at) => `  a${at}: b\n`)}`)]),
  ),
  dryRun('maintainers by the hundred thousand', (share) =>
    makeArchive([chartYaml(`maintainers:\n${fill('- name: a\n  email: b\n', 5 * MEBIBYTE * share - 100)}`)]),
  ),
  inMemory(
    'missingDependencies()',
    'ranges × versions',
    async (share) => {
      // A chart has 5000 values at most, four of each dependency among them.
      const count = Math.ceil(900 * share)
      const files = [
        file('Chart.yaml', HEAD + dependencies(count, RANGE)),
        ...entries(count, (at) => subchart(at, 's0')).map(({ name, text = '' }) =>
          file(name.slice('mychart/'.length), text),
        ),
      ]
      const chart = await createChart(files)
      return async () => missingDependencies(chart)
    },
    400_000,
  ),

  inMemory(
    'createChart()',
    'very many files',
    async (share) => {
      const files = manyFiles(FILES * share)
      return async (signal) => createChart(files, { signal })
    },
    10_000,
  ),
  inMemory(
    'createChart()',
    'paths of 4 kB',
    async (share) => {
      const files = [
        file('Chart.yaml', HEAD),
        ...entries(FILES * share, () => ({ name: '' })).map((_, at) => file(`${'a/'.repeat(2000)}${at}`, '')),
      ]
      return async (signal) => createChart(files, { signal })
    },
    40_000_000,
  ),
  inMemory(
    'createChart()',
    'a path of 100 MB',
    async (share) => {
      const files = [file('a/'.repeat(50_000_000 * share), '')]
      return async (signal) => createChart(files, { signal })
    },
    100_000_000,
  ),
  inMemory(
    'createChart()',
    'subcharts in memory',
    async (share) => {
      const files = entries(FILES * share, (at) => (at === 0 ? chartYaml() : subchart(at))).map(({ name, text = '' }) =>
        file(name.slice('mychart/'.length), text),
      )
      return async (signal) => createChart(files, { signal })
    },
    500_000,
  ),
  inMemory(
    'unpackChart()',
    'very many files',
    async (share) => {
      const chart = await readChart(
        makeArchive(manyFiles(7000 * share).map(({ path, bytes }) => ({ name: `mychart/${path}`, text: bytes }))),
      )
      return async (signal, place) => unpackChart(chart, place, { signal })
    },
    10_000,
  ),
  inMemory(
    'unpackChart()',
    'very many files in memory',
    async (share) => {
      const chart = await createChart(manyFiles(7000 * share))
      return async (signal, place) => unpackChart(chart, place, { signal })
    },
    10_000,
  ),
  inMemory(
    'unpackChart()',
    'long paths',
    async (share) => {
      const chart = await createChart([
        file('Chart.yaml', HEAD),
        ...entries(4900 * share, () => ({ name: '' })).map((_, at) =>
          file(`${'a'.repeat(200)}/${'b'.repeat(200)}/${'c/'.repeat(90)}${at}`, ''),
        ),
      ])
      return async (signal, place) => unpackChart(chart, place, { signal })
    },
    5_000_000,
  ),
  inMemory(
    'packChart()',
    'very many files',
    async (share) => {
      const chart = await createChart(manyFiles(FILES * share))
      return async (signal) => packChart(chart, { signal })
    },
    10_000,
  ),
  inMemory(
    'packChart()',
    '100 MiB of noise',
    async (share) => {
      const chart = await createChart([
        file('Chart.yaml', HEAD),
        ...entries(19 * share, () => ({ name: '' })).map((_, at) => file(`${at}`, noise(5 * MEBIBYTE - 4 * at))),
      ])
      return async (signal) => packChart(chart, { signal })
    },
    99 * MEBIBYTE,
  ),
  inMemory(
    'packChart()',
    'very many subcharts of one name',
    async (share) => {
      const files = entries(FILES * share, (at) => (at === 0 ? chartYaml() : subchart(at, 's0', '1.0.0'))).map(
        ({ name, text = '' }) => file(name.slice('mychart/'.length), text),
      )
      const chart = await createChart(files)
      return async (signal) => packChart(chart, { signal })
    },
    500_000,
  ),
  inMemory(
    'pushChart(dryRun)',
    'a chart in memory, of very many subcharts',
    async (share) => {
      const files = entries(FILES * share, (at) => (at === 0 ? chartYaml() : subchart(at))).map(({ name, text = '' }) =>
        file(name.slice('mychart/'.length), text),
      )
      const chart = await createChart(files)
      return async (signal) => pushChart(chart, 'localhost:1/mychart:1.2.3', { dryRun: true, signal, format: 'split' })
    },
    500_000,
  ),
  {
    reader: 'readChart(.tgz)',
    input: 'a path to a .tgz of 100 MiB',
    make: async (share, place) => {
      const path = join(place.folder, 'a.tgz')
      const bytes = makeNoise(19 * share)
      await writeFile(path, bytes)
      return { bytes: bytes.length, run: async (signal) => readChart(path, { signal }) }
    },
  },
]
