import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { readTar } from '../../../src/oras/tar/read-tar.js'
import { writeTar } from '../../../src/oras/tar/write-tar.js'
import { digestOf } from '../../../src/oras/oci/digest.js'
import { makeFolder } from '../../support/make-chart.js'

const files = [
  { path: 'mychart/Chart.yaml', bytes: Buffer.from('name: mychart\n') },
  { path: 'mychart/empty', bytes: Buffer.alloc(0) },
  { path: `mychart/${'long/'.repeat(30)}name`, bytes: Buffer.from('x') },
  { path: `mychart/${'n'.repeat(120)}`, bytes: Buffer.from('y') },
  { path: 'mychart/ü 😀.txt', bytes: Buffer.from('z') },
  { path: 'mychart/large', bytes: Buffer.alloc(700_000, 7) },
]

async function write(given: typeof files): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of writeTar(given)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function* once(bytes: Uint8Array, size = bytes.length): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(source: AsyncIterable<Uint8Array>): Promise<{ path: string; bytes: Buffer }[]> {
  const entries = []
  for await (const entry of readTar(source)) {
    const chunks: Uint8Array[] = []
    for await (const chunk of entry.body) chunks.push(chunk)
    entries.push({ path: entry.name, bytes: Buffer.concat(chunks) })
  }
  return entries
}

describe('writeTar', () => {
  it('writes files that readTar reads, in their order', async () => {
    const digests = (entries: readonly { path: string; bytes: Uint8Array }[]) =>
      entries.map(({ path, bytes }) => `${path} ${digestOf(bytes)}`)

    expect(digests(await read(once(await write(files), 1000)))).toEqual(digests(files))
  })

  it('writes the same bytes in another second', async () => {
    const first = await write(files)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 100_000 })
    onTestFinished(() => void vi.useRealTimers())

    expect((await write(files)).equals(first)).toBe(true)
  })

  it('writes plain files of user 0, mode 0644, from 1970', async () => {
    const header = (await write(files)).subarray(0, 512).toString('latin1')

    expect(header.slice(100, 148).replaceAll(/[\0 ]+/g, ' ')).toBe('000644 000000 000000 00000000016 00000000000 ')
    expect(header.slice(156, 263)).toBe(`0${'\0'.repeat(100)}ustar\0`)
    expect(header.slice(265, 329)).toBe('\0'.repeat(64))
  })

  it('yields to the event loop while it writes very many files, and stops there at the signal', async () => {
    const many = Array.from({ length: 2000 }, (_, at) => ({ path: `mychart/${at}`, bytes: Buffer.from('x') }))
    const controller = new AbortController()
    const reason = new Error('enough')
    setImmediate(() => controller.abort(reason))
    const all = async (): Promise<void> => {
      for await (const _ of writeTar(many, controller.signal));
    }

    await expect(all()).rejects.toBe(reason)
  })

  it('is understood by GNU tar', async ({ skip }) => {
    const archive = join(await makeFolder(), 'mychart.tar')
    await writeFile(archive, await write(files))
    let listed: string
    try {
      listed = execFileSync('tar', ['--quoting-style=literal', '-tf', archive], { encoding: 'utf8' })
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return skip('there is no tar on this machine')
      throw error
    }

    expect(listed.trimEnd().split('\n')).toEqual(files.map(({ path }) => path))
  })
})
