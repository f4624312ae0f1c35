import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readTar } from '../../../src/oras/tar/read-tar.js'
import { Turns } from '../../../src/oras/turns.js'
import { CountedTurns } from '../../support/counted-turns.js'
import { makeEntry, makeFolder, makeTar, pax, type RawEntry } from '../../support/make-chart.js'

async function* once(bytes: Uint8Array, size = Math.max(bytes.length, 1)): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** Name, kind and text of each entry. */
async function read(source: AsyncIterable<Uint8Array>): Promise<string[]> {
  const entries: string[] = []
  for await (const { name, kind, body } of readTar(source)) {
    const chunks: Uint8Array[] = []
    for await (const chunk of body) chunks.push(chunk)
    entries.push(`${name} ${kind} ${Buffer.concat(chunks).toString()}`)
  }
  return entries
}

const good: RawEntry = { name: 'a/b', text: 'x' }
const longName = (text: string): RawEntry => ({ name: '././@LongLink', type: 'L', text })
const longLink: RawEntry = { name: '././@LongLink', type: 'K', text: 'target\0' }
const times = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item)
const TWO_HEADERS = 'several headers before one entry may contradict each other'

describe('readTar', () => {
  it.each([1, 7, 511, 512, 513, 100_000])('reads entries from pieces of %i bytes', async (size) => {
    const tar = makeTar([good, { name: 'a/c', text: 'y'.repeat(700) }, { name: 'a/empty' }])

    expect(await read(once(tar, size))).toEqual(['a/b file x', `a/c file ${'y'.repeat(700)}`, 'a/empty file '])
  })

  it.each<[string, RawEntry[], string[]]>([
    ['a name with a prefix', [{ ...good, prefix: 'root/sub' }], ['root/sub/a/b file x']],
    ['a long name', [longName('a/long\0'), good], ['a/long file x']],
    [
      'a long name whose short one was cut off within a character',
      [longName('a/long'), { ...good, name: `${'a'.repeat(99)}\xf0` }],
      ['a/long file x'],
    ],
    ['the path of a PAX record', [pax('mtime=1.5', 'path=a/ü'), good], ['a/ü file x']],
    ['the size of a PAX record that is that of the header', [pax('size=1'), good], ['a/b file x']],
    ['PAX records for one entry only', [pax('path=a/c'), good, good], ['a/c file x', 'a/b file x']],
    ['a global PAX header with a comment', [{ ...pax('comment=x'), type: 'g' }, good], ['a/b file x']],
    ['a contiguous file', [{ ...good, type: '7' }], ['a/b file x']],
    ['a file of old', [{ ...good, type: '\0', magic: '' }], ['a/b file x']],
    ['a folder of old', [{ name: 'a/', type: '\0' }, good], ['a/ directory ', 'a/b file x']],
    [
      'a file whose mode has other bits than those of a folder',
      [
        { ...good, mode: '140644' },
        { ...good, mode: '060644' },
      ],
      ['a/b file x', 'a/b file x'],
    ],
    [
      'a link with a size, which has no bytes',
      [{ name: 'a/l', type: '2', size: 512 }, good],
      ['a/l symbolic link ', 'a/b file x'],
    ],
    ['a size in base 256', [{ ...good, size: Buffer.of(0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1) }], ['a/b file x']],
    ['a size with blanks around it', [{ ...good, size: '         1 \0' }], ['a/b file x']],
  ])('reads %s', async (_, entries, expected) => {
    expect(await read(once(makeTar(entries)))).toEqual(expected)
  })

  it.each<[string, Buffer]>([
    ['without blocks of zeros', makeEntry(good)],
    ['after a single block of zeros', Buffer.concat([makeEntry(good), Buffer.alloc(512)])],
    ['after many zeros', Buffer.concat([makeEntry(good), Buffer.alloc(20_480)])],
  ])('lets an archive end %s', async (_, tar) => {
    expect(await read(once(tar))).toEqual(['a/b file x'])
  })

  it.each<[string, Buffer, string]>([
    ['cut off in a file', makeTar([{ name: 'a/b', text: 'x'.repeat(600) }]).subarray(0, 900), 'it ends within a file'],
    ['cut off in what fills up the last block', makeEntry(good).subarray(0, 513), 'it ends within a file'],
    ['cut off in a header', makeTar([good]).subarray(0, 100), 'it ends within a header'],
    ['cut off in a long name', makeTar([longName('x'.repeat(600))]).subarray(0, 900), 'it ends within a header'],
    ['without a number for a size', makeTar([pax('size=0x1'), good]), 'a header holds a number that cannot be read'],
    ['no tar', Buffer.alloc(2048, 'x'), 'a header is not one of a tar archive'],
    [
      'of a Go that mangled prefixes',
      makeTar([{ ...good, magic: 'ustar  \0', prefix: 'mangled' }]),
      'a header has bytes where its format has none',
    ],
  ])('refuses bytes that are %s', async (_, bytes, message) => {
    await expect(read(once(bytes))).rejects.toThrow(message)
  })

  it.each<[string, RawEntry[], string]>([
    ['a long name and PAX records', [longName('a/long'), pax('mtime=1'), good], TWO_HEADERS],
    ['PAX records and a long name', [pax('path=a/pax'), longName('a/long'), good], TWO_HEADERS],
    ['two PAX headers', [pax('path=a/c'), pax('mtime=1'), good], TWO_HEADERS],
    ['two long names', [longName('a/c'), longName('a/d'), good], TWO_HEADERS],
    ['two long names of links', [longLink, longLink, { ...good, type: '2' }], TWO_HEADERS],
    ['a long name before a global header', [longName('a/c'), { ...pax('comment=x'), type: 'g' }, good], TWO_HEADERS],
    ['PAX records before a global header', [pax('path=a/c'), { ...pax('comment=x'), type: 'g' }, good], TWO_HEADERS],
    ['PAX records for no entry', [good, pax('path=a/c')], 'it ends after a header for another entry'],
    ['a global header for no entry', [good, { ...pax('a=b'), type: 'g' }], 'it ends after a header for another entry'],
    ['an empty long name', [longName('\0'), good], 'a long name is empty'],
    ['a long name with something behind its NUL', [longName('a/c\0d'), good], 'a name has bytes after its end'],
    ['a short name with something behind its NUL', [{ ...good, name: 'a\0b' }], 'a name has bytes after its end'],
    ['a record twice', [pax('path=a/c', 'path=a/d'), good], 'a PAX header has a key twice'],
    ['an empty path', [pax('path='), good], 'a PAX record is malformed'],
    ['a time that is none', [pax('mtime=x'), good], 'a header holds a number that cannot be read'],
    ['a size with a sign', [pax('size=+1'), good], 'a header holds a number that cannot be read'],
    ['a size that is not that of the header', [pax('size=0'), good], 'two sizes, which'],
    ['the name of a link for a file', [longLink, good], 'the target of a link for what is not one, which'],
    ['a linkpath for a file', [pax('linkpath=x'), good], 'the target of a link for what is not one, which'],
    ['records of a dump', [pax('GNU.dumpdir=x'), good], 'records of GNU tar that it does not write for files'],
    ['a folder with a size', [{ name: 'a/', type: '5', size: 512 }, good], 'a folder with bytes, which'],
    ['a folder of old with a size', [{ name: 'a/', type: '\0', size: 512 }, good], 'a folder with bytes, which'],
    ['a folder of old with a long name', [longName('a/'), { ...good, type: '\0' }], 'a folder of old with a long name'],
    ['a file whose name ends in a slash', [{ ...good, name: 'a/' }], 'a file whose name ends in a slash, which'],
    ['a file with the mode of a folder', [{ ...good, mode: '040755' }], 'a file with the mode of a folder, which'],
    ['a prefix without magic', [{ ...good, prefix: 'no', magic: '' }], 'where its format has none'],
    ['a magic that nobody knows', [{ ...good, magic: 'ustar 00' }], 'where its format has none'],
    ['a size behind NULs', [{ ...good, size: '\0\0\0\x001' }], 'a header holds a number that cannot be read'],
    ['a size of blanks', [{ ...good, size: ' '.repeat(12) }], 'a header holds a number that cannot be read'],
  ])('refuses %s: programs read that differently', async (_, entries, message) => {
    await expect(read(once(makeTar(entries)))).rejects.toThrow(message)
  })

  it('refuses what goes on in the padding of a header, where Python reads on', async () => {
    const tar = makeTar([pax('mtime=1'), good])
    tar.write(String(pax('path=a/evil').text), 512 + 12)

    await expect(read(once(tar))).rejects.toThrow('a long name or a PAX header has bytes after its end')
  })

  it('reads what GNU tar writes', async ({ skip }) => {
    const folder = await makeFolder()
    const names = ['b', `${'long'.repeat(30)}`, 'ü 😀', 'sub/c']
    await mkdir(join(folder, 'a/sub'), { recursive: true })
    for (const name of names) await writeFile(join(folder, 'a', name), name)
    for (const format of ['gnu', 'pax', 'ustar', 'v7']) {
      // The old formats have no room for long names.
      const wanted = format === 'v7' ? ['b', 'ü 😀', 'sub/c'] : format === 'ustar' ? ['b', 'ü 😀', 'sub/c'] : names
      const paths = wanted.map((name) => `a/${name}`)
      let tar: Buffer
      try {
        tar = execFileSync('tar', [`--format=${format}`, '-cf', '-', '-C', folder, ...paths])
      } catch (error) {
        if ((error as { code?: string }).code === 'ENOENT') return skip('there is no tar on this machine')
        throw error
      }
      expect(await read(once(tar))).toEqual(wanted.map((name) => `a/${name} file ${name}`))
    }
  })

  it('passes over bodies that nobody reads', async () => {
    const names: string[] = []
    for await (const entry of readTar(once(makeTar([{ ...good, text: 'x'.repeat(2000) }, { name: 'a/c' }])))) {
      names.push(entry.name)
    }

    expect(names).toEqual(['a/b', 'a/c'])
  })

  it('lets others have their turn, whatever the archive holds', async () => {
    const turnsOf = async (entries: RawEntry[], more = Buffer.alloc(0)): Promise<number> => {
      const turns = new CountedTurns()
      const bytes = Buffer.concat([...entries.map(makeEntry), Buffer.alloc(1024), more])
      for await (const _ of readTar(once(bytes, 64 * 1024), turns));
      return turns.given
    }
    const comment: RawEntry = { ...pax('comment=x'), type: 'g' }

    expect(await turnsOf(times(3000, good))).toBeGreaterThanOrEqual(8)
    expect(await turnsOf([...times(900, comment), good])).toBeGreaterThanOrEqual(2)
    expect(await turnsOf([good], Buffer.alloc(32 * 1024 * 1024))).toBeGreaterThanOrEqual(1)
  })

  it('stops at the signal between two turns', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    setImmediate(() => controller.abort(reason))
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) yield makeEntry(good)
    }
    const all = async (): Promise<void> => {
      for await (const _ of readTar(endless(), new Turns(controller.signal)));
    }

    await expect(all()).rejects.toBe(reason)
  })

  it.each<[string, RawEntry[]]>([
    ['global headers', times(3000, { ...pax('comment=x'), type: 'g' })],
    ['records', times(10, [pax(...times(900, 0).map((_, at) => `k${at}=`)), good]).flat()],
    ['bytes of records', times(10, [pax(`comment=${'x'.repeat(400_000)}`), good]).flat()],
    ['long names', times(10, [longName('x'.repeat(400_000)), good]).flat()],
  ])('refuses more %s than the entries may have', async (_, entries) => {
    await expect(read(once(makeTar([...entries, good])))).rejects.toThrow(
      'its long names and PAX headers are too many for its entries',
    )
  })

  it('reads ten records of a hundred bytes for each entry', async () => {
    const records = times(10, 0).map((_, at) => `SCHILY.xattr.user.${at}=${'x'.repeat(80)}`)

    expect(await read(once(makeTar(times(2000, [pax(...records), good]).flat())))).toHaveLength(2000)
  })

  it('stops the source when it is left early', async () => {
    let stopped = false
    const source = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield makeEntry(good)
      } finally {
        stopped = true
      }
    }

    for await (const entry of readTar(source())) if (entry.name === 'a/b') break
    expect(stopped).toBe(true)
  })

  it('hands on an error of the source', async () => {
    const source = async function* (): AsyncGenerator<Uint8Array> {
      yield makeEntry(good)
      throw new Error('no more')
    }

    await expect(read(source())).rejects.toThrow('no more')
  })
})
