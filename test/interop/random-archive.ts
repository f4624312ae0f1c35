/** Oddities of archives: names, types and headers of their entries, and their compression. */
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { pax, type RawEntry } from '../support/make-chart.js'
import { nameEntry, oddities, oddity, type Oddity } from './random-draft.js'

type Texts = fc.Arbitrary<string>
const pick = (...texts: readonly string[]): Texts => fc.constantFrom(...texts)

// prettier-ignore
const root = pick(
  '', '.', './mychart', '/', '/mychart', '..', 'other', 'my chart', '日本', 'a/b', '-', 'C:', 'C:\\mychart',
  'x'.repeat(90),
  'Chart.yaml', '../mychart', 'mychart/.', 'mychart/..',
)
// prettier-ignore
const entryName = pick(
  'mychart/./x', 'mychart//x', 'mychart/a/../x', 'mychart/../x', 'mychart/../../x', 'mychart/..x', 'mychart/x/..',
  'mychart/.', 'mychart/', 'mychart', 'x', '/x', '//x', './x', '../x', '', '.', '..', 'mychart\\x', 'mychart\\a\\x',
  'mychart/a\\x', 'mychart\\a/x', 'mychart\\..\\x', 'mychart\\../x', 'C:\\x', 'C:/x', 'mychart/C:/x', 'mychart/C:x',
  'mychart\\C:\\x', 'mychart/c:/x/..', 'other/x', 'other/Chart.yaml.bak', 'Chart.yaml', 'Chart.yaml/x',
  'mychart/Chart.yaml/x', 'mychart/x/', 'mychart/a/b/../../..', 'mychart/ä', 'mychart/a\u0308', 'mychart/README.md',
  'other/README.md', 'mychart/values.yaml', 'mychart/README.md/x', 'mychart/readme.md', `mychart/${'x'.repeat(300)}`,
  `mychart/${'é'.repeat(100)}`, 'mychart/charts/x', 'mychart/charts/', 'mychart/templates', 'mychart/.helmignore',
  'mychart/a\nb', 'mychart/charts/_x/y', 'mychart/charts//x', 'mychart/templates//x', 'mychart/./templates/x',
  'mychart/.x',
)

const add =
  (entry: readonly RawEntry[]) =>
  (entries: readonly RawEntry[]): readonly RawEntry[] => [...entries, ...entry]

const entries = oddities({
  folders: ({ repack }) =>
    repack.push((all) => [{ name: 'mychart/', type: '5' }, { name: 'mychart/templates/', type: '5' }, ...all]),
  'a folder with a size': ({ repack }) => repack.push(add([{ name: 'mychart/x/', type: '5', size: 5 }])),
  'an old folder': ({ repack }) => repack.push(add([{ name: 'mychart/x/', type: '\0' }])),
  'a folder by its mode': ({ repack }) => repack.push(add([{ name: 'mychart/x', mode: '040755' }])),
  'an old flag': ({ repack }) => repack.push((all) => all.map((entry) => ({ ...entry, type: entry.type ?? '\0' }))),
  'a contiguous file': ({ repack }) => repack.push(add([{ name: 'mychart/x', type: '7', text: 'x' }])),
  'a symbolic link': ({ repack }) => repack.push(add([{ name: 'mychart/x', type: '2' }])),
  'a hard link': ({ repack }) => repack.push(add([{ name: 'mychart/x', type: '1' }])),
  'a device': ({ repack }) => repack.push(add([{ name: 'mychart/x', type: '3' }])),
  'an unknown type': ({ repack }) => repack.push(add([{ name: 'mychart/x', type: 'Z', text: 'x' }])),
  'Chart.yaml last': ({ repack }) => repack.push((all) => all.toReversed()),
  'Chart.yaml twice': ({ repack }) => repack.push(add([{ name: 'mychart/Chart.yaml', text: 'home: x\n' }])),
  'a file twice': ({ repack }) => repack.push(add([{ name: 'mychart/README.md', text: 'other' }])),
  'PAX records for a name': ({ repack }) =>
    repack.push(add([pax('path=mychart/pax', 'mtime=1.5'), { name: 'x', text: 'x' }])),
  'PAX records for an empty name': ({ repack }) => repack.push(add([pax('path='), { name: 'mychart/pax', text: 'x' }])),
  'PAX records for a size': ({ repack }) =>
    repack.push(add([pax('size=1'), { name: 'mychart/pax', text: 'x', size: 0 }])),
  'unknown PAX records': ({ repack }) =>
    repack.push(add([pax('SCHILY.xattr.user.x=y', 'comment=z'), { name: 'mychart/pax', text: 'x' }])),
  'bad PAX records': ({ repack }) =>
    repack.push(
      add([
        { name: 'PaxHeader', type: 'x', text: '99 path=x\n' },
        { name: 'mychart/pax', text: 'x' },
      ]),
    ),
  'global PAX records': ({ repack }) => repack.push((all) => [{ ...pax('comment=abc'), type: 'g' }, ...all]),
  'a long name of GNU': ({ repack }) =>
    repack.push(
      add([
        { name: '././@LongLink', type: 'L', text: `mychart/${'y'.repeat(200)}\0` },
        { name: 'x', text: 'x', magic: 'ustar  \0' },
      ]),
    ),
  'a long link name of GNU': ({ repack }) =>
    repack.push(
      add([
        { name: '././@LongLink', type: 'K', text: 'x\0' },
        { name: 'mychart/x', text: 'x', magic: 'ustar  \0' },
      ]),
    ),
  'a prefix': ({ repack }) => repack.push(add([{ name: 'x', prefix: 'mychart/a', text: 'x' }])),
  'no magic': ({ repack }) => repack.push((all) => all.map((entry) => ({ ...entry, magic: '\0'.repeat(8) }))),
  'the magic of GNU': ({ repack }) => repack.push((all) => all.map((entry) => ({ ...entry, magic: 'ustar  \0' }))),
  'a wrong checksum': ({ repack }) => repack.push(add([{ name: 'mychart/x', wrong: 1 }])),
  'a size that is not a number': ({ repack }) => repack.push(add([{ name: 'mychart/x', size: 'nonsense!!!!' }])),
  'a size in blanks': ({ repack }) => repack.push(add([{ name: 'mychart/x', text: 'x', size: '          1 ' }])),
  'a size beyond the end': ({ repack }) => repack.push(add([{ name: 'mychart/x', text: 'x', size: 100_000 }])),
  'other modes': ({ repack }) => repack.push((all) => all.map((entry) => ({ ...entry, mode: '000755' }))),
  'no entries': ({ repack }) => repack.push(() => []),
  'folders alone': ({ repack }) => repack.push(() => [{ name: 'mychart/', type: '5' }]),
})

