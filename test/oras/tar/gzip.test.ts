import { createHash } from 'node:crypto'
import { createDeflateRaw, gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { createGzip, type Deflate, deflateByPako, gzip as gzipChunks } from '../../../src/oras/tar/gzip.js'

/** Half text, half random bytes, and the same on every machine. */
const bytes = Buffer.concat(
  Array.from({ length: 3000 }, (_, line) => {
    const noise = createHash('sha256').update(`line ${line}`).digest()
    return Buffer.concat([Buffer.from(`  - name: ${noise.toString('hex', 0, 2)}\n    value: "${line % 17}"\n`), noise])
  }),
)

async function* chunks(size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** A correct deflate with other bytes than that of Node's official builds. */
const otherDeflate: Deflate = async (source) => {
  const stream = createDeflateRaw({ level: 1 })
  const out: Uint8Array[] = []
  stream.on('data', (chunk: Uint8Array) => out.push(chunk))
  for await (const chunk of source) stream.write(chunk)
  stream.end()
  await new Promise((resolve) => stream.on('end', resolve))
  return out
}

async function gzip(source: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Buffer> {
  return Buffer.concat(await gzipChunks(source, signal))
}

describe('gzip', () => {
  it('writes a header without time, name and system, and can be unpacked', async () => {
    const packed = await gzip(chunks(10_000))

    expect(packed.subarray(0, 10).toString('hex')).toBe('1f8b08000000000000ff')
    expect(gunzipSync(packed).equals(bytes)).toBe(true)
  })

  it('writes the same bytes for any size of chunks', async () => {
    const packed = await gzip(chunks(bytes.length))

    for (const size of [1000, 32_768, 65_536]) expect(packed.equals(await gzip(chunks(size)))).toBe(true)
  })

  it('writes the same bytes as every earlier version', async () => {
    const digest = createHash('sha256').update(await gzip(chunks(65_536)))

    expect(digest.digest('hex')).toBe('28f6d4f8e4156e9116f8d06d0abae4d37e7389c0320af0db7b6ac725b456d0fa')
  })

  it('stops at the signal, with its reason', async () => {
    const reason = new Error('enough')
    const controller = new AbortController()
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      for (let count = 0; ; count++) {
        yield bytes
        if (count === 3) controller.abort(reason)
      }
    }

    await expect(gzip(endless(), controller.signal)).rejects.toBe(reason)
  })
})

describe('createGzip', () => {
  it('uses pako where the native deflate gives other bytes, and gives the same archive', async () => {
    const byPako = createGzip(otherDeflate)

    expect(Buffer.concat(await byPako(chunks(65_536))).equals(await gzip(chunks(65_536)))).toBe(true)
  })

  it('yields to the event loop while pako deflates, and stops there at the signal', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    setImmediate(() => controller.abort(reason))

    await expect(deflateByPako(chunks(bytes.length), controller.signal)).rejects.toBe(reason)
  })

  it('uses the native deflate if it gives the known bytes', async () => {
    let calls = 0
    const counted: Deflate = async (source) => {
      calls += 1
      return deflateByPako(source)
    }
    const pack = createGzip(counted)
    await pack(chunks(65_536))
    await pack(chunks(65_536))

    expect(calls).toBe(3)
  })

  it('does not remember a choice that failed', async () => {
    const failure = new Error('out of memory')
    let calls = 0
    const failsOnce: Deflate = async (source) => {
      calls += 1
      if (calls === 1) throw failure
      return deflateByPako(source)
    }
    const pack = createGzip(failsOnce)

    await expect(pack(chunks(65_536))).rejects.toBe(failure)
    expect(Buffer.concat(await pack(chunks(65_536))).equals(await gzip(chunks(65_536)))).toBe(true)
  })
})
