/** Properties of the tar reader: archives of known entries, complete, truncated, damaged, and with bytes after the end. */
import fc from 'fast-check'
import { expect } from 'vitest'
import type { readTar } from '../../src/oras/tar/read-tar.js'
import { makeEntry } from '../support/make-chart.js'
import type { NamedProperty } from './named-property.js'
import { archives, BLOCK, type ReadEntry } from './random-archives.js'

export interface TarReader {
  readonly readTar: typeof readTar
}

const CHECKSUM = 148

export function tarReaderProperties(reader: TarReader): readonly NamedProperty[] {
  return [
    {
      name: 'yields every entry as it was written, whatever the pieces',
      property: fc.asyncProperty(archives, pieceSizes, async ({ tar, entries }, sizes) => {
        expect(await readAll(reader, tar, sizes)).toEqual({ entries, error: undefined })

        const names: string[] = []
        for await (const { name } of reader.readTar(inPieces(tar, sizes))) names.push(name)
        expect(names).toEqual(entries.map(({ name }) => name))
      }),
    },
    {
      name: 'refuses bytes after the end, when all entries are read',
      property: fc.asyncProperty(archives, pieceSizes, rests, async ({ tar, entries }, sizes, rest) => {
        const { entries: read, error } = await readAll(
          reader,
          Buffer.concat([tar.subarray(0, -2 * BLOCK), rest]),
          sizes,
        )

        expect(read).toEqual(entries)
        expect(error).toBeInstanceOf(SyntaxError)
      }),
    },
    {
      name: 'yields the complete entries of a truncated archive',
      property: fc.asyncProperty(archives, pieceSizes, fc.nat(), async ({ tar, entries, parts }, sizes, place) => {
        const cut = place % tar.length
        const { entries: read, error } = await readAll(reader, tar.subarray(0, cut), sizes)

        const whole = parts.filter(({ what, end }) => what === 'bytes' && end <= cut).length
        expect(read).toEqual(entries.slice(0, whole))
        const cutPart = parts.find(({ start, end }) => start < cut && cut < end)?.what ?? 'none'
        if (['header', 'extension', 'bytes'].includes(cutPart)) expect(error).toBeDefined()
        if (error !== undefined) expect(error).toBeInstanceOf(SyntaxError)
      }),
    },
    {
      name: 'refuses an archive with one changed byte, or yields one entry with other bytes',
      property: fc.asyncProperty(archives, pieceSizes, changes, async ({ tar, entries, parts }, sizes, change) => {
        const part = choose(
          parts.filter(({ start, end }) => start < end),
          change.part,
        )
        const at = part.start + (change.offset % (part.end - part.start))
        const changed = Buffer.from(tar)
        changed[at] = (tar[at] as number) ^ change.bits
        const { entries: read, error } = await readAll(reader, changed, sizes)

        if (error !== undefined) expect(error).toBeInstanceOf(SyntaxError)
        const offset = at - part.start
        const isChecksum = part.what === 'header' && offset >= CHECKSUM && offset < CHECKSUM + 8
        if (part.what === 'bytes' || part.what === 'padding') {
          const bytes = changed.toString('latin1', part.start, part.end)
          const expected = entries.map((entry, i) =>
            part.what === 'bytes' && i === part.entry ? { ...entry, bytes } : entry,
          )
          expect({ read, error }).toEqual({ read: expected, error: undefined })
        } else if (part.what === 'extension') {
          expect(read.slice(0, part.entry)).toEqual(entries.slice(0, part.entry))
        } else if (isChecksum && error === undefined) {
          // A blank for a leading zero is the same number.
          expect(read).toEqual(entries)
        } else {
          expect(error).toBeDefined()
          expect(read).toEqual(entries.slice(0, part.entry))
        }
      }),
    },
    {
      name: 'reads fields of any content as entries or throws a SyntaxError, and yields no more bytes than there are',
      property: fc.asyncProperty(archives, pieceSizes, fields, async ({ tar, entries, parts }, sizes, field) => {
        const header = choose(
          parts.filter(({ what }) => what === 'header' || what === 'extension'),
          field.part,
        )
        const changed = Buffer.from(tar)
        const at = header.start + (field.start % (header.end - header.start))
        Buffer.from(field.content).copy(changed.subarray(at, header.end))
        if (header.what === 'header') repairChecksum(changed.subarray(header.start, header.end))
        const { entries: read, error } = await readAll(reader, changed, sizes)

        if (error !== undefined) expect(error).toBeInstanceOf(SyntaxError)
        expect(read.slice(0, header.entry)).toEqual(entries.slice(0, header.entry))
      }),
    },
    {
      name: 'yields nothing for bytes that are not an archive',
      property: fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 1500 }), pieceSizes, async (bytes, sizes) => {
        fc.pre(bytes.subarray(0, 2 * BLOCK).some((byte) => byte !== 0))
        const { entries, error } = await readAll(reader, Buffer.from(bytes), sizes)

        expect(entries).toEqual([])
        expect(error).toBeInstanceOf(SyntaxError)
      }),
    },
  ]
}