const bytes = oddities({
  'two gzip members': ({ retar, damage }) => {
    let tar: Buffer
    retar.push((given) => (tar = given))
    damage.push(() => Buffer.concat([gzipSync(tar.subarray(0, 700)), gzipSync(tar.subarray(700))]))
  },
  'an empty gzip member behind': ({ damage }) => damage.push((archive) => Buffer.concat([archive, gzipSync('')])),
  'zeros behind the gzip file': ({ damage }) => damage.push((archive) => Buffer.concat([archive, Buffer.alloc(10)])),
  'text behind the gzip file': ({ damage }) => damage.push((archive) => Buffer.concat([archive, Buffer.from('text')])),
  'text behind the tar': ({ retar }) => retar.push((tar) => Buffer.concat([tar, Buffer.from('text')])),
  'many zeros behind the tar': ({ retar }) => retar.push((tar) => Buffer.concat([tar, Buffer.alloc(10_240)])),
  'no end of the tar': ({ retar }) => retar.push((tar) => tar.subarray(0, -1024)),
  'half of the end of the tar': ({ retar }) => retar.push((tar) => tar.subarray(0, -512)),
  'one odd byte less of the tar': ({ retar }) => retar.push((tar) => tar.subarray(0, -1)),
  'a tar cut off': ({ retar }) => retar.push((tar) => tar.subarray(0, -1100)),
  'a gzip file cut off': ({ damage }) => damage.push((archive) => archive.subarray(0, -20)),
  'a gzip file without its checksum': ({ damage }) => damage.push((archive) => archive.subarray(0, -8)),
  'a wrong checksum of gzip': ({ damage }) =>
    damage.push((archive) => Buffer.concat([archive.subarray(0, -8), Buffer.alloc(4), archive.subarray(-4)])),
  'no gzip': ({ retar, damage }) => {
    let tar: Buffer
    retar.push((given) => (tar = given))
    damage.push(() => tar)
  },
  nothing: ({ damage }) => damage.push(() => Buffer.alloc(0)),
  'a text': ({ damage }) => damage.push(() => Buffer.from('apiVersion: v2\n')),
  'a gzip header with all it can have': ({ damage }) =>
    damage.push((archive) =>
      Buffer.concat([
        Buffer.from([0x1f, 0x8b, 8, 0x1c, 1, 2, 3, 4, 2, 3, 3, 0]),
        Buffer.from('abcname\0comment\0'),
        archive.subarray(10),
      ]),
    ),
  'a gzip header of the future': ({ damage }) =>
    damage.push((archive) => Buffer.concat([archive.subarray(0, 3), Buffer.from([0x20]), archive.subarray(4)])),
  'another compression': ({ damage }) =>
    damage.push((archive) => Buffer.concat([archive.subarray(0, 2), Buffer.from([7]), archive.subarray(3)])),
})

const flipped: fc.Arbitrary<Oddity> = fc.tuple(fc.nat(), fc.nat({ max: 255 })).map(([place, value]) => ({
  what: `byte ${value} at ${place} of the tar`,
  apply: ({ retar }) =>
    retar.push((before) => {
      const tar = Buffer.from(before)
      tar[place % tar.length] = value
      return tar
    }),
}))

/** Oddities that only an archive has. */
export const oddArchive: fc.Arbitrary<Oddity> = fc.oneof(
  {
    weight: 2,
    arbitrary: oddity('root', root, ({ repack }, text) =>
      repack.push((all) =>
        all.flatMap(({ name, text: content = '' }) => nameEntry(name.replace(/^mychart\//, `${text}/`), content)),
      ),
    ),
  },
  { weight: 3, arbitrary: oddity('entry', entryName, ({ repack }, name) => repack.push(add(nameEntry(name, 'x')))) },
  { weight: 4, arbitrary: entries },
  { weight: 2, arbitrary: bytes },
  flipped,
)
