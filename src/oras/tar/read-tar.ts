/**
 * Reads untrusted tar archives entry by entry, as Go's archive/tar does. An archive that tar readers are known to read
 * differently is refused: two programs would see different files in it.
 */
import { Turns } from '../turns.js'
import { ByteSource } from './byte-source.js'
import { BLOCK_SIZE, isZero, parsePaxRecords, parseTarHeader, parseText, type TarHeader } from './tar-header.js'

/** One entry of an archive; its name is not checked. */
export interface TarEntry {
  /** The name as in the archive. */
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
/** The flags of links, devices and folders: no bytes follow them, whatever their size says. */
const WITHOUT_BODY = '123456'
/** The file type of a folder in the mode field: Go reads every entry with it as a folder. */
const DIRECTORY_MODE = 0o04

/** The largest long name or PAX header in bytes, as in Go. */
const MAX_EXTENSION = 1024 * 1024
/**
 * The limits for all long names and PAX headers of an archive: an amount for each entry, and one for the whole archive,
 * for a few large ones. Programs write about a dozen records of a few hundred bytes.
 */
const BYTES = { perEntry: 1024, perArchive: 1024 * 1024 }
const RECORDS = { perEntry: 32, perArchive: 2000 }

/** How many steps of {@link Turns} a header and its entry count as. */
const HEADER_STEPS = 30

/** What long names and PAX headers say about the next entry. */
interface Extension {
  readonly longName?: string
  /** Whether there was a long name for the target of a link. */
  readonly hasLongLink?: boolean
  readonly records?: ReadonlyMap<string, string>
}

/**
 * Reads the entries of an archive as its bytes come. Leaving the iteration closes the source.
 *
 * @param turns Lets the event loop turn while the archive is read.
 * @throws {SyntaxError} if the bytes are not a tar archive, end too early, or do not end after the archive, or if tar
 * readers are known to see different entries in it; errors of the source are thrown as they are.
 */
export async function* readTar(
  source: AsyncIterable<Uint8Array>,
  turns = new Turns(),
): AsyncGenerator<TarEntry, void, undefined> {
  const bytes = new ByteSource(source, turns)
  const budget = new ExtensionBudget()
  let extension: Extension | undefined
  let isInside = false
  try {
    for (let header = await readHeader(bytes); header; header = await readHeader(bytes)) {
      const turn = turns.take(HEADER_STEPS)
      if (turn) await turn
      isInside = 'LKxg'.includes(header.flag)
      if (isInside) {
        extension = await readExtension(bytes, header, extension, budget)
        continue
      }
      const entry = describeEntry(header, extension)
      extension = undefined
      budget.addEntry()
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

/** Limits the size of all long names and PAX headers together. */
class ExtensionBudget {
  #bytes = BYTES.perArchive
  #records = RECORDS.perArchive

  addEntry(): void {
    this.#bytes += BYTES.perEntry
    this.#records += RECORDS.perEntry
  }

  /** @throws {SyntaxError} if it is more than the entries so far allow. */
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
  // Two blocks of zeros are the end. After a single one, some readers stop and others continue.
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
 * @returns what is known about the next entry so far; `undefined` after a global header.
 */
async function readExtension(
  bytes: ByteSource,
  { flag, size }: TarHeader,
  before: Extension | undefined,
  budget: ExtensionBudget,
): Promise<Extension | undefined> {
  if (size > MAX_EXTENSION) throw new SyntaxError(`a long name or a PAX header is larger than ${MAX_EXTENSION} bytes`)
  budget.take(size, 1)
  const content = await bytes.take(size)
  const rest = await bytes.take(padding(size))
  if (rest.length < padding(size)) throw new SyntaxError('it ends within a header')
  // Python parses the whole blocks, with the padding.
  if (!isZero(rest)) throw new SyntaxError('a long name or a PAX header has bytes after its end')
  if (flag === 'L' || flag === 'K') {
    const longName = parseLongName(content)
    if (before?.records || (flag === 'L' ? before?.longName : before?.hasLongLink) !== undefined) throw twoHeaders()
    return flag === 'L' ? { ...before, longName } : { ...before, hasLongLink: true }
  }

  const records = parsePaxRecords(content)
  budget.take(0, records.size)
  // Of two headers before an entry, some readers take the first, others the last, and others the records of both.
  if (before) throw twoHeaders()
  if (flag === 'x') return { records }
  if (['path', 'size', 'linkpath'].some((key) => records.has(key)) || isSparse(records) || hasGnuKey(records)) {
    // GNU tar applies it to all entries, Go ignores it.
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

/** Tells whether the records are those of a sparse file, as GNU tar, star or Solaris write them. */
function isSparse(records: ReadonlyMap<string, string>): boolean {
  return [...records.keys()].some(
    (key) => key.startsWith('GNU.sparse.') || key === 'SCHILY.realsize' || key === 'SUN.holesdata',
  )
}

/** Tells whether there are records of GNU tar, for multi-volume archives or dumped folders. */
function hasGnuKey(records: ReadonlyMap<string, string>): boolean {
  return [...records.keys()].some((key) => key.startsWith('GNU.'))
}

function describeEntry(header: TarHeader, extension: Extension = {}): Pick<TarEntry, 'name' | 'kind' | 'size'> {
  const { flag, size } = header
  const { longName, records, hasLongLink } = extension
  const path = longName ?? records?.get('path')
  const name = path ?? header.readName()
  if (records && isSparse(records)) return { name, kind: 'sparse file', size }
  // In old archives without flags, a slash at the end marks a folder; Python looks at the short name alone.
  const isOldFolder = flag === '\0' && name.endsWith('/')
  if (flag === '\0' && isOldFolder !== header.hasSlash) throw ambiguous('a folder of old with a long name')
  const kind = isOldFolder ? 'directory' : (KINDS[flag] ?? 'unknown')
  if (kind !== 'file' && kind !== 'directory') return { name, kind, size: WITHOUT_BODY.includes(flag) ? 0 : size }

  if (hasLongLink || records?.has('linkpath')) throw ambiguous('the target of a link for what is not one')
  if (records && hasGnuKey(records)) throw ambiguous('records of GNU tar that it does not write for files')
  if ((records?.get('size') ?? String(size)) !== String(size)) throw ambiguous('two sizes')
  if (kind === 'directory' && size > 0) throw ambiguous('a folder with bytes')
  if (kind === 'file' && name.endsWith('/')) throw ambiguous('a file whose name ends in a slash')
  if (kind === 'file' && Math.floor(header.mode / 0o10000) === DIRECTORY_MODE) {
    throw ambiguous('a file with the mode of a folder')
  }
  return { name, kind, size }
}

/** Creates the error for an entry that tar readers read differently. */
function ambiguous(what: string): SyntaxError {
  return new SyntaxError(`${what}, which programs read differently`)
}

/** Returns the bytes of an entry; `finish` skips those that were not read. */
function takeBody(bytes: ByteSource, size: number): { pieces: TarEntry['body']; finish: () => Promise<void> } {
  const whole = bytes.takeBuffered(size)
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
