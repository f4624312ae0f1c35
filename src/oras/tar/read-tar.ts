/**
 * tar archives that somebody else wrote, read entry by entry as Go's archive/tar does, and no further than their end.
 * Where readers of tar are known to differ, the archive is refused: two programs would see different files in it.
 */
import { Turns } from '../turns.js'
import { ByteSource } from './byte-source.js'
import { BLOCK_SIZE, isZero, parsePaxRecords, parseTarHeader, parseText, type TarHeader } from './tar-header.js'

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
/**
 * How much all of these may hold: so much for each entry, and so much more for a few that are large. Programs write a
 * dozen records of a few hundred bytes.
 */
const BYTES = { each: 1024, more: 1024 * 1024 }
const RECORDS = { each: 32, more: 2000 }

/** In steps of work: a header, and what is done with its entry. */
const HEADER_STEPS = 30

/** What entries of their own say about the next one. */
interface Extension {
  readonly longName?: string
  /** Whether there is a long name for what a link leads to. */
  readonly hasLongLink?: boolean
  readonly records?: ReadonlyMap<string, string>
}

/**
 * Reads the entries of an archive as its bytes come. Leaving the iteration ends the reading of the bytes, too.
 *
 * @param turns Given while the archive is read, whatever it holds.
 * @throws {SyntaxError} if the bytes are no tar archive, end too early, or go on after the end of the archive, and if readers
 * are known to see different entries in it; errors of the source come through as they are.
 */
export async function* readTar(
  source: AsyncIterable<Uint8Array>,
  turns = new Turns(),
): AsyncGenerator<TarEntry, void, undefined> {
  const bytes = new ByteSource(source, turns)
  const allowance = new Allowance()
  let extension: Extension | undefined
  let isInside = false
  try {
    for (let header = await readHeader(bytes); header; header = await readHeader(bytes)) {
      const turn = turns.take(HEADER_STEPS)
      if (turn) await turn
      isInside = 'LKxg'.includes(header.flag)
      if (isInside) {
        extension = await readExtension(bytes, header, extension, allowance)
        continue
      }
      const entry = describeEntry(header, extension)
      extension = undefined
      allowance.addEntry()
      const body = takeBody(bytes, entry.size)
      yield { ...entry, body: body.pieces }
      await body.finish()
      if ((await bytes.take(padding(entry.size))).length < padding(entry.size)) {
        throw new SyntaxError('it ends within a file')
      }
    }
    if (isInside) throw new SyntaxError('it ends after a header for another entry')
    for await (const piece of bytes.stream(Infinity)) {
      if (!isZero(piece)) throw new SyntaxError('it has bytes after its end')
    }
  } finally {
    await bytes.close()
  }
}

/** Counts what long names and PAX headers hold. */
class Allowance {
  #bytes = BYTES.more
  #records = RECORDS.more

  addEntry(): void {
    this.#bytes += BYTES.each
    this.#records += RECORDS.each
  }

  /** @throws {SyntaxError} if it is more than the entries so far may have. */
  take(bytes: number, records: number): void {
    this.#bytes -= bytes
    this.#records -= records
    if (this.#bytes < 0 || this.#records < 0) {
      throw new SyntaxError('its long names and PAX headers are too many for its entries')
    }
  }
}

async function readHeader(bytes: ByteSource): Promise<TarHeader | undefined> {
  const block = await takeBlock(bytes)
  if (!block) return undefined
  if (!isZero(block)) return parseTarHeader(block)
  // Two blocks of zeros are the end. After one of them, some readers stop and others go on.
  const second = await takeBlock(bytes)
  if (second && !isZero(second)) throw new SyntaxError('it has bytes after its end')
  return undefined
}

async function takeBlock(bytes: ByteSource): Promise<Buffer | undefined> {
  const block = await bytes.take(BLOCK_SIZE)
  if (block.length > 0 && block.length < BLOCK_SIZE) throw new SyntaxError('it ends within a header')
  return block.length === 0 ? undefined : block
}

/**
 * Reads a long name or PAX records.
 *
 * @returns What is known of the next entry by now; nothing after a global header.
 */
