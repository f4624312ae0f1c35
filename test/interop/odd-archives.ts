/**
 * Archives that programs may read differently: each is a chart with one construct of tar or gzip in its middle, and a file
 * after it. Where a program reads the construct differently, that file is another one, or missing.
 */
import { gzipSync } from 'node:zlib'
import { makeEntry, pax, type RawEntry } from '../support/make-chart.js'
import { makeRandom } from '../support/make-random.js'

/** One archive. */
export interface OddArchive {
  readonly name: string
  readonly make: () => Buffer
}

/** What stands in the middle: entries, or bytes. */
type Parts = readonly (RawEntry | Buffer)[]

const GNU = 'ustar  \0'
const file = (name: string, more: Partial<RawEntry> = {}): RawEntry => ({ name, text: 'e', ...more })
const raw = file('c/raw')
const long = (text: string, more: Partial<RawEntry> = {}): RawEntry => ({
  name: '././@LongLink',
  type: 'L',
  magic: GNU,
  text,
  ...more,
})
const longLink = (text: string): RawEntry => long(text, { type: 'K' })
const global = (...records: readonly string[]): RawEntry => ({ ...pax(...records), type: 'g' })
/** PAX records as they are given, right or wrong. */
const records = (text: string, type = 'x'): RawEntry => ({ name: 'PaxHeader', type, text })
const base256 = (value: number, first = 0x80, length = 12): Buffer => {
  const field = Buffer.alloc(length)
  field.writeUInt32BE(value, length - 4)
  field[0] = first
  return field
}

