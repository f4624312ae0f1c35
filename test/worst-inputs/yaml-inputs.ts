/** Worst inputs for readers of YAML: every YAML file of a chart, in every shape that costs more than others. */
import { inspectChart } from '../../src/helm/inspect-chart.js'
import { createChart } from '../../src/helm/load/create-chart.js'
import { readChart } from '../../src/helm/load/read-chart.js'
import { makeArchive } from '../support/make-archive.js'
import { serveChart } from './serve-chart.js'
import { fill, KIBIBYTE, MEBIBYTE, number, type WorstInput } from './worst-input.js'

/** Makes a text of about so many characters. */
type Shape = (length: number) => string

const HEAD = 'apiVersion: v2\nname: mychart\nversion: 1.2.3\n'
/** The largest file of a chart. */
const FILE = 5 * MEBIBYTE - KIBIBYTE

/** Shapes that cost a parser of YAML much, whatever the file means. */
const SHAPES: Readonly<Record<string, Shape>> = {
  'a flow list with lines at column 0': (length) => `x: [\n${fill('a,\n', length)}]\n`,
  'a flow list on one line': (length) => `x: [${fill('a,', length)}]\n`,
  'flow maps': (length) => `x: [${fill('{a: b},', length)}]\n`,
  'numbers with underscores': (length) => `x: [${fill('1_000.5e3,', length)}]\n`,
  'a block list': (length) => `x:\n${fill('- a\n', length)}`,
  'a block list of words that look like numbers, dates and flags': (length) =>
    `x:\n${fill('- 0x1F\n- 1e3\n- 2001-12-14t21:59:43.10-05:00\n- .inf\n- 0b1_0\n- yes\n- ~\n', length)}`,
  'keys without end': (length) => number(length / 12, (at) => `k${at}: v\n`),
  'one key again and again': (length) => fill('a: 1\n', length),
  'maps in a list': (length) => `x:\n${fill('- a: 1\n  b: 2\n', length)}`,
  anchors: (length) => `x:\n${number(length / 14, (at) => `- &a${at} b\n`)}`,
  'aliases of one word': (length) => `a: &a b\nx:\n${fill('- *a\n', length)}`,
  'aliases of a list, up to the measure': (length) =>
    `a: &a [${fill('b,', 2000)}]\nx:\n${fill('- *a\n', Math.min(length, 8000))}`,
  'merges of one map': (length) => `a: &a {b: c}\nx:\n${fill('- <<: *a\n', length)}`,
  'merges of lists of maps': (length) =>
    `a: &a {${number(50, (at) => `k${at}: v,`)}}\nx:\n${fill(`- <<: [${fill('*a,', 30)}]\n`, length)}`,
  'texts in double quotes': (length) => `x:\n${fill('- "\\x41\\n\\u00e9"\n', length)}`,
  'one text in double quotes': (length) => `x: "${fill('\\x41 ', length)}"\n`,
  'one text in double quotes on many lines': (length) => `x: "${fill('a\n', length)}"\n`,
  'one text in single quotes': (length) => `x: '${fill("''", length)}'\n`,
  'quotes that are never closed': (length) => `x: ${fill('"a ', length)}\n`,
  'quotes and tabs': (length) => `x:\n${fill(`- "a"\t# b\n`, length)}`,
  tabs: (length) => fill('a:\tb\t\n', length),
  'lines of blanks': (length) => `${fill(' \n', length)}a: b\n`,
  'blanks without end': (length) => `a:${fill(' ', length)}b\n`,
  'brackets without end': (length) => `x: ${fill('[', length)}\n`,
  'brackets that close': (length) => `x: ${fill('[', length / 2)}${fill(']', length / 2)}\n`,
  'lists in lists, 90 deep': (length) => `x:\n${fill(`- ${'['.repeat(90)}${']'.repeat(90)}\n`, length)}`,
  'maps in maps, 90 deep': (length) =>
    fill(
      number(90, (at) => `${' '.repeat(at)}a:\n`),
      length,
    ),
  'dashes on one line': (length) => `x:\n  ${fill('- ', length)}a\n`,
  'question marks': (length) => fill('? a\n: b\n', length),
  'a long key': (length) => `${fill('k', length)}: v\n`,
  'a long key with brackets behind it on many lines': (length) => `${'k'.repeat(1000)}: [\n${fill('a,\n', length)}]\n`,
  'a long word': (length) => `x: ${fill('a', length)}\n`,
  'a long word in many parts': (length) => `x: ${fill('a ', length)}b\n`,
  'a word on many lines': (length) => `x: ${fill('a\n ', length)}\n`,
  colons: (length) => `x: ${fill('a:', length)}\n`,
  'a block of text': (length) => `x: |\n${fill('  a\n', length)}`,
  'blocks of text': (length) => `x:\n${fill('- >-\n  a\n', length)}`,
  tags: (length) => `x:\n${fill('- !!str a\n', length)}`,
  binary: (length) => `x: !!binary ${fill('QUJD', length)}\n`,
  'a number of very many digits': (length) => `x: ${fill('1', length)}\n`,
  'a fraction of very many digits': (length) => `x: 1.${fill('0', length)}1\n`,
  'a hexadecimal number of very many digits': (length) => `x: 0x${fill('f', length)}\n`,
  'a number with very many underscores': (length) => `x: 1${fill('_0', length)}\n`,
  documents: (length) => fill('---\na: 1\n', length),
  directives: (length) => `${fill('%TAG ! tag:a,\n', length)}---\na: b\n`,
  comments: (length) => `a: b\n${fill('# c\n', length)}`,
  'comments in brackets': (length) => `x: [\n${fill('a, # c\n', length)}]\n`,
  'lines that end in CR and LF': (length) => fill('a: 1\r\n', length),
  'characters beyond the basic plane': (length) => `x:\n${fill('- \u{1F600}\n', length / 2)}`,
  'control characters at the end': (length) => `x: ${fill('a', length)}\u0001\n`,
}

