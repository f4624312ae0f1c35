import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readChart, type ReadChartOptions } from '../../../src/helm/load/read-chart.js'
import type { OciError } from '../../../src/oras/errors/oci-error.js'
import { readContent } from '../../../src/oras/oci/content.js'
import {
  CHART_YAML,
  caught,
  type Files,
  makeArchive,
  makeFolder,
  packFiles,
  type RawEntry,
  toTexts,
  writeFolder,
} from '../../support/make-chart.js'

const FILES: Files = { 'Chart.yaml': CHART_YAML, 'templates/a.yaml': 'a', 'values.yaml': 'a: 1\n' }

async function writeArchive(bytes: Uint8Array): Promise<string> {
  const path = join(await makeFolder(), 'mychart-1.2.3.tgz')
  await writeFile(path, bytes)
  return path
}

describe('readChart', () => {
  it('reads the same chart from a folder, a .tgz and its bytes', async () => {
    const bytes = packFiles(FILES)
    const charts = [
      await readChart(await writeFolder(FILES)),
      await readChart(await writeArchive(bytes)),
      await readChart(bytes),
    ]

    for (const { metadata, files, dependencies, warnings } of charts) {
      expect(metadata).toEqual({ name: 'mychart', version: '1.2.3', apiVersion: 'v2' })
      expect(toTexts(files)).toEqual(FILES)
      expect([dependencies, warnings]).toEqual([[], []])
    }
  })

  it('keeps the .tgz that it read, byte for byte', async () => {
    const bytes = packFiles(FILES)
    const { archive } = await readChart(bytes)

    expect(archive?.descriptor.mediaType).toBe('application/vnd.cncf.helm.chart.content.v1.tar+gzip')
    expect(archive && bytes.equals(await readContent(archive))).toBe(true)
    expect((await readChart(await writeFolder(FILES))).archive).toBeUndefined()
  })

  it.each<[string, ReadChartOptions['provenance'], string | undefined]>([
    ['takes the .prov next to a .tgz', undefined, 'next to it'],
    ['does not take it with provenance: false', false, undefined],
    ['takes the bytes of the option instead', Buffer.from('other'), 'other'],
  ])('%s', async (_, provenance, expected) => {
    const path = await writeArchive(packFiles(FILES))
    await writeFile(`${path}.prov`, 'next to it')

    const chart = await readChart(path, provenance === undefined ? {} : { provenance })
    const found = chart.provenance && Buffer.from(await readContent(chart.provenance)).toString()
    expect(found).toBe(expected)
    expect(chart.provenance?.descriptor.mediaType).toBe(
      expected && 'application/vnd.cncf.helm.chart.provenance.v1.prov',
    )
  })

  it('reads a provenance from a path, for bytes too', async () => {
    const path = join(await makeFolder(), 'signed')
    await writeFile(path, 'elsewhere')

    const { provenance } = await readChart(packFiles(FILES), { provenance: path })
    expect(provenance && Buffer.from(await readContent(provenance)).toString()).toBe('elsewhere')
  })

  it('has no provenance if there is no .prov file', async () => {
    expect((await readChart(await writeArchive(packFiles(FILES)))).provenance).toBeUndefined()
  })

  it('reads nothing if its signal is already aborted', async () => {
    const reason = new Error('enough')

    await expect(readChart('nowhere', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })

  it('yields to the event loop, and stops at the signal, before it makes a chart of an archive', async () => {
    const path = await writeArchive(packFiles(FILES))
    const reason = new Error('enough')
    const controller = new AbortController()
    setImmediate(() => controller.abort(reason))

    await expect(readChart(path, { signal: controller.signal })).rejects.toBe(reason)
  })

  it.each(['packed', 'unpacked'])('yields to the event loop before each subchart, if they are %s', async (form) => {
    const entries: RawEntry[] = [{ name: 'mychart/Chart.yaml', text: CHART_YAML }]
    for (let count = 0; count < 10; count++) {
      const files = { 'Chart.yaml': CHART_YAML.replace('mychart', `sub${count}`) }
      if (form === 'packed') entries.push({ name: `mychart/charts/sub${count}.tgz`, text: packFiles(files) })
      else entries.push({ name: `mychart/charts/sub${count}/Chart.yaml`, text: files['Chart.yaml'] })
    }
    // A reader that did not stop would fail at this entry.
    entries.push({ name: 'mychart/charts/z/Chart.yaml', text: 'no chart' })
    const reason = new Error('enough')
    const controller = new AbortController()
    const wait = (turns: number): void =>
      void setImmediate(() => (turns > 0 ? wait(turns - 1) : controller.abort(reason)))
    wait(3)

    await expect(readChart(makeArchive(entries), { signal: controller.signal })).rejects.toBe(reason)
  })
})

const YAML_HINT = 'Correct Chart.yaml in the folder of the chart, and pack or push the chart again.'
const FIELD_HINT =
  'Correct Chart.yaml: https://helm.sh/docs/topics/charts/#the-chartyaml-file says what each field may hold.'
const EMPTY_HINT = 'Write at least apiVersion, name and version into Chart.yaml.'
const NO_CHART_HINT =
  'A chart is a folder, or the .tgz of one, with Chart.yaml at its top. Check the path, and that .helmignore does not ignore Chart.yaml.'
const PATH_HINT = 'Check the path: it may be a chart folder, a .tgz that "helm package" made, or the .prov of one.'
const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]']
for (const [name, before] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf'])
  bomb.push(`${name}: &${name} [${`*${before}, `.repeat(10)}]`)

describe('readChart refuses', () => {
  it.each<[string, Files, string, string]>([
    ['a folder without Chart.yaml', { a: '' }, 'Chart.yaml file is missing', NO_CHART_HINT],
    ['an empty Chart.yaml', { 'Chart.yaml': '' }, 'Chart.yaml is empty', EMPTY_HINT],
    ['a null Chart.yaml', { 'Chart.yaml': 'null\n' }, 'Chart.yaml is empty', EMPTY_HINT],
    [
      'an alias bomb',
      { 'Chart.yaml': bomb.join('\n') },
      'cannot load Chart.yaml: document contains excessive aliasing',
      YAML_HINT,
    ],
    ['no name', { 'Chart.yaml': 'version: 1.2.3' }, 'validation: chart.metadata.name is required', FIELD_HINT],
    ['no version', { 'Chart.yaml': 'name: a' }, 'validation: chart.metadata.version is required', FIELD_HINT],
    [
      'a wrong version',
      { 'Chart.yaml': 'name: a\nversion: latest' },
      'validation: chart.metadata.version "latest" is invalid',
      FIELD_HINT,
    ],
    [
      'the name ..',
      { 'Chart.yaml': 'name: ..\nversion: 1.2.3' },
      'validation: chart.metadata.name ".." is not allowed',
      FIELD_HINT,
    ],
    [
      'a name with a slash',
      { 'Chart.yaml': 'name: a/b\nversion: 1.2.3' },
      'validation: chart.metadata.name "a/b" is invalid',
      FIELD_HINT,
    ],
    [
      'a version that is a list',
      { 'Chart.yaml': 'name: a\nversion: [1]' },
      'cannot load Chart.yaml: cannot unmarshal array into Go struct field Metadata.version of type string',
      YAML_HINT,
    ],
  ])('%s', async (_, files, reason, hint) => {
    const folder = await writeFolder(files)

    const error = (await caught(readChart(folder))) as OciError
    expect(error.message).toBe(`Cannot read chart ${folder}: ${reason}`)
    expect(error.hint).toBe(hint)
    expect(error.code).toBe('ERR_INVALID_CHART')

    if (!files['Chart.yaml']) return
    const fromBytes = (await caught(readChart(packFiles(files)))) as OciError
    expect([fromBytes.message, fromBytes.hint]).toEqual([`Cannot read chart archive: ${reason}`, hint])
  })

  it('a path where there is nothing', async () => {
    const error = (await caught(readChart('no-such-folder'))) as OciError

    expect([error.code, error.message, error.hint]).toEqual([
      'ERR_NOT_FOUND',
      'Cannot read chart no-such-folder: there is no such file or folder',
      PATH_HINT,
    ])
  })

  it('a file that is not gzip', async () => {
    const path = await writeArchive(Buffer.from(CHART_YAML))

    const error = (await caught(readChart(path))) as OciError
    expect([error.code, error.message, error.hint]).toEqual([
      'ERR_INVALID_ARCHIVE',
      `Cannot read chart ${path}: it is not a gzipped archive`,
      'Give the folder of the chart, or pack it with "helm package" or packChart(): the archive of a chart is a gzipped tar file.',
    ])
  })

  it('a file larger than any chart, before it is read', async () => {
    const path = await writeArchive(Buffer.alloc(200))

    const error = (await caught(readChart(path, { limits: { chartBytes: 100 } }))) as OciError
    expect([error.code, error.message, error.hint]).toEqual([
      'ERR_LIMIT_EXCEEDED',
      `Cannot read chart ${path}: the file is larger than 100 bytes`,
      'Check the path, or raise limits.chartBytes. Helm loads no chart of 100 MiB or more.',
    ])
  })

  it('a device', async ({ skip }) => {
    if (process.platform === 'win32') return skip('there are no devices in the file system')

    const error = (await caught(readChart('/dev/zero'))) as OciError
    expect([error.code, error.message]).toEqual([
      'ERR_INVALID_ARCHIVE',
      'Cannot read chart /dev/zero: it is not a regular file',
    ])
  })

  it('a provenance for a folder', async () => {
    const folder = await writeFolder(FILES)

    const error = (await caught(readChart(folder, { provenance: Buffer.from('signed') }))) as OciError
    expect([error.code, error.message, error.hint]).toEqual([
      'ERR_INVALID_CHART',
      `Cannot read chart ${folder}: a folder has no provenance`,
      'A provenance signs one .tgz: give the path of that .tgz instead of the folder, or leave the provenance out.',
    ])
  })

  it('a provenance that is not there', async () => {
    const error = (await caught(readChart(packFiles(FILES), { provenance: 'nowhere.prov' }))) as OciError

    expect([error.code, error.message, error.hint]).toEqual([
      'ERR_NOT_FOUND',
      'Cannot read provenance nowhere.prov: there is no such file or folder',
      PATH_HINT,
    ])
  })

  it('a link to itself, and a path that is too long, as not found', async () => {
    const link = join(await makeFolder(), 'link')
    await symlink(link, link)

    for (const path of [link, 'x'.repeat(10_000)]) {
      const error = await caught(readChart(path))
      expect([error.code, error.hint]).toEqual(['ERR_NOT_FOUND', PATH_HINT])
    }
  })
})