/** An entry with some bytes of its header replaced; its checksum is right by default. */
function patched(entry: RawEntry, at: number, bytes: string | Uint8Array, signed = false): Buffer {
  const whole = makeEntry(entry)
  Buffer.from(bytes as string).copy(whole, at)
  const header = whole.subarray(0, 512)
  header.write('        ', 148)
  const sum = header.reduce((total, byte) => total + (signed && byte > 127 ? byte - 256 : byte), 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return whole
}

/** An entry with text in the padding of its last block. */
function padded(entry: RawEntry, text: string): Buffer {
  const whole = makeEntry(entry)
  whole.write(text, 512 + Buffer.byteLength(entry.text as string))
  return whole
}

const next = makeEntry(file('c/hidden'))

/** Constructs by their names. */
// prettier-ignore
const CONSTRUCTS: Readonly<Record<string, Parts>> = {
  'nothing': [],
  'a plain file': [raw],
  'a GNU long name': [long('c/templates/gnu.yaml\0'), raw],
  'a GNU long name of a file with the magic of GNU': [long('c/templates/gnu.yaml\0'), file('c/raw', { magic: GNU })],
  'a GNU long name without its NUL': [long('c/templates/gnu.yaml'), raw],
  'a GNU long name of a whole block': [long(`c/${'x'.repeat(510)}`), raw],
  'a GNU long name of a whole block and its NUL': [long(`c/${'x'.repeat(510)}\0`), raw],
  'a GNU long name with something behind its NUL': [long('c/gnu\0c/evil'), raw],
  'a GNU long name with zeros behind its NUL': [long('c/gnu\0\0\0\0'), raw],
  'a GNU long name that continues in the padding': [padded(long('c/gnu'), 'more'), raw],
  'an empty GNU long name': [long('\0'), raw],
  'a GNU long name of no bytes': [long(''), raw],
  'a GNU long name that ends in a slash': [long('c/gnu/\0'), raw],
  'a GNU long name that ends in a slash, of a folder': [long('c/gnu/\0'), { name: 'c/raw/', type: '5' }],
  'a GNU long name without a slash, of a folder': [long('c/gnu\0'), { name: 'c/raw/', type: '5' }],
  'a GNU long name of a folder of old': [long('c/gnu\0'), { name: 'c/raw/', type: '\0', magic: '' }],
  'a GNU long name with a slash, of a file of old': [long('c/gnu/\0'), { name: 'c/raw', type: '\0', magic: '' }],
  'a GNU long name twice': [long('c/one\0'), long('c/two\0'), raw],
  'a GNU long name, then PAX path': [long('c/gnu\0'), pax('path=c/pax'), raw],
  'PAX path, then a GNU long name': [pax('path=c/pax'), long('c/gnu\0'), raw],
  'a GNU long name, then PAX records': [long('c/gnu\0'), pax('mtime=1'), raw],
  'a GNU long name, then a global header': [long('c/gnu\0'), global('comment=x'), raw],
  'a GNU long name at the end of a folder': [long('c/gnu\0'), { name: 'c/d/', type: '5' }, raw],
  'a GNU long name that is not UTF-8': [{ ...long(''), text: Buffer.from('c/\xff\0', 'latin1') }, raw],
  'a GNU long link name': [longLink('target\0'), raw],
  'a GNU long link name and a long name': [longLink('target\0'), long('c/gnu\0'), raw],
  'a GNU long link name twice': [longLink('target\0'), longLink('target\0'), raw],
  'a GNU long link name, then PAX path': [longLink('target\0'), pax('path=c/pax'), raw],
  'PAX path': [pax('path=c/pax'), raw],
  'PAX path with other letters': [pax('path=c/ü 😀'), raw],
  'PAX path and times': [pax('path=c/pax', 'mtime=1.5', 'atime=-1.25', 'ctime=12'), raw],
  'PAX path of a folder': [pax('path=c/pax/'), { name: 'c/raw/', type: '5' }, raw],
  'PAX path without a slash, of a folder': [pax('path=c/pax'), { name: 'c/raw/', type: '5' }, raw],
  'PAX path of a folder of old': [pax('path=c/pax'), { name: 'c/raw/', type: '\0' }, raw],
  'PAX path that ends in a slash': [pax('path=c/pax/'), raw],
  'PAX path that ends in a slash, of a file of old': [pax('path=c/pax/'), file('c/raw', { type: '\0' })],
  'PAX path, empty': [pax('path='), raw],
  'PAX path with a NUL': [pax('path=c/a\0b'), raw],
  'PAX path twice': [pax('path=c/one', 'path=c/two'), raw],
  'PAX path, then another PAX header': [pax('path=c/pax'), pax('comment=x'), raw],
  'PAX path, then another PAX path': [pax('path=c/one'), pax('path=c/two'), raw],
  'PAX path, then a global header': [pax('path=c/pax'), global('comment=x'), raw],
  'PAX path that is not UTF-8': [{ ...records(''), text: Buffer.from('13 path=c/\xff\n', 'latin1') }, raw],
  'PAX records that continue in the padding': [padded(pax('mtime=1'), String(pax('path=c/evil').text)), raw],
  'PAX records with NULs behind them': [records(`${String(pax('path=c/pax').text)}\0\0\0`), raw],
  'PAX records with a line behind them': [records(`${String(pax('path=c/pax').text)}\n`), raw],
  'PAX records with something before them': [records(`x${String(pax('path=c/pax').text)}`), raw],
  'PAX records of no bytes': [records(''), raw],
  'PAX record of the length 0': [records(`0 x=y\n${String(pax('path=c/pax').text)}`), raw],
  'PAX record with a leading zero': [records('015 path=c/pax\n'), raw],
  'PAX record with a sign': [records('+15 path=c/pax\n'), raw],
  'PAX record with a blank before it': [records(' 15 path=c/pax\n'), raw],
  'PAX record that is too long': [records('99 path=c/pax\n'), raw],
  'PAX record that is too short': [records('12 path=c/pax\n'), raw],
  'PAX record without a line end': [records('13 path=c/pax'), raw],
  'PAX record without a value': [records('8 path\n8 abcd\n'), raw],
  'PAX record without a key': [records('6 =xy\n'), raw],
  'PAX record with a NUL in its key': [pax('pa\0th=c/pax'), raw],
  'PAX record with a tab': [records('14\tpath=c/pax\n'), raw],
  'PAX record with a path within a value': [pax(`comment=x\n${String(pax('path=c/evil').text)}`), raw],
  'PAX linkpath of a file': [pax('linkpath=c/target'), raw],
  'PAX size, the same': [pax('size=1'), raw],
  'PAX size, larger': [pax('size=513'), raw, next],
  'PAX size, smaller': [pax('size=0'), raw],
  'PAX size instead of none': [pax('size=1'), file('c/raw', { size: 0 })],
  'PAX size over a whole entry': [pax('size=1024'), file('c/raw', { text: '', size: 0 }), next],
  'PAX size, empty': [pax('size='), raw],
  'PAX size with a sign': [pax('size=+1'), raw],
  'PAX size with a blank': [pax('size= 1'), raw],
  'PAX size in other digits': [pax('size=1_0'), file('c/raw', { text: '0123456789' })],
  'PAX size with a fraction': [pax('size=1.0'), raw],
  'PAX size with a leading zero': [pax('size=01'), raw],
  'PAX size, negative': [pax('size=-1'), raw],
  'PAX size that is not a number': [pax('size=x'), raw],
  'PAX size of a folder': [pax('size=1024'), { name: 'c/d/', type: '5' }, next],
  'PAX uid that is not a number': [pax('uid=x'), raw],
  'PAX uid, negative': [pax('uid=-1'), raw],
  'PAX mtime that is not a number': [pax('mtime=x'), raw],
  'PAX mtime, infinite': [pax('mtime=inf'), raw],
  'PAX mtime, empty': [pax('mtime='), raw],
  'PAX mtime with an exponent': [pax('mtime=1e3'), raw],
  'PAX uname with a NUL': [pax('uname=a\0b'), raw],
  'PAX attributes': [pax('SCHILY.xattr.user.x=\0\u0001=y', 'LIBARCHIVE.xattr.user.x=eQ', 'SCHILY.dev=1'), raw],
  'PAX hdrcharset BINARY': [pax('hdrcharset=BINARY', 'path=c/ü'), raw],
  'PAX hdrcharset of UTF-8': [pax('hdrcharset=ISO-IR 10646 2000 UTF-8', 'path=c/ü'), raw],
  'PAX hdrcharset, unknown': [pax('hdrcharset=x', 'path=c/ü'), raw],
  'PAX records of a vendor': [pax('VENDOR.path=c/evil', 'comment=path=c/evil'), raw],
  'PAX records of a sparse file 0.0': [pax('GNU.sparse.size=9', 'GNU.sparse.numblocks=0'), raw],
  'PAX records of a sparse file 0.1': [pax('GNU.sparse.map=0,1', 'GNU.sparse.size=9', 'GNU.sparse.name=c/evil'), raw],
  'PAX records of a sparse file 1.0': [pax('GNU.sparse.major=1', 'GNU.sparse.minor=0', 'GNU.sparse.name=c/evil', 'GNU.sparse.realsize=9'), file('c/raw', { text: `1\n0\n1\n${'\0'.repeat(506)}e` })],
  'PAX name of a sparse file alone': [pax('GNU.sparse.name=c/evil'), raw],
  'PAX records of a sparse file of star': [pax('SCHILY.realsize=9'), raw],
  'PAX records of a sparse file of Solaris': [pax('SUN.holesdata= 0 0 1'), raw],
  'PAX records of a dumped folder': [pax('GNU.dumpdir=Yx\0\0'), { name: 'c/d/', type: '5' }, raw],
  'PAX records of a volume': [pax('GNU.volume.filename=c/x', 'GNU.volume.size=1', 'GNU.volume.offset=0'), raw],
  'PAX records of Solaris': [{ ...pax('path=c/pax'), type: 'X' }, raw],
  'a global header with a comment': [global('comment=0123456789012345678901234567890123456789'), raw],
  'a global header with times': [global('mtime=1'), raw],
  'a global header with a path': [global('path=c/evil'), raw],
  'a global header with a linkpath': [global('linkpath=c/evil'), raw],
  'a global header with a size': [global('size=0'), raw],
  'a global header with hdrcharset': [global('hdrcharset=BINARY'), file('c/ü')],
  'a global header of a sparse file': [global('GNU.sparse.name=c/evil'), raw],
  'a global header of a volume': [global('GNU.volume.label=x'), raw],
  'a global header twice': [global('comment=x'), global('comment=y'), raw],
  'a global header before PAX path': [global('comment=x'), pax('path=c/pax'), raw],
  'a global header, malformed': [records('99 comment=x\n', 'g'), raw],
  'a file with the mode of a folder': [file('c/raw', { mode: '040755' })],
  'a file with the mode of a file': [file('c/raw', { mode: '100644' })],
  'a file with the mode of a link': [file('c/raw', { mode: '120777' })],
  'a file with the mode of a device': [file('c/raw', { mode: '060644' })],
  'a folder with the mode of a file': [{ name: 'c/d/', type: '5', mode: '100644' }, raw],
  'a file whose name ends in a slash': [file('c/raw/')],
  'a file whose name ends in a slash and a point': [file('c/raw/.')],
  'a folder': [{ name: 'c/d/', type: '5' }, raw],
  'a folder without a slash': [{ name: 'c/d', type: '5' }, raw],
  'a folder with two slashes': [{ name: 'c/d//', type: '5' }, raw],
  'a folder with a size and no bytes': [{ name: 'c/d/', type: '5', size: 1024 }, next, raw],
  'a folder with bytes': [{ name: 'c/d/', type: '5', text: next }, raw],
  'a folder of old': [{ name: 'c/d/', type: '\0', magic: '' }, raw],
  'a folder of old, of the ustar format': [{ name: 'c/d/', type: '\0' }, raw],
  'a folder of old, with a size': [{ name: 'c/d/', type: '\0', size: 1024, magic: '' }, next, raw],
  'a folder twice': [{ name: 'c/d/', type: '5' }, { name: 'c/d/', type: '5' }, raw],
  'a folder that is a file': [{ name: 'c/raw/', type: '5' }, raw],
  'a file that is a folder': [raw, { name: 'c/raw/', type: '5' }],
  'a folder in a file': [raw, { name: 'c/raw/d/', type: '5' }],
  'a folder above the root': [{ name: 'c/../d/', type: '5' }, raw],
  'a folder outside the root folder': [{ name: 'd/', type: '5' }, raw],
  'an absolute folder': [{ name: '/d/', type: '5' }, raw],
  'the root as a folder': [{ name: 'c/', type: '5' }, raw],
  'the root as a file': [file('c')],
  'a file of old': [file('c/raw', { type: '\0', magic: '' })],
  'a contiguous file': [file('c/raw', { type: '7' })],
  'a file without magic': [file('c/raw', { magic: '' })],
  'a file with the magic of GNU': [file('c/raw', { magic: GNU })],
  'a file with the magic of GNU and the version of ustar': [file('c/raw', { magic: 'ustar 00' })],
  'a file with the magic of ustar and the version of GNU': [file('c/raw', { magic: 'ustar\x00 \0' })],
  'a file with the magic of ustar and no version': [file('c/raw', { magic: 'ustar\0\0\0' })],
  'a file with an unknown magic': [file('c/raw', { magic: 'xstar\x0000' })],
  'a prefix': [file('raw', { prefix: 'c/p' })],
  'a prefix of 155 bytes': [file('raw', { prefix: `c/${'p'.repeat(153)}` })],
  'a prefix that ends in a slash': [file('raw', { prefix: 'c/p/' })],
  'a prefix before nothing': [file('', { prefix: 'c/p' })],
  'a prefix without magic': [file('raw', { prefix: 'c/p', magic: '' })],
  'a prefix with the magic of GNU': [file('raw', { prefix: 'c/p', magic: GNU })],
  'a prefix with the magic of GNU and the version of ustar': [file('raw', { prefix: 'c/p', magic: 'ustar 00' })],
  'a prefix with no version': [file('raw', { prefix: 'c/p', magic: 'ustar\0\0\0' })],
  'a prefix with times of GNU': [patched(file('raw', { magic: GNU }), 345, '00000000001\x0000000000001\0')],
  'times of GNU': [patched(file('c/raw', { magic: GNU }), 345, '00000000001\x0000000000001\0')],
  'the second time of GNU alone': [patched(file('c/raw', { magic: GNU }), 357, '00000000001\0')],
  'a prefix and times of star': [patched(file('raw', { prefix: 'c/p' }), 476, '00000000001\x0000000000001\0\0\0\0\0\0\0\0\0tar\0')],
  'a prefix of 131 bytes and times of star': [patched(file('raw', { prefix: `c/${'p'.repeat(129)}` }), 476, '00000000001 00000000001 \0\0\0\0\0\0\0\0tar\0')],
  'a prefix of 155 bytes in a header of star': [patched(file('raw', { prefix: `c/${'p'.repeat(153)}` }), 508, 'tar\0')],
  'times of npm': [patched(file('c/raw'), 476, '00000000001 00000000001 ')],
  'the map of a sparse file of GNU in a plain file': [patched(file('c/raw', { magic: GNU }), 386, '00000000000\x0000000000001\0')],
  'the size of a sparse file of GNU in a plain file': [patched(file('c/raw', { magic: GNU }), 483, '00000000011\0')],
  'more of a sparse file of GNU in a plain file': [patched(file('c/raw', { magic: GNU }), 482, '\x01'), next],
  'a sparse file of GNU': [patched(file('c/raw', { magic: GNU, type: 'S' }), 483, '00000000011\0')],
  'something behind a name': [patched(raw, 8, 'c/evil')],
  'something behind a prefix': [patched(file('raw', { prefix: 'c' }), 348, 'evil')],
  'a name of 100 bytes': [file(`c/${'x'.repeat(98)}`)],
  'a name of 100 bytes that ends in a slash': [file(`c/${'x'.repeat(97)}/`)],
  'a name that is not UTF-8': [file('c/\xff')],
  'a name with blanks': [file('c/ a b ')],
  'a name with a line end': [file('c/a\nb')],
  'a name with other letters': [patched(file('c/xx'), 2, 'ü')],
  'a name with a backslash': [file('c/a\\b')],
  'a name with backslashes alone': [file('c\\a')],
  'a name with points': [file('c/./a')],
  'a name with two slashes': [file('c/a//b')],
  'a name that goes up and down': [file('c/a/../b')],
  'a name that goes above the root': [file('c/../b')],
  'a name that begins with two points': [file('../c/b')],
  'a name that begins with a point': [file('./c/b')],
  'an absolute name': [file('/etc/values.yaml')],
  'a name with a drive': [file('C:/values.yaml')],
  'another root': [file('d/values.yaml')],
  'a root in other letters': [file('C/values.yaml')],
  'a file twice': [raw, raw],
  'a file twice in two spellings': [raw, file('c/./raw')],
  'a link': [{ name: 'c/raw', type: '2' }],
  'a link with a size': [{ name: 'c/raw', type: '2', size: 1024 }, next],
  'a hard link with bytes': [{ name: 'c/raw', type: '1', text: next }],
  'a hard link with a size and no bytes': [{ name: 'c/raw', type: '1', size: 1024 }, next],
  'a device with a size': [{ name: 'c/raw', type: '3', size: 1024 }, next],
  'a pipe with a size': [{ name: 'c/raw', type: '6', size: 1024 }, next],
  'a folder of a dump': [{ name: 'c/d/', type: 'D', text: 'Yx\0\0' }, raw],
  'a part of a volume': [{ name: 'c/raw', type: 'M', text: 'e' }],
  'a label of a volume': [{ name: 'c/raw', type: 'V' }, raw],
  'old long names': [{ name: 'c/raw', type: 'N', text: 'Rename c/raw to c/evil\n' }, raw],
  'access rights of Solaris': [{ name: 'c/raw', type: 'A', text: 'e' }],
  'attributes of Solaris': [{ name: 'c/raw', type: 'E', text: 'e' }],
  'an inode of star': [{ name: 'c/raw', type: 'I', text: 'e' }],
  'an unknown type': [{ name: 'c/raw', type: 'Z', text: 'e' }],
  'a type beyond ASCII': [patched(raw, 156, Buffer.of(0xff))],
  'a size in base 256': [file('c/raw', { size: base256(1) })],
  'a size in base 256 with another first byte': [file('c/raw', { size: base256(1, 0x81) })],
  'a size in base 256, negative': [file('c/raw', { size: Buffer.alloc(12, 0xff) })],
  'a size without zeros': [file('c/raw', { size: '1\0' })],
  'a size behind blanks': [file('c/raw', { size: '          1 ' })],
  'a size behind NULs': [file('c/raw', { size: '\0\0\0\0\0\0\0\0\0\x0001' })],
  'a size in all of its field': [file('c/raw', { size: '000000000001' })],
  'a size with something behind it': [file('c/raw', { size: '01\x0077777777\0' })],
  'a size with digits behind a blank': [file('c/raw', { size: '1 7777777777' })],
  'a size with a plus': [file('c/raw', { size: '+0000000001\0' })],
  'a size with a minus': [file('c/raw', { size: '-0000000001\0' })],
  'a size in base 64 of GNU': [file('c/raw', { size: '+AAAAAAAAAB\0' })],
  'a size with a prefix': [file('c/raw', { size: '0o00000001\0\0' })],
  'a size with an underscore': [file('c/raw', { size: '0_000000001\0' })],
  'a size with a tab': [file('c/raw', { size: '\t0000000001\0' })],
  'a size with an 8': [file('c/raw', { size: '00000000018\0' })],
  'a size of blanks': [file('c/raw', { text: '', size: '            ' })],
  'a size of NULs': [file('c/raw', { text: '', size: '\0'.repeat(12) })],
  'a size of 8 GiB': [file('c/raw', { size: '77777777777\0' })],
  'a mode of blanks': [patched(raw, 100, '        ')],
  'a mode of NULs': [patched(raw, 100, '\0'.repeat(8))],
  'a mode that is not a number': [patched(raw, 100, '000064x\0')],
  'a user that is not a number': [patched(raw, 108, 'x')],
  'a user in base 256': [patched(raw, 108, base256(1, 0x80, 8))],
  'a user in base 256, with another first byte': [patched(raw, 108, base256(1, 0xa0, 8))],
  'a time that is not a number': [patched(raw, 136, '0000000000x\0')],
  'a time before 1970': [patched(raw, 136, Buffer.alloc(12, 0xff))],
  'a time of more than 64 bits': [patched(raw, 136, Buffer.concat([Buffer.of(0x80), Buffer.alloc(11, 0xff)]))],
  'a device number that is not a number': [patched(raw, 329, 'x')],
  'a device number that is not a number, without magic': [patched(file('c/raw', { magic: '' }), 329, 'x')],
  'a checksum of signed bytes': [patched(file('c/xx'), 2, 'ü', true)],
  'a checksum in other digits': [patched(raw, 0, '').fill(0x20, 148, 149)],
  'a wrong checksum': [file('c/raw', { wrong: 1 })],
  'a block of zeros': [Buffer.alloc(512), raw],
  'two blocks of zeros': [Buffer.alloc(1024), raw],
  'something in the padding of a file': [padded(raw, String(pax('path=c/evil').text))],
  'a file that looks like an entry': [file('c/raw', { text: next })],
}

const chart = makeEntry({ name: 'c/Chart.yaml', text: 'apiVersion: v2\nname: c\nversion: 1.0.0\n' })
const last = makeEntry({ name: 'c/last', text: 'last' })
const END = Buffer.alloc(1024)

const toBytes = (part: RawEntry | Buffer): Buffer => (Buffer.isBuffer(part) ? part : makeEntry(part))
const toTar = (parts: Parts): Buffer => Buffer.concat([chart, ...parts.map(toBytes), last])
const pack = (tar: Buffer, end = END): Buffer => gzipSync(Buffer.concat([tar, end]), { level: 1 })
const plain = toTar([])

/** A gzip file whose header begins as a tar archive does, and has one in it. */
function polyglot(): Buffer {
  const inner = Buffer.concat([makeEntry({ name: 'c/Chart.yaml', text: 'version: 6.6.6\n' }), END])
  const header = Buffer.alloc(10 + 2 + inner.length - 12)
  Buffer.of(0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 255).copy(header)
  header.writeUInt16LE(inner.length - 12, 10)
  const start = makeEntry({ name: 'x', text: 'x' }).subarray(12, 512)
  const whole = Buffer.concat([header.subarray(0, 12), start, inner.subarray(512)])
  whole.write('        ', 148)
  const sum = whole.subarray(0, 512).reduce((total, byte) => total + byte, 0)
  whole.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([whole, pack(plain).subarray(10)])
}

const flagged = (flags: number, fields: Uint8Array): Buffer =>
  Buffer.concat([Buffer.of(0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 255), fields, pack(plain).subarray(10)])

/** Whole archives. */
const WHOLE: Readonly<Record<string, () => Buffer>> = {
  'no end': () => pack(plain, Buffer.alloc(0)),
  'half of the end': () => pack(plain, Buffer.alloc(512)),
  'half of a block at the end': () => pack(plain, Buffer.alloc(700)),
  'no padding at the end': () => gzipSync(plain.subarray(0, -100)),
  'a long end': () => pack(plain, Buffer.alloc(20_480)),
  'an odd end': () => pack(plain, Buffer.alloc(2000)),
  'text behind the end': () => pack(plain, Buffer.concat([END, Buffer.from('text')])),
  'an archive behind the end': () => pack(plain, Buffer.concat([END, next, END])),
  'an archive behind a block of zeros': () => pack(plain, Buffer.concat([Buffer.alloc(512), next, END])),
  'a header of GNU at the end': () => pack(toTar([]), Buffer.concat([makeEntry(long('c/gnu\0')), END])),
  'a PAX header at the end': () => pack(toTar([]), Buffer.concat([makeEntry(pax('path=c/x')), END])),
  'a global header at the end': () => pack(toTar([]), Buffer.concat([makeEntry(global('comment=x')), END])),
  'a global header at the beginning': () => pack(Buffer.concat([makeEntry(global('comment=x')), plain])),
  'two gzip members': () => Buffer.concat([gzipSync(plain.subarray(0, 700)), pack(plain.subarray(700))]),
  'an empty gzip member behind': () => Buffer.concat([pack(plain), gzipSync('')]),
  'an archive in a second gzip member': () => Buffer.concat([pack(plain), pack(next)]),
  'zeros behind the gzip file': () => Buffer.concat([pack(plain), Buffer.alloc(100)]),
  'text behind the gzip file': () => Buffer.concat([pack(plain), Buffer.from('text')]),
  'a gzip header with a name': () => flagged(8, Buffer.from('c.tar\0')),
  'a gzip header with all it can have': () => flagged(0x1c, Buffer.from('\x04\0ab\0\0name\0comment\0', 'latin1')),
  'a gzip header with an unknown flag': () => flagged(0x20, Buffer.alloc(0)),
  'a gzip file that is a tar archive': polyglot,
  'a gzip file that is cut off': () => pack(plain).subarray(0, -20),
  'a gzip file without its checksum': () => pack(plain).subarray(0, -8),
  'a tar archive that is cut off': () => gzipSync(plain.subarray(0, -300)),
  'Chart.yaml last': () => pack(Buffer.concat([last, chart])),
  'a root that is a point': () =>
    pack(
      Buffer.concat([
        makeEntry({ name: './', type: '5' }),
        makeEntry({ name: './Chart.yaml', text: 'apiVersion: v2\nname: c\nversion: 1.0.0\n' }),
      ]),
    ),
}

/** One for each construct, and one for each way to begin and to end an archive. */
export const oddArchives: readonly OddArchive[] = [
  ...Object.entries(CONSTRUCTS).map(([name, parts]) => ({ name, make: () => pack(toTar(parts)) })),
  ...Object.entries(WHOLE).map(([name, make]) => ({ name, make })),
]

const FIELDS = [
  [0, 100],
  [100, 8],
  [108, 8],
  [116, 8],
  [124, 12],
  [136, 12],
  [156, 1],
  [157, 100],
  [257, 8],
  [265, 32],
  [329, 8],
  [337, 8],
  [345, 155],
  [357, 12],
  [386, 24],
  [476, 24],
  [482, 13],
  [500, 12],
] as const
const VALUES = [
  '',
  '\0',
  ' ',
  '0',
  '1',
  '7',
  '5',
  '\t',
  '/',
  'c/x',
  'c/x/',
  '00000000001\0',
  '00000001000\0',
  '          1 ',
  '\0\x0001',
  '-1',
  '0o1',
  '1_0',
  'ustar\0',
  'ustar  \0',
  'ustar\x0000',
  'tar\0',
  '0040755\0',
  '\x80\0\0\0\0\0\0\0\0\0\0\x01',
  '\x80',
  '\xff',
  '\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe',
  'L',
  'K',
  'x',
  'g',
  '\0\0\0\0\0\0\0\0',
].map((text) => Buffer.from(text, 'latin1'))

/** Random archives of several constructs, or of headers with one field replaced: the same for the same seed. */
export function randomOddArchives(count: number, seed: number): readonly OddArchive[] {
  const random = makeRandom(seed)
  const below = (limit: number): number => Math.floor(random() * limit)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T
  const names = Object.keys(CONSTRUCTS)
  return Array.from({ length: count }, () => {
    const chosen = Array.from({ length: 1 + below(3) }, () => pick(names))
    const ordered = chosen.flatMap((name) => CONSTRUCTS[name] ?? []).map(toBytes)
    // In any order: the headers of one construct before the entry of another.
    const places = ordered.map((part) => ({ part, place: random() }))
    const isMixed = below(2) === 0
    const parts = isMixed ? places.toSorted((a, b) => a.place - b.place).map(({ part }) => part) : ordered
    let name = chosen.join(' + ')
    const at = below(parts.length)
    const part = parts[at]
    if (below(3) > 0 && part && part.length >= 512) {
      const [start, length] = pick(FIELDS)
      const value = pick(VALUES).subarray(0, length)
      const changed = Buffer.from(part)
      changed.fill(below(2) === 0 ? 0 : 0x20, start, below(2) === 0 ? start : start + length)
      value.copy(changed, start)
      changed.write('        ', 148)
      const sum = changed.subarray(0, 512).reduce((total, byte) => total + byte, 0)
      changed.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
      parts[at] = changed
      name += `, ${JSON.stringify(value.toString('latin1'))} at ${start} of part ${at}`
    }
    return { name, make: () => pack(toTar(parts)) }
  })
}