/** Reads all that can be read, up to the error if there is one. */
async function readAll(
  { readTar }: TarReader,
  tar: Buffer,
  sizes: readonly number[],
): Promise<{ entries: readonly ReadEntry[]; error: unknown }> {
  const entries: ReadEntry[] = []
  let left = tar.length
  const take = (length: number): void => {
    left -= length
    if (left < 0) throw new RangeError('there is more in the archive than it has bytes')
  }
  try {
    for await (const { name, kind, size, body } of readTar(inPieces(tar, sizes))) {
      take(BLOCK)
      const pieces: Uint8Array[] = []
      for await (const piece of body) {
        take(piece.length)
        pieces.push(piece)
      }
      entries.push({ name, kind, size, bytes: Buffer.concat(pieces).toString('latin1') })
    }
  } catch (error) {
    return { entries, error }
  }
  return { entries, error: undefined }
}

/** Repeats the sizes; some may be 0, but not all. */
async function* inPieces(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] as number
    yield bytes.subarray(at, at + size)
    at += size
  }
}

function repairChecksum(header: Buffer): void {
  header.write('        ', CHECKSUM)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, CHECKSUM)
}

function choose<T>(items: readonly T[], place: number): T {
  return items[place % items.length] as T
}

const pieceSizes = fc
  .array(fc.oneof(fc.constantFrom(0, 1, 511, 512, 513), fc.nat({ max: 2000 })), { maxLength: 5 })
  // Pieces of one byte are slow, so not all are of that size.
  .map((list) => [...list, 700])

// One block of zeros and another block, or two or more and then anything that is not zero.
const someByte = fc.uint8Array({ minLength: 1, maxLength: 600 }).filter((bytes) => bytes.some((byte) => byte !== 0))
const rests = fc
  .tuple(
    fc.nat({ max: 4 }),
    fc.constantFrom(0, 0, 1, 511),
    fc.oneof(someByte, fc.constant(makeEntry({ name: 'behind', text: 'x' }))),
  )
  .map(([blocks, more, bytes]) => Buffer.concat([Buffer.alloc((blocks + 1) * BLOCK + (blocks > 0 ? more : 0)), bytes]))

const changes = fc.record({ part: fc.nat(), offset: fc.nat(), bits: fc.integer({ min: 1, max: 255 }) })

const fieldStarts = fc.oneof(
  fc.constantFrom(0, 100, 108, 116, 124, 124, 136, 156, 257, 329, 345, 508),
  fc.nat({ max: BLOCK - 1 }),
)
const contents = fc.oneof(
  fc.uint8Array({ maxLength: 12 }),
  fc
    .constantFrom('77777777777', '00000001000', '-1', '1e3', '8', '5', 'x', 'L', 'g', 'ustar\0', '\0\0\0\0')
    .map(toBytes),
  fc.constantFrom('17 size=99999999\n', '9 size=1\n', '11 path=up\n', '6 a=b\n', '0 a=b\n', '-5 a=b\n').map(toBytes),
  fc.tuple(fc.constantFrom(0x80, 0xff, 0xc0), fc.uint8Array({ maxLength: 11 })).map(([first, rest]) => {
    return Uint8Array.of(first, ...rest)
  }),
)
const fields = fc.record({
  part: fc.nat(),
  start: fieldStarts,
  content: contents,
})

function toBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'))
}