const reads = (reader: string, input: string, path: string, make: Shape, length: number = FILE): WorstInput => ({
  reader,
  input,
  make: (share) => {
    const text = make(length * share)
    const archive = makeArchive([
      ...(path === 'Chart.yaml' ? [] : [{ name: 'mychart/Chart.yaml', text: HEAD }]),
      { name: `mychart/${path}`, text },
    ])
    return { bytes: archive.length, run: async (signal) => readChart(archive, { signal }) }
  },
})

const atSizes = (path: string, shapes: readonly string[], lengths: readonly number[]): readonly WorstInput[] =>
  shapes.flatMap((shape) =>
    lengths.map((length) => {
      const make = SHAPES[shape] as Shape
      const head = path === 'Chart.yaml' ? HEAD : ''
      const size = `${length >= MEBIBYTE ? Math.ceil(length / MEBIBYTE) : length / KIBIBYTE} ${length >= MEBIBYTE ? 'MiB' : 'KiB'}`
      return reads(path, `${shape}, ${size}`, path, (wanted) => head + make(wanted), length)
    }),
  )

const SOME = [
  'a flow list with lines at column 0',
  'numbers with underscores',
  'a block list',
  'one key again and again',
  'merges of lists of maps',
]
/** Sizes around those at which a reader may choose another algorithm. */
const SIZES = [FILE, 1000 * KIBIBYTE, 500 * KIBIBYTE, 250 * KIBIBYTE, 60 * KIBIBYTE, 30 * KIBIBYTE]

