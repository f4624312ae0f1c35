/** Random archives, each with the entries that must be read from it, in every form that tar writes. */
import fc from 'fast-check'
import type { TarEntry } from '../../src/oras/tar/read-tar.js'
import { makeEntry, pax, type RawEntry } from '../support/make-chart.js'

/** What is read of an entry, with its bytes as text, one character each. */
export interface ReadEntry {
  readonly name: string
  readonly kind: TarEntry['kind']
  readonly size: number
  readonly bytes: string
}

/** An entry as it is to be read, and the headers that say so: long names and PAX records, then its own. */
interface WrittenEntry {
  readonly entry: ReadEntry
  readonly headers: readonly RawEntry[]
}

/** A part of an archive; the one at the end belongs to the entry that is not there. */
interface Part {
  readonly what: 'header' | 'extension' | 'bytes' | 'padding' | 'end'
  readonly entry: number
  readonly start: number
  readonly end: number
}

interface Archive {
  readonly tar: Buffer
  readonly entries: readonly ReadEntry[]
  readonly parts: readonly Part[]
  /** Describes an archive with which a property fails; its bytes would fill pages. */
  readonly [fc.toStringMethod]: () => string
}

export const BLOCK = 512

interface Kind {
  readonly kind: TarEntry['kind']
  readonly type: string
  readonly mode?: string
  /** Whether the size is a claim, with no bytes behind it. */
  readonly isClaim?: boolean
  readonly slash?: boolean
}

const kinds = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Kind>({ kind: 'file', type: '0' }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Kind[]>(
      { kind: 'file', type: '\0' },
      { kind: 'file', type: '7', mode: '000777' },
      { kind: 'file', type: '0', mode: '100600' },
      { kind: 'directory', type: '5', isClaim: true },
      { kind: 'directory', type: '5', isClaim: true, slash: true, mode: '000755' },
      // A folder as in old tar files: a plain entry whose name ends in a slash.
      { kind: 'directory', type: '\0', isClaim: true, slash: true },
      { kind: 'hard link', type: '1', isClaim: true },
      { kind: 'symbolic link', type: '2', isClaim: true },
      { kind: 'device', type: '3', isClaim: true },
      { kind: 'device', type: '4', isClaim: true },
      { kind: 'pipe', type: '6', isClaim: true },
      { kind: 'sparse file', type: 'S' },
      { kind: 'unknown', type: 'Z' },
    ),
  },
)

const component = fc.string({ unit: fc.constantFrom('a', 'b', '.', '-', ' ', 'ü', '😀'), minLength: 1, maxLength: 8 })
const names = fc.oneof(
  { weight: 3, arbitrary: fc.array(component, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('n'.repeat(100), `${'p'.repeat(155)}/${'n'.repeat(100)}`, `a/${'ü'.repeat(60)}`),
  },
  { weight: 1, arbitrary: fc.tuple(component, component).map(([a, b]) => `${a.repeat(20)}/${b.repeat(20)}`) },
)
const spellings = fc.constantFrom('ustar', 'old', 'prefix', 'pax', 'pax', 'gnu', 'gnu', 'link', 'global')
const sizeFields = fc.constantFrom('octal', 'octal', 'blanks', 'base 256', 'pax')

const sizes = fc.oneof(fc.constantFrom(0, 1, 511, 512, 513, 1023, 1024, 1025), fc.nat({ max: 1500 }))
// Some look like the end of the archive, or like an archive of their own.
const patterns = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 5 }),
  fc.constantFrom(Uint8Array.of(0), new Uint8Array(makeEntry({ name: 'within', text: 'x' }))),
)

