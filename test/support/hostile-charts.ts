/**
 * Hostile charts, one row for each known attack: archives and folders, made here byte by byte. Every function that reads
 * charts refuses each of them with the same error, before anything is sent or written.
 */
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { ErrorCode } from '../../src/helm/model/error-codes.js'
import { CHART_YAML, makeArchive, makeEntry, makeTar, pax, type RawEntry } from './make-chart.js'

export interface HostileChart {
  /** What the attacker does; with a CVE if there is one. */
  readonly name: string
  /** Makes the chart: the bytes of an archive, or a folder below the one that is given. */
  readonly make: (folder: string) => Promise<string | Uint8Array> | Uint8Array
  readonly code: ErrorCode
  /** What the message says after `Cannot read chart <name>: `. */
  readonly reason: string
}

const MEBIBYTE = 1024 * 1024
const chartYaml: RawEntry = { name: 'mychart/Chart.yaml', text: CHART_YAML }
const END = Buffer.alloc(1024)

const illegal = (name: string, entries: readonly RawEntry[], reason: string): HostileChart => ({
  name,
  make: () => makeArchive([chartYaml, ...entries]),
  code: 'ERR_INVALID_ARCHIVE',
  reason,
})

const ambiguous = (name: string, entries: readonly RawEntry[], reason: string): HostileChart => ({
  ...illegal(name, entries, reason),
  code: 'ERR_INVALID_CHART',
})

const damaged = (name: string, make: () => Uint8Array, reason: string): HostileChart => ({
  name,
  make,
  code: 'ERR_INVALID_ARCHIVE',
  reason: `the archive cannot be read: ${reason}`,
})

const tooMuch = (name: string, make: () => Uint8Array, reason: string): HostileChart => ({
  name,
  make,
  code: 'ERR_LIMIT_EXCEEDED',
  reason,
})

/** A chart of which one file is hostile. */
const poisoned = (name: string, files: Readonly<Record<string, string>>, reason: string): HostileChart => ({
  name,
  make: () =>
    makeArchive(Object.entries({ 'Chart.yaml': CHART_YAML, ...files }).map(([path, text]) => toEntry(path, text))),
  code: 'ERR_INVALID_CHART',
  reason,
})

/** A chart with a subchart that is packed by the function. */
const nested = (name: string, code: ErrorCode, subchart: () => Uint8Array, reason: string): HostileChart => ({
  name,
  make: () => makeArchive([chartYaml, toEntry('charts/sub.tgz', subchart())]),
  code,
  reason: `error unpacking subchart sub.tgz in mychart: ${reason}`,
})

/** A folder with a Chart.yaml, and a secret file outside of it. */
const folder = (
  name: string,
  prepare: (chart: string) => Promise<void>,
  reason: string,
  code: ErrorCode = 'ERR_INVALID_CHART',
): HostileChart => ({
  name,
  async make(parent) {
    const chart = join(parent, 'chart')
    await mkdir(chart)
    await writeFile(join(chart, 'Chart.yaml'), CHART_YAML)
    await writeFile(join(parent, 'secret'), 'secret')
    await prepare(chart)
    return chart
  },
  code,
  reason,
})

const link = async (chart: string, path: string, target: string): Promise<void> => {
  await mkdir(dirname(join(chart, path)), { recursive: true })
  await symlink(target, join(chart, path))
}

const toEntry = (path: string, text: string | Uint8Array): RawEntry => ({ name: `mychart/${path}`, text })
const yaml = (more: string): string => `${CHART_YAML}${more}\n`

/** Chart in chart in chart. */
const packDeep = (levels: number): Buffer =>
  makeArchive([chartYaml, ...(levels > 0 ? [toEntry('charts/sub.tgz', packDeep(levels - 1))] : [])])

const bomb = (): string => {
  const lines = Array.from({ length: 30 }, (_, level) =>
    level === 0 ? 'l0: &l0 [x, x, x, x]' : `l${level}: &l${level} [*l${level - 1}, *l${level - 1}, *l${level - 1}]`,
  )
  return lines.join('\n')
}

const OUTSIDE = 'chart illegally references parent directory'
const leaves = (path: string): string => `the link "${path}" leaves the chart`