/** Fields of Chart.yaml. */
const FIELDS: Readonly<Record<string, Shape>> = {
  keywords: (length) => `keywords:\n${fill('- a\n', length)}`,
  'a keyword of white space': (length) => `keywords:\n- "${fill('\\u2003', length)}"\n`,
  'a description of unprintable characters': (length) => `description: "${fill('\\u202e', length)}"\n`,
  maintainers: (length) => `maintainers:\n${fill('- name: a\n', length)}`,
  annotations: (length) => `annotations:\n${number(length / 14, (at) => `  a${at}: b\n`)}`,
  dependencies: (length) => `dependencies:\n${number(length / 32, (at) => `- name: d${at}\n  version: "*"\n`)}`,
  'values to import': (length) => `dependencies:\n- name: a\n  import-values:\n${fill('  - a: b\n', length)}`,
  'unknown fields': (length) => number(length / 12, (at) => `f${at}: g\n`),
  'one field in very many spellings': (length) =>
    number(length / 13, (at) => {
      const spelled = Array.from('description', (each, bit) => ((at >> bit) & 1 ? each.toUpperCase() : each)).join('')
      return `${spelled}: a\n`
    }),
  'a version that is long': (length) => `version: 1.0.0-${fill('a.', length)}a\n`,
  'a name with very many slashes': (length) => `name: ${fill('/', length)}\n`,
  'an alias that is long': (length) => `dependencies:\n- name: a\n  alias: ${fill('a', length)}!\n`,
}

export const yamlInputs: readonly WorstInput[] = [
  ...Object.entries(SHAPES).map(([shape, make]) => reads('values.yaml', shape, 'values.yaml', make)),
  ...atSizes('values.yaml', SOME, SIZES.slice(1)),
  ...atSizes('Chart.yaml', SOME, SIZES),
  ...Object.entries(FIELDS).flatMap(([fields, make]) =>
    [FILE, 500 * KIBIBYTE, 60 * KIBIBYTE].map((length) =>
      reads(
        'Chart.yaml',
        `${fields}, ${Math.ceil(length / KIBIBYTE)} KiB`,
        'Chart.yaml',
        (wanted) => HEAD + make(wanted),
        length,
      ),
    ),
  ),
  reads('Chart.lock', 'dependencies', 'Chart.lock', (length) => `dependencies:\n${fill('- name: a\n', length)}`),
  reads('Chart.lock', 'a block list', 'Chart.lock', SHAPES['a block list'] as Shape),
  reads('requirements.yaml', 'dependencies', 'requirements.yaml', FIELDS['dependencies'] as Shape),
  reads(
    'requirements.yaml',
    'numbers with underscores',
    'requirements.yaml',
    SHAPES['numbers with underscores'] as Shape,
  ),
  reads('requirements.lock', 'a flow list', 'requirements.lock', SHAPES['a flow list on one line'] as Shape),
  {
    reader: 'values.yaml',
    input: 'as large as allowed, in each of very many subcharts',
    make: (share) => {
      const values = (SHAPES['a block list'] as Shape)(60 * KIBIBYTE)
      const count = Math.ceil(1500 * share)
      const archive = makeArchive([
        { name: 'mychart/Chart.yaml', text: HEAD },
        ...Array.from({ length: count }, (_, at) => [
          { name: `mychart/charts/s${at}/Chart.yaml`, text: HEAD.replace('mychart', `s${at}`) },
          { name: `mychart/charts/s${at}/values.yaml`, text: values },
        ]).flat(),
      ])
      return { bytes: archive.length, run: async (signal) => readChart(archive, { signal }) }
    },
  },
  {
    reader: 'createChart()',
    input: 'values.yaml of 5 MiB, made in memory',
    make: (share) => {
      const bytes = Buffer.from((SHAPES['flow maps'] as Shape)(FILE * share))
      const files = [
        { path: 'Chart.yaml', bytes: Buffer.from(HEAD) },
        { path: 'values.yaml', bytes },
      ]
      return { bytes: bytes.length, run: async (signal) => createChart(files, { signal }) }
    },
  },
  {
    reader: 'inspectChart()',
    input: 'a Chart.yaml of 5 MiB in a layer, without a metadata layer',
    make: async (share, place) => {
      const archive = makeArchive([
        { name: 'mychart/Chart.yaml', text: HEAD + (SHAPES['a block list'] as Shape)(FILE * share) },
      ])
      const { reference, options } = await serveChart(place, { archive })
      return { bytes: archive.length, run: async (signal) => inspectChart(reference, { ...options, signal }) }
    },
  },
]