async function readExtension(
  bytes: ByteSource,
  { flag, size }: TarHeader,
  before: Extension | undefined,
  allowance: Allowance,
): Promise<Extension | undefined> {
  if (size > MAX_EXTENSION) throw new SyntaxError(`a long name or a PAX header is larger than ${MAX_EXTENSION} bytes`)
  allowance.take(size, 1)
  const content = await bytes.take(size)
  const rest = await bytes.take(padding(size))
  if (rest.length < padding(size)) throw new SyntaxError('it ends within a header')
  // Python reads whole blocks.
  if (!isZero(rest)) throw new SyntaxError('a long name or a PAX header has bytes after its end')
  if (flag === 'L' || flag === 'K') {
    const longName = parseLongName(content)
    if (before?.records || (flag === 'L' ? before?.longName : before?.hasLongLink) !== undefined) throw twoHeaders()
    return flag === 'L' ? { ...before, longName } : { ...before, hasLongLink: true }
  }

  const records = parsePaxRecords(content)
  allowance.take(0, records.size)
  // One reader takes the first header, another one the last, and a third one the records of both.
  if (before) throw twoHeaders()
  if (flag === 'x') return { records }
  if (['path', 'size', 'linkpath'].some((key) => records.has(key)) || isSparse(records) || hasGnuKey(records)) {
    // GNU tar renames all entries by it, Go none.
    throw new SyntaxError('a global PAX header changes the names or the sizes of entries')
  }
  return undefined
}

function twoHeaders(): SyntaxError {
  return new SyntaxError('several headers before one entry may contradict each other')
}

function parseLongName(content: Buffer): string {
  const end = content.indexOf(0)
  if (end === 0 || content.length === 0) throw new SyntaxError('a long name is empty')
  if (end > 0 && !isZero(content.subarray(end))) throw new SyntaxError('a name has bytes after its end')
  return parseText(content)
}

/** Of GNU tar, of star and of Solaris. */
function isSparse(records: ReadonlyMap<string, string>): boolean {
  return [...records.keys()].some(
    (key) => key.startsWith('GNU.sparse.') || key === 'SCHILY.realsize' || key === 'SUN.holesdata',
  )
}

/** Says of an archive that it is one of several, and of a folder that it has bytes. */
function hasGnuKey(records: ReadonlyMap<string, string>): boolean {
  return [...records.keys()].some((key) => key.startsWith('GNU.'))
}

function describeEntry(header: TarHeader, extension: Extension = {}): Pick<TarEntry, 'name' | 'kind' | 'size'> {
  const { flag, size } = header
  const { longName, records, hasLongLink } = extension
  const path = longName ?? records?.get('path')
  const name = path ?? header.readName()
  if (records && isSparse(records)) return { name, kind: 'sparse file', size }
  // Before there were flags, a slash marked a folder; Python looks at the short name alone.
  const isOldFolder = flag === '\0' && name.endsWith('/')
  if (flag === '\0' && isOldFolder !== header.hasSlash) throw disputed('a folder of old with a long name')
  const kind = isOldFolder ? 'directory' : (KINDS[flag] ?? 'unknown')
  if (kind !== 'file' && kind !== 'directory') return { name, kind, size: WITHOUT_BODY.includes(flag) ? 0 : size }

  if (hasLongLink || records?.has('linkpath')) throw disputed('the target of a link for what is not one')
  if (records && hasGnuKey(records)) throw disputed('records of GNU tar that it does not write for files')
  if ((records?.get('size') ?? String(size)) !== String(size)) throw disputed('two sizes')
  if (kind === 'directory' && size > 0) throw disputed('a folder with bytes')
  if (kind === 'file' && name.endsWith('/')) throw disputed('a file whose name ends in a slash')
  if (kind === 'file' && Math.floor(header.mode / 0o10000) === DIRECTORY_MODE) {
    throw disputed('a file with the mode of a folder')
  }
  return { name, kind, size }
}

/** Makes the error for what one reader takes for this, and another one for that. */
function disputed(what: string): SyntaxError {
  return new SyntaxError(`${what}, which programs read differently`)
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
