import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { gunzip, gunzipBytes, gunzipIfGzipped } from '../../../src/oras/tar/gunzip.js'
import { Turns } from '../../../src/oras/turns.js'
import { CountedTurns } from '../../support/counted-turns.js'
import { makeEntry } from '../../support/make-chart.js'

const text = Buffer.from(Array.from({ length: 2_000 }, (_, line) => `line ${line}\n`).join(''))
const packed = gzipSync(text)

async function* pieces(file: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.length; at += size) yield file.subarray(at, at + size)
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const out: Uint8Array[] = []
  for await (const chunk of chunks) out.push(chunk)
  return Buffer.concat(out)
}

// In one piece, in pieces that end within a header, byte by byte; and on the spot.
describe.each([
  ...[100_000, 1000, 7, 1].map((size) => ({
    name: `gunzip(), of pieces of ${size} bytes`,
    unpack: async (file: Uint8Array) => collect(gunzip(pieces(file, size))),
  })),
  { name: 'gunzipBytes()', unpack: async (file: Uint8Array) => collect(gunzipBytes(file)) },
])('$name', ({ unpack }) => {
  it('unpacks a file', async () => {
    expect((await unpack(packed)).equals(text)).toBe(true)
  })

  it('unpacks files of several members', async () => {
    const twice = await unpack(Buffer.concat([packed, packed]))

    expect(twice.equals(Buffer.concat([text, text]))).toBe(true)
  })

  it('passes over zeros behind the end', async () => {
    expect((await unpack(Buffer.concat([packed, Buffer.alloc(3000)]))).equals(text)).toBe(true)
  })

  it('refuses anything else behind the end', async () => {
    await expect(unpack(Buffer.concat([packed, Buffer.alloc(3000), packed]))).rejects.toThrow(
      'it has bytes after its end',
    )
    await expect(unpack(Buffer.concat([packed, Buffer.from('more')]))).rejects.toThrow()
  })

  it('refuses a file that is cut off', async () => {
    await expect(unpack(packed.subarray(0, -20))).rejects.toThrow('unexpected end of file')
  })

  it('refuses flags in the header that nobody knows, as RFC 1952 demands', async () => {
    const wrong = Buffer.from(packed)
    wrong.writeUInt8(0x20, 3)

    await expect(unpack(wrong)).rejects.toThrow('unknown header flags set')
  })

  it('refuses a file with a wrong checksum', async () => {
    const wrong = Buffer.from(packed)
    wrong.writeUInt8(wrong.readUInt8(wrong.length - 5) ^ 1, wrong.length - 5)

    await expect(unpack(wrong)).rejects.toThrow('incorrect data check')
  })
})

describe('gunzipBytes()', () => {
  it('makes a small file that is large inside no larger than anybody asks for', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024))
    const { value: first } = await gunzipBytes(bomb).next()

    expect(first).toHaveLength(1024 * 1024)
  })

  it('believes nothing of what a file says about its size', async () => {
    const liar = gzipSync(text)
    liar.writeUInt32LE(0xffffffff, liar.length - 4)

    await expect(collect(gunzipBytes(liar))).rejects.toThrow('incorrect length check')
  })

  it.each([
    ['small outside and large inside', Buffer.alloc(8 * 1024 * 1024)],
    ['large outside', randomBytes(1024 * 1024)],
  ])('unpacks a file that is %s', async (_, content) => {
    expect((await collect(gunzipBytes(gzipSync(content)))).equals(content)).toBe(true)
  })
})

describe('gunzip()', () => {
  it('asks for no more than it needs, and ends the source when it is left', async () => {
    let asked = 0
    let isEnded = false
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024))
    const source = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for await (const piece of pieces(bomb, 1000)) {
          asked += 1
          yield piece
        }
      } finally {
        isEnded = true
      }
    }

    for await (const chunk of gunzip(source())) if (chunk.length > 0) break

    expect(asked).toBeLessThan(3)
    expect(isEnded).toBe(true)
  })

  it('hands on the error of its source', async () => {
    const reason = new Error('the connection broke')
    const source = async function* (): AsyncGenerator<Uint8Array> {
      yield packed.subarray(0, 1000)
      throw reason
    }
    const all = async (): Promise<void> => {
      for await (const _ of gunzip(source()));
    }

    await expect(all()).rejects.toBe(reason)
  })

  it('gives nothing for nothing, as zlib does', async () => {
    await expect(collect(gunzip(pieces(Buffer.alloc(0), 1)))).rejects.toThrow('unexpected end of file')
  })
})

describe('a gzip file of which little comes', () => {
  const MEBIBYTE = 1024 * 1024
  const repeat = (bytes: Uint8Array, count: number): Buffer => Buffer.concat(Array.from({ length: count }, () => bytes))

  it.each<[string, Buffer]>([
    ['very many empty members', repeat(gzipSync(''), 200_000)],
    [
      'very many blocks of nothing',
      Buffer.concat([packed.subarray(0, 10), repeat(Buffer.of(0, 0, 0, 255, 255), 800_000), packed.subarray(10)]),
    ],
    [
      'a name of mebibytes',
      Buffer.concat([
        Buffer.of(0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 255),
        Buffer.alloc(4 * MEBIBYTE, 'x'),
        Buffer.of(0),
        packed.subarray(10),
      ]),
    ],
    ['zeros behind it', Buffer.concat([packed, Buffer.alloc(4 * MEBIBYTE)])],
  ])('gives a turn for each mebibyte of %s, and stops there at the signal', async (_, file) => {
    const turns = new CountedTurns()
    await collect(gunzipBytes(file, turns))
    expect(turns.given).toBeGreaterThanOrEqual(3)

    const controller = new AbortController()
    const reason = new Error('enough')
    setImmediate(() => controller.abort(reason))
    await expect(collect(gunzipBytes(file, new Turns(controller.signal)))).rejects.toBe(reason)
  })

  it('gives a turn for each small file that is unpacked on the spot', async () => {
    const turns = new CountedTurns()
    const small = gzipSync(Buffer.alloc(1_900_000))
    for (let count = 0; count < 10; count++) await collect(gunzipBytes(small, turns))

    expect(turns.given).toBeGreaterThanOrEqual(5)
  })
})

it('refuses a gzip file that is a tar archive as well, which Python and GNU tar read', async () => {
  const file = Buffer.alloc(12 + 1012)
  Buffer.of(0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 255).copy(file)
  file.writeUInt16LE(1012, 10)
  makeEntry({ name: 'x' }).copy(file, 12, 12, 512)
  const sum = file
    .subarray(0, 512)
    .fill(0x20, 148, 156)
    .reduce((total, byte) => total + byte, 0)
  file.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  const both = Buffer.concat([file, packed.subarray(10)])

  const message = 'it is a gzip file and a tar archive at once'
  await expect(collect(gunzipBytes(both))).rejects.toThrow(message)
  await expect(collect(gunzipIfGzipped(pieces(both, 100), new Turns()))).rejects.toThrow(message)
  expect((await collect(gunzip(pieces(both, 1000)))).equals(text)).toBe(true)
})
