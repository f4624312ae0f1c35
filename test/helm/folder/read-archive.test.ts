import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { OciError } from '../../../src/oras/errors/oci-error.js'
import type { ChartLimits } from '../../../src/helm/model/chart-limits.js'
import { readArchive } from '../../../src/helm/folder/read-archive.js'
import { createReadContext } from '../../../src/helm/model/read-context.js'
import {
  CHART_YAML,
  caught,
  makeArchive,
  makeEntry,
  makeTar,
  packFiles,
  pax,
  type RawEntry,
  toTexts,
} from '../../support/make-chart.js'

async function read(archive: Uint8Array, limits: ChartLimits = {}): Promise<Record<string, string>> {
  return toTexts(await readArchive(archive, createReadContext('a.tgz', { limits })))
}

const good: RawEntry = { name: 'mychart/Chart.yaml', text: CHART_YAML }

describe('readArchive', () => {
  it('gives the files without the root, and passes over folders', async () => {
    const archive = makeArchive([
      { name: 'mychart/', type: '5' },
      good,
      { name: 'mychart/old-folder/', type: '\0' },
      { name: 'mychart/./templates//a.yaml', text: 'a' },
      pax('path=mychart/ü'),
      { name: 'mychart/short', text: 'x' },
    ])

    expect(await read(archive)).toEqual({ 'Chart.yaml': CHART_YAML, 'templates/a.yaml': 'a', ü: 'x' })
  })

  it.each<[string, RawEntry[], string]>([
    ['a path above the root', [{ name: 'mychart/../../etc/passwd' }], 'chart illegally references parent directory'],
    ['an absolute path', [{ name: 'mychart//etc/passwd' }], 'chart illegally contains absolute paths'],
    ['a drive letter', [{ name: 'mychart/C:/x' }], 'chart contains illegally named files'],
    ['a file beside the root', [{ name: 'x' }], 'chart illegally contains content outside the base directory: "x"'],
    [
      'a long path above the root',
      [pax('path=mychart/../../x'), { name: 'mychart/short' }],
      'chart illegally references parent directory',
    ],
    [
      'a NUL in a long path',
      [pax('path=mychart/a\0b'), { name: 'mychart/short' }],
      'the archive cannot be read: a name holds a NUL',
    ],
    ['a root above', [{ name: '../values.yaml' }], 'chart illegally references parent directory'],
    ['a root that is none', [{ name: '/etc/values.yaml' }], 'chart illegally contains absolute paths'],
    ['two roots', [good, { name: 'other/a' }], 'chart has two root folders: "mychart" and "other"'],
    [
      'two roots that differ by case',
      [good, { name: 'MyChart/a' }],
      'chart has two root folders: "mychart" and "MyChart"',
    ],
    ['a folder above the root', [{ name: 'mychart/../x/', type: '5' }], 'chart illegally references parent directory'],
    ['a folder beside the root', [good, { name: 'x/', type: '5' }], 'chart has two root folders: "mychart" and "x"'],
    ['a folder that is absolute', [{ name: '/x/', type: '5' }], 'chart illegally contains absolute paths'],
    [
      'a folder that is a file',
      [good, { name: 'mychart/Chart.yaml/', type: '5' }],
      '"Chart.yaml" is a file, but there is also a folder',
    ],
    [
      'a folder in a file',
      [good, { name: 'mychart/Chart.yaml/a/b/', type: '5' }],
      '"Chart.yaml" is a file, but there is also a folder',
    ],
    [
      'a folder of very many levels',
      [{ name: `mychart/${'a/'.repeat(40)}`, prefix: 'mychart/a' + '/a'.repeat(60), type: '5' }],
      'a folder lies deeper than 100 levels',
    ],
    ['a symbolic link', [{ name: 'mychart/a', type: '2' }], 'the entry "mychart/a" is a symbolic link'],
    ['a hard link', [{ name: 'mychart/a', type: '1' }], 'the entry "mychart/a" is a hard link'],
    ['a device', [{ name: 'mychart/a', type: '3' }], 'the entry "mychart/a" is a device'],
    ['a pipe', [{ name: 'mychart/a', type: '6' }], 'the entry "mychart/a" is a pipe'],
    ['a sparse file', [{ name: 'mychart/a', type: 'S' }], 'the entry "mychart/a" is a sparse file'],
    ['a link that ends in a slash', [{ name: 'mychart/a/', type: '2' }], 'the entry "mychart/a/" is a symbolic link'],
    ['no file at all', [{ name: 'mychart/', type: '5' }], 'no files in chart archive'],
  ])('refuses %s', async (_, entries, reason) => {
    const error = (await caught(read(makeArchive([...entries])))) as OciError

    expect(error.message).toBe(`Cannot read chart a.tgz: ${reason}`)
    expect(error.code).toBe('ERR_INVALID_ARCHIVE')
  })

  it.each([
    ['a tar that has its end', makeTar([good])],
    ['a tar that has no end, where Helm looks for another gzip file', makeEntry(good)],
  ])('passes over zeros behind %s', async (_, tar) => {
    expect(await read(Buffer.concat([gzipSync(tar), Buffer.alloc(10)]))).toEqual({ 'Chart.yaml': CHART_YAML })
  })

  it.each([
    ['is cut off', packFiles({ 'Chart.yaml': CHART_YAML.repeat(1000) }).subarray(0, 100), 'unexpected end of file'],
    ['claims more than it has', makeArchive([{ ...good, size: 4096 }]), 'it ends within a file'],
  ])('refuses an archive that %s', async (_, archive, reason) => {
    const error = (await caught(read(archive))) as OciError

    expect(error.message).toBe(`Cannot read chart a.tgz: the archive cannot be read: ${reason}`)
    expect(error.code).toBe('ERR_INVALID_ARCHIVE')
  })

  it.each<[string, RawEntry[], ChartLimits, string]>([
    [
      'a file',
      [{ name: 'a/b', text: 'x'.repeat(11) }],
      { fileBytes: 10 },
      'chart file "b" is larger than the maximum file size 10',
    ],
    [
      'a file that only claims it',
      [{ name: 'a/b', size: 1e9 }],
      {},
      'chart file "b" is larger than the maximum file size 5242880',
    ],
    [
      'a chart',
      [
        { name: 'a/b', text: 'x'.repeat(50) },
        { name: 'a/c', text: 'x'.repeat(50) },
      ],
      { chartBytes: 100 },
      'the chart is larger than the maximum size 100',
    ],
    ['many files', Array<RawEntry>(4).fill(good), { files: 3 }, 'it has more than 3 files and folders'],
    [
      'many folders',
      Array<RawEntry>(4).fill({ name: 'a/', type: '5' }),
      { files: 3 },
      'it has more than 3 files and folders',
    ],
    [
      'a header that is a bomb',
      [{ name: 'x', type: 'x', text: ' '.repeat(100_000) }, good],
      { chartBytes: 1000, files: 1 },
      'the chart is larger than the maximum size 1000',
    ],
  ])('refuses %s over the limits', async (_, entries, limits, reason) => {
    const error = (await caught(read(makeArchive(entries), limits))) as OciError

    expect(error.message).toBe(`Cannot read chart a.tgz: ${reason}`)
    expect(error.code).toBe('ERR_LIMIT_EXCEEDED')
  })

  it('stops at the signal, with its reason, even if that looks like damage', async () => {
    const reason = new Error('enough')
    const reading = createReadContext('a.tgz', { signal: AbortSignal.abort(reason) })

    await expect(readArchive(packFiles({ 'Chart.yaml': CHART_YAML }), reading)).rejects.toBe(reason)
  })
})
