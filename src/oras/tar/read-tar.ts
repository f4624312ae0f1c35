/**
 * tar archives that somebody else wrote, read entry by entry as Go's archive/tar does, and no further than their end.
 * Where readers of tar are known to differ, the archive is refused: two programs would see different files in it.
 */
import { ByteSource } from './byte-source.js'
import { BLOCK_SIZE, parsePaxRecords, parseTarHeader, parseText, type TarHeader } from './tar-header.js'

/** One entry of an archive; nothing about its name has been checked. */
export interface TarEntry {
  /** As the archive spells it. */
  readonly name: string
  readonly kind: 'file' | 'directory' | 'hard link' | 'symbolic link' | 'device' | 'pipe' | 'sparse file' | 'unknown'
  /** In bytes, as the archive claims; links, devices and most folders have none. */
  readonly size: number
  /** May be iterated once, before the next entry is asked for. */
  readonly body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

const KINDS: Readonly<Record<string, TarEntry['kind']>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'hard link',
  '2': 'symbolic link',
  '3': 'device',
  '4': 'device',
  '5': 'directory',
  '6': 'pipe',
  S: 'sparse file',
}
/** Links, devices and folders have no bytes behind them, whatever their size says. */
const WITHOUT_BODY = '123456'
/** What is left of the mode of a folder without its permissions: Go takes every entry with that for one. */
const DIRECTORY_MODE = 0o04
/** The most bytes of a long name or of PAX records, as in Go. */
const MAX_EXTENSION = 1024 * 1024

/** What an entry of its own says about the next one. */
interface Extension {
  readonly longName?: string | undefined
  readonly path?: string | undefined
  readonly size?: string | undefined
  readonly isSparse?: boolean
}

/**
 * Reads the entries of an archive as its bytes come. Leaving the iteration ends the reading of the bytes, too.
 *
 * @throws {SyntaxError} if the bytes are no tar archive, end too early, or go on after the end of the archive; errors of
 * the source come through as they are.
 */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry, void, undefined> {
  const bytes = new ByteSource(source)
  let extension: Extension = {}
  try {
    for (let header = await readHeader(bytes); header; header = await readHeader(bytes)) {
      if ('LKxg'.includes(header.flag)) {
        extension = await readExtension(bytes, header, extension)
        continue
      }
      const entry = describeEntry(header, extension)
      extension = {}
      const body = takeBody(bytes, entry.size)
      yield { ...entry, body: body.pieces }
      await body.finish()
      await bytes.take(padding(entry.size))
    }
    for await (const piece of bytes.stream(Infinity)) {
      if (!isZero(piece)) throw new SyntaxError('it goes on after its end')
    }
  } finally {
    await bytes.close()
  }
}

async function readHeader(bytes: ByteSource): Promise<TarHeader | undefined> {
  const block = await takeBlock(bytes)
  if (!block) return undefined
  if (!isZero(block)) return parseTarHeader(block)
  // Two blocks of zeros are the end. After one of them, some readers stop and others go on.
  const second = await takeBlock(bytes)
  if (second && !isZero(second)) throw new SyntaxError('it goes on after its end')
  return undefined
}

let zeros: Buffer | undefined

/** Compares by large pieces: byte by byte, a bomb of zeros would take minutes. */
function isZero(bytes: Uint8Array): boolean {
  zeros ??= Buffer.alloc(64 * 1024)
  for (let at = 0; at < bytes.length; at += zeros.length) {
    const piece = bytes.subarray(at, at + zeros.length)
    if (!zeros.subarray(0, piece.length).equals(piece)) return false
  }
  return true
}

async function takeBlock(bytes: ByteSource): Promise<Buffer | undefined> {
  const block = await bytes.take(BLOCK_SIZE)
  if (block.length > 0 && block.length < BLOCK_SIZE) throw new SyntaxError('it ends within a header')
  return block.length === 0 ? undefined : block
}

/** Reads a long name or PAX records. */
async function readExtension(bytes: ByteSource, { flag, size }: TarHeader, before: Extension): Promise<Extension> {
  if (size > MAX_EXTENSION) throw new SyntaxError(`a long name or a PAX header is larger than ${MAX_EXTENSION} bytes`)
  const content = await bytes.take(size)
  if (content.length < size) throw new SyntaxError('it ends within a header')
  await bytes.take(padding(size))
  if (flag === 'K') return before
  // A long name of GNU comes before PAX records in Go, wherever it stands.
  if (flag === 'L') return { ...before, longName: parseText(content) }

  const records = parsePaxRecords(content)
  const isSparse = [...records.keys()].some((key) => key.startsWith('GNU.sparse.'))
  if (flag === 'g') {
    if (isSparse || records.has('path') || records.has('size') || records.has('linkpath')) {
      // GNU tar renames all entries by it, Go none.
      throw new SyntaxError('a global PAX header changes the names or the sizes of entries')
    }
    return {}
  }
  return { longName: before.longName, path: records.get('path'), size: records.get('size'), isSparse }
}

function describeEntry(header: TarHeader, extension: Extension): Pick<TarEntry, 'name' | 'kind' | 'size'> {
  const { flag, mode } = header
  const name = extension.longName || extension.path || header.readName()
  const size = extension.size ? Number(/^\+?[0-9]+$/.exec(extension.size)?.[0]) : header.size
  if (!Number.isSafeInteger(size)) throw new SyntaxError('a header holds a number that is none')
  if (extension.isSparse) return { name, kind: 'sparse file', size }
  // Before there were flags, a slash marked a folder.
  if (flag === '\0' && name.endsWith('/')) return { name, kind: 'directory', size: 0 }
  const kind = KINDS[flag] ?? 'unknown'
  if (kind === 'file' && Math.floor(mode / 0o10000) === DIRECTORY_MODE) return { name, kind: 'directory', size }
  return { name, kind, size: WITHOUT_BODY.includes(flag) ? 0 : size }
}

/** Gives the bytes of an entry; `finish` passes over those that nobody took. */
function takeBody(bytes: ByteSource, size: number): { pieces: TarEntry['body']; finish: () => Promise<void> } {
  const whole = bytes.takeHeld(size)
  if (whole) return { pieces: [whole], finish: async () => {} }
  let left = size
  const take = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const piece of bytes.stream(left)) {
      left -= piece.length
      yield piece
    }
    if (left > 0) throw new SyntaxError('it ends within a file')
  }
  return {
    pieces: take(),
    async finish() {
      for await (const _ of take());
    },
  }
}

function padding(size: number): number {
  return (BLOCK_SIZE - (size % BLOCK_SIZE)) % BLOCK_SIZE
}
