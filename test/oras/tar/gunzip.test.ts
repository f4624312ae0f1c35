import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { gunzip, gunzipBytes } from '../../../src/oras/tar/gunzip.js'

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
      'it goes on after its end',
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