const writtenEntries: fc.Arbitrary<WrittenEntry> = fc
  .record({ name: names, kind: kinds, spelling: spellings, field: sizeFields, size: sizes, pattern: patterns })
  .map(({ name, kind: { kind, type, mode, isClaim = false, slash = false }, spelling, field, size, pattern }) => {
    // Such a folder has no long name.
    const fullName = slash ? `${type === '\0' ? Array.from(name).slice(0, 20).join('') : name}/` : name
    const text = Buffer.alloc(isClaim ? 0 : size, pattern)
    const { before, header } = spellName(fullName, spelling, kind)
    const own: RawEntry = { ...header, type, text, ...(mode !== undefined && { mode }) }
    const [sizeBefore, sizeField] = spellSize(kind === 'directory' ? 0 : size, field, before.length > 0)
    return {
      entry: { name: fullName, kind, size: text.length, bytes: text.toString('latin1') },
      headers: [...before, ...sizeBefore, { ...own, size: sizeField }],
    }
  })

function spellName(
  name: string,
  spelling: string,
  kind: TarEntry['kind'],
): { before: readonly RawEntry[]; header: RawEntry } {
  const slash = name.indexOf('/')
  const [prefix, rest] = [name.slice(0, Math.max(slash, 0)), name.slice(slash + 1)]
  const isShort = Buffer.byteLength(name) <= 100
  const fitsPrefix = prefix !== '' && rest !== '' && Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(rest) <= 100
  if (spelling === 'prefix' && fitsPrefix) return { before: [], header: { name: toHeader(rest), prefix } }
  if (spelling === 'gnu') {
    const longName = { name: '././@LongLink', type: 'L', text: `${name}\0` }
    return { before: [longName], header: { name: toHeader(name), magic: 'ustar  \0' } }
  }
  if (spelling === 'pax' || !isShort) {
    return { before: [pax('mtime=1.5', `path=${name}`, 'comment=a=b\nc')], header: { name: toHeader(name) } }
  }
  // These two say nothing about the name.
  if (spelling === 'global') return { before: [{ ...pax('comment=x'), type: 'g' }], header: { name: toHeader(name) } }
  if (spelling === 'link' && kind.endsWith('link')) {
    return { before: [{ name: '././@LongLink', type: 'K', text: 'target\0' }], header: { name: toHeader(name) } }
  }
  return { before: [], header: { name: toHeader(name), ...(spelling === 'old' && { magic: '' }) } }
}

/** Gives a name for its field, which takes one character for each byte and cuts off what is too long, as tar does. */
function toHeader(name: string): string {
  return Buffer.from(name).toString('latin1')
}

function spellSize(size: number, field: string, hasExtension: boolean): [RawEntry[], NonNullable<RawEntry['size']>] {
  if (field === 'blanks') return [[], `${size.toString(8).padStart(10, ' ')} \0`]
  if (field === 'base 256') return [[], Buffer.concat([Buffer.of(0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0), uint16(size)])]
  // There may be one PAX header, and it may say what its entry says.
  if (field === 'pax' && !hasExtension) return [[pax(`size=${size}`)], size]
  return [[], size]
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

/** Each has an entry at least. */
export const archives = fc.array(writtenEntries, { minLength: 1, maxLength: 5 }).map(writeArchive)

function writeArchive(written: readonly WrittenEntry[]): Archive {
  const parts: Part[] = []
  const blocks: Buffer[] = []
  let at = 0
  const add = (what: Part['what'], entry: number, length: number): void => {
    parts.push({ what, entry, start: at, end: at + length })
    at += length
  }
  for (const [entry, { headers }] of written.entries()) {
    for (const header of headers) {
      const block = makeEntry(header)
      const size = Buffer.byteLength(header.text ?? '')
      add('header', entry, BLOCK)
      const isLast = header === headers.at(-1)
      add(isLast ? 'bytes' : 'extension', entry, size)
      add(isLast ? 'padding' : 'extension', entry, block.length - BLOCK - size)
      blocks.push(block)
    }
  }
  add('end', written.length, 2 * BLOCK)
  return {
    tar: Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]),
    entries: written.map(({ entry }) => entry),
    parts,
    [fc.toStringMethod]: () => fc.stringify(written),
  }
}