export const hostileCharts: readonly HostileChart[] = [
  // Names that lead out of the folder: CVE-2019-1000008, CVE-2020-4053.
  illegal('a path above the root', [{ name: 'mychart/../../etc/passwd' }], OUTSIDE),
  illegal('a path that goes down and then above the root', [{ name: 'mychart/a/../../../x' }], OUTSIDE),
  illegal('a path above the root, written with backslashes', [{ name: 'mychart\\..\\..\\x' }], OUTSIDE),
  illegal('a name that begins with two points', [{ name: 'mychart/..x' }], OUTSIDE),
  illegal('an absolute path', [{ name: 'mychart//etc/passwd' }], 'chart illegally contains absolute paths'),
  illegal('an absolute path of Windows', [{ name: 'mychart\\\\host\\x' }], 'chart illegally contains absolute paths'),
  illegal('a drive letter', [{ name: 'mychart/C:/x' }], 'chart contains illegally named files'),
  illegal('a drive letter with backslashes', [{ name: 'mychart\\c:\\x' }], 'chart contains illegally named files'),
  illegal(
    'a file outside the root folder',
    [{ name: 'x' }],
    'chart illegally contains content outside the base directory: "x"',
  ),
  illegal('Chart.yaml as the root', [{ name: 'Chart.yaml/x' }], 'chart yaml not in base directory'),
  illegal('a path above the root in a PAX record', [pax('path=mychart/../x'), toEntry('a', '')], OUTSIDE),
  illegal('a path above the root in a long name', [longName('mychart/../x'), toEntry('a', '')], OUTSIDE),
  illegal(
    'a path of 16 kB',
    [pax(`path=mychart/${'a/'.repeat(8000)}x`), toEntry('a', '')],
    'chart contains illegally named files',
  ),
  illegal('a path above the root through the prefix', [{ name: '../x', prefix: 'mychart/a/..' }], OUTSIDE),

  // Entries that are not files: CVE-2026-35206, and links, as in many other attacks.
  illegal('a symbolic link', [{ name: 'mychart/a', type: '2' }], 'the entry "mychart/a" is a symbolic link'),
  illegal(
    'a link that ends in a slash',
    [{ name: 'mychart/a/', type: '2' }],
    'the entry "mychart/a/" is a symbolic link',
  ),
  illegal('a hard link', [{ name: 'mychart/a', type: '1' }], 'the entry "mychart/a" is a hard link'),
  illegal('a character device', [{ name: 'mychart/a', type: '3' }], 'the entry "mychart/a" is a device'),
  illegal('a block device', [{ name: 'mychart/a', type: '4' }], 'the entry "mychart/a" is a device'),
  illegal('a pipe', [{ name: 'mychart/a', type: '6' }], 'the entry "mychart/a" is a pipe'),
  illegal('a sparse file of GNU', [{ name: 'mychart/a', type: 'S' }], 'the entry "mychart/a" is a sparse file'),
  illegal(
    'a sparse file in PAX records',
    [pax('GNU.sparse.major=1', 'GNU.sparse.name=mychart/b', 'GNU.sparse.realsize=99999999999'), toEntry('a', '')],
    'the entry "mychart/a" is a sparse file',
  ),
  illegal(
    'an unknown type of entry',
    [{ name: 'mychart/a', type: 'V' }],
    'the entry "mychart/a" is not a regular file',
  ),

  // Archives that two readers would read differently.
  ambiguous(
    'Chart.yaml twice, with different bytes',
    [toEntry('Chart.yaml', yaml('home: x'))],
    'the file "Chart.yaml" is there twice, with different bytes',
  ),
  illegal(
    'a file whose name has backslashes, which lead somewhere on Windows alone',
    [{ name: 'mychart\\a\\b' }],
    'chart contains illegally named files',
  ),
  illegal('a root that is the folder above', [{ name: '../values.yaml' }], OUTSIDE),
  illegal(
    'a path from the root of the disk',
    [{ name: '/etc/values.yaml' }],
    'chart illegally contains absolute paths',
  ),
  illegal('a path that goes down and up again', [{ name: 'mychart/a/../b' }], OUTSIDE),
  illegal('two root folders', [{ name: 'other/a' }], 'chart has two root folders: "mychart" and "other"'),
  illegal(
    'a folder that is also a file',
    [{ name: 'mychart/a' }, { name: 'mychart/a/', type: '5' }],
    '"a" is a file, but there is also a folder',
  ),
  damaged(
    'a long name of GNU and one in PAX records',
    () => makeArchive([longName('mychart/a'), pax('path=mychart/b'), chartYaml]),
    'several headers before one entry may contradict each other',
  ),
  damaged(
    'two PAX headers for one entry',
    () => makeArchive([pax('path=mychart/a'), pax('path=mychart/b'), chartYaml]),
    'several headers before one entry may contradict each other',
  ),
  damaged(
    'a name before a global header',
    () => makeArchive([pax('path=mychart/a'), { ...pax('comment=x'), type: 'g' }, chartYaml]),
    'several headers before one entry may contradict each other',
  ),
  damaged(
    'PAX records in what fills up a block',
    () => {
      const tar = makeTar([pax('mtime=1'), chartYaml])
      tar.write(String(pax('path=mychart/evil').text), 512 + 10)
      return gzipSync(tar)
    },
    'a long name or a PAX header has bytes after its end',
  ),
  damaged(
    'a file with the mode of a folder',
    () => makeArchive([{ ...chartYaml, mode: '040755' }]),
    'a file with the mode of a folder, which programs read differently',
  ),
  damaged(
    'a file whose name ends in a slash',
    () => makeArchive([chartYaml, { name: 'mychart/a/' }]),
    'a file whose name ends in a slash, which programs read differently',
  ),
  damaged(
    'a folder with bytes',
    () => makeArchive([chartYaml, { name: 'mychart/a/', type: '5', text: 'x' }]),
    'a folder with bytes, which programs read differently',
  ),
  ambiguous(
    'a file twice, the other time with a point',
    [{ name: 'mychart/a' }, { name: 'mychart/./a', text: 'x' }],
    'the file "a" is there twice, with different bytes',
  ),
  poisoned('a file that is also a folder', { a: '', 'a/b': '' }, '"a" is a file, but there is also "a/b"'),
  damaged(
    'entries after the end of the archive',
    () => gzipSync(Buffer.concat([makeTar([chartYaml]), makeTar([toEntry('templates/evil.yaml', 'x')])])),
    'it has bytes after its end',
  ),
  damaged(
    'entries after a single block of zeros',
    () => gzipSync(Buffer.concat([makeEntry(chartYaml), Buffer.alloc(512), makeEntry(toEntry('b', 'x')), END])),
    'it has bytes after its end',
  ),
  damaged(
    'a second archive in a second gzip member',
    () => Buffer.concat([makeArchive([chartYaml]), makeArchive([toEntry('b', 'x')])]),
    'it has bytes after its end',
  ),
  damaged(
    'something behind the zeros after the gzip file',
    () => Buffer.concat([makeArchive([chartYaml]), Buffer.alloc(16), Buffer.from('evil')]),
    'it has bytes after its end',
  ),
  damaged(
    'something behind the gzip file',
    () => Buffer.concat([makeArchive([chartYaml]), Buffer.from('evil')]),
    'incorrect header check',
  ),
  damaged(
    'a global PAX header that renames all entries',
    () => makeArchive([{ ...pax('path=mychart/evil'), type: 'g' }, chartYaml]),
    'a global PAX header changes the names or the sizes of entries',
  ),
  damaged(
    'a PAX record whose length lies',
    () => makeArchive([{ name: 'PaxHeader', type: 'x', text: '99 path=mychart/x\n' }, chartYaml]),
    'a PAX record is malformed',
  ),
  damaged(
    'a PAX record that other readers stop at',
    () =>
      makeArchive([{ name: 'PaxHeader', type: 'x', text: `0 x\n${String(pax('path=mychart/x').text)}` }, chartYaml]),
    'a PAX record is malformed',
  ),
  damaged('a NUL in a name', () => makeArchive([pax('path=mychart/a\0b'), chartYaml]), 'a name holds a NUL'),
  damaged('a name that is not UTF-8', () => makeArchive([{ name: 'mychart/\xff' }]), 'a name is not UTF-8'),

  // Wrong sizes.
  damaged(
    'more bytes claimed than there are',
    () => makeArchive([{ ...chartYaml, size: 4096 }]),
    'it ends within a file',
  ),
  damaged(
    'a size of its own in a PAX record',
    () => makeArchive([pax('size=4096'), chartYaml]),
    'two sizes, which programs read differently',
  ),
  damaged(
    'a negative size',
    () => makeArchive([{ ...chartYaml, size: Buffer.alloc(12, 0xff) }]),
    'a header holds a number that does not fit',
  ),
  damaged(
    'a size of 80 bits',
    () => makeArchive([{ ...chartYaml, size: Buffer.concat([Buffer.of(0x80, 0), Buffer.alloc(10, 0xff)]) }]),
    'a header holds a number that does not fit',
  ),
  damaged(
    'a size that is no number',
    () => makeArchive([{ ...chartYaml, size: '0000000008x\0' }]),
    'a header holds a number that cannot be read',
  ),
  damaged(
    'a negative size in a PAX record',
    () => makeArchive([pax('size=-512'), chartYaml]),
    'a header holds a number that cannot be read',
  ),
  damaged('a wrong checksum', () => makeArchive([{ ...chartYaml, wrong: 1 }]), 'a header is not one of a tar archive'),
  damaged('a file that is cut off', () => makeArchive([chartYaml]).subarray(0, 40), 'unexpected end of file'),
  damaged('a tar that is cut off', () => gzipSync(makeTar([chartYaml]).subarray(0, 530)), 'it ends within a file'),
  damaged('a wrong checksum of the gzip file', withWrongCrc, 'incorrect data check'),

  // Bombs: CVE-2025-32386.
  tooMuch(
    'a file that claims 8 GiB',
    () => makeArchive([chartYaml, { name: 'mychart/a', size: 8 * 1024 ** 3 - 1 }]),
    'chart file "a" is larger than the maximum file size 5242880',
  ),
  tooMuch(
    'a gzip bomb of one file',
    () => makeArchive([chartYaml, toEntry('a', Buffer.alloc(6 * MEBIBYTE))]),
    'chart file "a" is larger than the maximum file size 5242880',
  ),
  tooMuch(
    'a gzip bomb of many files',
    () => makeArchive([chartYaml, ...times(21, (at) => toEntry(`${at}`, Buffer.alloc(5 * MEBIBYTE)))]),
    'the chart is larger than the maximum size 104857600',
  ),
  tooMuch(
    'a gzip bomb behind the end of the archive',
    () => gzipSync(Buffer.concat([makeTar([chartYaml]), Buffer.alloc(150 * MEBIBYTE)])),
    'the chart is larger than the maximum size 104857600',
  ),
  tooMuch(
    'a gzip bomb that is shared out among packed subcharts',
    () => {
      const sub = makeArchive([
        { name: 'sub/Chart.yaml', text: CHART_YAML },
        { name: 'sub/a', text: Buffer.alloc(4 * MEBIBYTE) },
      ])
      return makeArchive([chartYaml, ...times(30, (at) => toEntry(`charts/${at}.tgz`, sub))])
    },
    'the chart is larger than the maximum size 104857600',
  ),
  tooMuch(
    'a bomb of nothing but padding, shared out among packed subcharts',
    () => {
      const sub = gzipSync(Buffer.concat([makeTar([chartYaml]), Buffer.alloc(40 * MEBIBYTE)]))
      return makeArchive([chartYaml, ...times(5, (at) => toEntry(`charts/${at}.tgz`, sub))])
    },
    'the chart is larger than the maximum size 104857600',
  ),
  tooMuch(
    'ten thousand files',
    () => makeArchive([chartYaml, ...times(10_000, (at) => toEntry(`${at}`, ''))]),
    'it has more than 10000 files and folders',
  ),
  tooMuch('charts in charts in charts', () => packDeep(11), 'subcharts lie in subcharts deeper than 10 levels'),
  damaged(
    'a PAX header of 2 MiB',
    () => makeArchive([{ name: 'x', type: 'x', text: ' '.repeat(2 * MEBIBYTE) }, chartYaml]),
    'a long name or a PAX header is larger than 1048576 bytes',
  ),

  damaged(
    'PAX records without end',
    () => makeArchive([...times(20, () => ({ name: 'x', type: 'x', text: '5 a=\n'.repeat(200_000) })), chartYaml]),
    'a PAX header holds more than 1000 records',
  ),

  // Attacks in a subchart.
  nested(
    'a path above the root in a packed subchart',
    'ERR_INVALID_ARCHIVE',
    () => makeArchive([{ name: 'sub/../../x' }]),
    OUTSIDE,
  ),
  nested(
    'a link in a packed subchart',
    'ERR_INVALID_ARCHIVE',
    () => makeArchive([{ name: 'sub/a', type: '2' }]),
    'the entry "sub/a" is a symbolic link',
  ),
  nested(
    'a subchart whose name leads out of charts/ (CVE-2024-25620)',
    'ERR_INVALID_CHART',
    () => makeArchive([{ name: 'sub/Chart.yaml', text: CHART_YAML.replace('mychart', '../../evil') }]),
    'validation: chart.metadata.name "../../evil" is invalid',
  ),
  nested(
    'a packed subchart that is no archive',
    'ERR_INVALID_ARCHIVE',
    () => Buffer.from('<html>'),
    'it is not a gzipped archive',
  ),

  // Files that are not archives.
  {
    name: 'a web page',
    make: () => Buffer.from('<html>'),
    code: 'ERR_INVALID_ARCHIVE',
    reason: 'it is not a gzipped archive',
  },
  {
    name: 'a tar without gzip',
    make: () => makeTar([chartYaml]),
    code: 'ERR_INVALID_ARCHIVE',
    reason: 'it is not a gzipped archive',
  },
  {
    name: 'an archive of nothing',
    make: () => gzipSync(END),
    code: 'ERR_INVALID_ARCHIVE',
    reason: 'no files in chart archive',
  },
  damaged('a gzip file of no tar', () => gzipSync('x'.repeat(2048)), 'a header is not one of a tar archive'),

  // Metadata.
  poisoned('an empty Chart.yaml (CVE-2024-26147)', { 'Chart.yaml': '' }, 'Chart.yaml is empty'),
  poisoned('a Chart.yaml that says null (CVE-2024-26147)', { 'Chart.yaml': 'null' }, 'Chart.yaml is empty'),
  poisoned(
    'a name that leads elsewhere (CVE-2024-25620)',
    { 'Chart.yaml': CHART_YAML.replace('mychart', '../evil') },
    'validation: chart.metadata.name "../evil" is invalid',
  ),
  poisoned(
    'a name that is the folder above (CVE-2026-35206)',
    { 'Chart.yaml': CHART_YAML.replace('mychart', '..') },
    'validation: chart.metadata.name ".." is not allowed',
  ),
  poisoned(
    'a name that is the folder itself (CVE-2026-35206)',
    { 'Chart.yaml': CHART_YAML.replace('mychart', '.') },
    'validation: chart.metadata.name "." is not allowed',
  ),
  poisoned(
    'a version that leads elsewhere (CVE-2026-35204)',
    { 'Chart.yaml': CHART_YAML.replace('1.2.3', '1.2.3/../../x') },
    'validation: chart.metadata.version "1.2.3/../../x" is invalid',
  ),
  poisoned(
    'escapes for a terminal in a message (CVE-2021-21303)',
    { 'Chart.yaml': `${CHART_YAML}type: "\\e[2Jx"\nversion: "\\e]0;evil\\a"\n` },
    'validation: chart.metadata.version "\\u001b]0;evil\\u0007" is invalid',
  ),
  poisoned(
    'a maintainer that is null (CVE-2025-55198)',
    { 'Chart.yaml': yaml('maintainers: [~]') },
    'validation: maintainers must not contain empty or null nodes',
  ),
  poisoned(
    'a dependency that is null (CVE-2025-55198)',
    { 'Chart.yaml': yaml('dependencies: [{name: a, repository: ""}, ~]') },
    'validation: dependencies must not contain empty or null nodes',
  ),
  poisoned(
    'an alias that is a path',
    { 'Chart.yaml': yaml('dependencies: [{name: a, alias: ../x}]') },
    'validation: dependency "a" has disallowed characters in the alias',
  ),
  poisoned(
    'aliases that grow without end',
    { 'Chart.yaml': yaml(bomb()) },
    'cannot load Chart.yaml: document contains excessive aliasing',
  ),
  poisoned(
    'aliases that grow without end, in the values',
    { 'values.yaml': bomb() },
    'cannot load values.yaml: document contains excessive aliasing',
  ),
  poisoned(
    'brackets without end',
    { 'Chart.yaml': yaml(`x: ${'['.repeat(100_000)}`) },
    'cannot load Chart.yaml: line 4: nesting exceeded maxDepth (100)',
  ),
  poisoned(
    'an alias of itself',
    { 'Chart.yaml': yaml('x: &x [*x]') },
    "cannot load Chart.yaml: anchor 'x' value contains itself",
  ),
  poisoned(
    'brackets without end in the schema (CVE-2025-32387)',
    { 'values.schema.json': `${'['.repeat(20_000)}${']'.repeat(20_000)}` },
    'invalid JSON in values.schema.json',
  ),
  {
    name: 'a chart without Chart.yaml',
    make: () => makeArchive([toEntry('a', '')]),
    code: 'ERR_INVALID_CHART',
    reason: 'Chart.yaml file is missing',
  },

  // Folders: CVE-2019-18658, CVE-2025-53547.
  folder(
    'a link to a file outside',
    async (chart) => link(chart, 'templates/x', '../../secret'),
    leaves('templates/x'),
  ),
  folder('a link to a folder outside', async (chart) => link(chart, 'files', '..'), leaves('files')),
  folder('an absolute link', async (chart) => link(chart, 'x', '/etc/hostname'), leaves('x')),
  folder(
    'a link in the place of Chart.lock',
    async (chart) => link(chart, 'Chart.lock', '../secret'),
    leaves('Chart.lock'),
  ),
  folder(
    'a link in the place of a subchart',
    async (chart) => link(chart, 'charts/a.tgz', '../../secret'),
    leaves('charts/a.tgz'),
  ),
  folder(
    'a link to a link that leads outside',
    async (chart) => {
      await link(chart, 'a', 'b')
      await link(chart, 'b', '../secret')
    },
    leaves('a'),
  ),
  folder('rules from outside', async (chart) => link(chart, '.helmignore', '../secret'), leaves('.helmignore')),
  folder(
    'a file whose name is a path on Windows',
    async (chart) => writeFile(join(chart, 'x\\Chart.yaml'), 'name: evil'),
    'chart contains illegally named files: "x\\\\Chart.yaml"',
  ),
  folder(
    'a file that begins with a drive letter',
    async (chart) => writeFile(join(chart, 'C:x'), ''),
    'chart contains illegally named files: "C:x"',
  ),
  folder(
    'a file whose name begins with two points',
    async (chart) => writeFile(join(chart, '..data'), ''),
    `${OUTSIDE}: "..data"`,
  ),
  folder(
    '105 MiB in a folder',
    async (chart) => {
      // A sparse file, which needs no blocks on the disk.
      for (const path of times(21, (at) => join(chart, `${at}`))) {
        await writeFile(path, '')
        await truncate(path, 5 * MEBIBYTE)
      }
    },
    'the chart is larger than the maximum size 104857600',
    'ERR_LIMIT_EXCEEDED',
  ),
  folder('a link to nothing', async (chart) => link(chart, 'x', 'nowhere'), 'the link "x" leads to nothing'),
  folder('a link to itself', async (chart) => link(chart, 'x', 'x'), 'the link "x" leads to nothing'),
  folder(
    'a link in a circle',
    async (chart) => link(chart, 'a/b', '..'),
    'the link "a/b" leads back to a folder around it',
  ),
  folder(
    'a file of 6 MiB',
    async (chart) => writeFile(join(chart, 'x'), Buffer.alloc(6 * MEBIBYTE)),
    'chart file "x" is larger than the maximum file size 5242880',
    'ERR_LIMIT_EXCEEDED',
  ),
  folder(
    'rules without end, each for each file',
    async (chart) => writeFile(join(chart, '.helmignore'), 'b\n'.repeat(64 * 1024)),
    '.helmignore is larger than 65536 bytes',
    'ERR_LIMIT_EXCEEDED',
  ),
  folder(
    'a hostile archive in charts/',
    async (chart) => {
      await mkdir(join(chart, 'charts'))
      await writeFile(join(chart, 'charts/sub.tgz'), makeArchive([{ name: 'sub/../../x' }]))
    },
    `error unpacking subchart sub.tgz in mychart: ${OUTSIDE}`,
    'ERR_INVALID_ARCHIVE',
  ),
]

function times<T>(count: number, make: (at: number) => T): T[] {
  return Array.from({ length: count }, (_, at) => make(at))
}

function longName(name: string): RawEntry {
  return { name: '././@LongLink', type: 'L', text: `${name}\0` }
}

function withWrongCrc(): Buffer {
  const archive = makeArchive([chartYaml])
  archive.writeUInt32LE((archive.readUInt32LE(archive.length - 8) + 1) % 2 ** 32, archive.length - 8)
  return archive
}
