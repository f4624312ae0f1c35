/**
 * One header block of a tar archive, and the PAX records that may stand before it. What is read is what Go's archive/tar,
 * Python's tarfile, GNU tar and libarchive all read; a field that one of them reads otherwise is refused.
 */

/** What a header says; nothing of it has been checked but its form. */
export interface TarHeader {
  /**
   * Reads the name, with the prefix of the ustar format. GNU tar cuts a long one off anywhere, within a character too,
   * and has the whole of it before: then nobody asks for this one.
   *
   * @throws {SyntaxError} if it is not UTF-8.
   */
  readName(): string
  /** The type flag: `0` or `\0` file, `5` folder, `x` PAX records for the next entry, and so on. */
  readonly flag: string
  /** In bytes. */
  readonly size: number
  /** Permissions, and what it is to Unix above them. */
  readonly mode: number
  /** Whether the name in its own field ends in a slash, whatever longer name stands before the header. */
  readonly hasSlash: boolean
}

/** The size of headers, and of what everything in an archive is padded to, in bytes. */
export const BLOCK_SIZE = 512

/** How many records one PAX header may hold. Programs write a dozen. */
const MAX_RECORDS = 1000

/** Of each number in a header: where it begins, and its length. All are read, for who cannot read one stops there. */
const MODE = [100, 8] as const
const SIZE = [124, 12] as const
const CHECKSUM = [148, 8] as const
const OTHERS = [
  [108, 8],
  [116, 8],
  [136, 12],
  [329, 8],
  [337, 8],
] as const
/** Of `star`, behind a prefix that is shorter than that of the ustar format. */
const STAR_TIMES = [
  [476, 12],
  [488, 12],
] as const
const NAME = [0, 100] as const
const PREFIX = [345, 500] as const
const STAR_PREFIX_END = 476

/**
 * Reads a header block.
 *
 * @throws {SyntaxError} if it is not one, or one that readers of archives understand differently.
 */
export function parseTarHeader(block: Buffer): TarHeader {
  if (!isTarHeader(block)) throw new SyntaxError('a header is not one of a tar archive')
  const isUstar = block.toString('latin1', 257, 263) === 'ustar\0'
  const isGnu = block.toString('latin1', 257, 265) === 'ustar  \0'
  const isStar = isUstar && block.toString('latin1', 508, 512) === 'tar\0'
  // Of other formats, some programs read a prefix, times or the map of a sparse file, and others do not.
  if (!isUstar && !(isZero(block.subarray(PREFIX[0])) && (isGnu || isZero(block.subarray(257, 265))))) {
    throw new SyntaxError('a header has bytes where its format has none')
  }
  for (const field of [...OTHERS, ...(isStar ? STAR_TIMES : [])]) checkNumber(block, field)
  const nul = block.indexOf(0)
  const nameEnd = nul < 0 ? NAME[1] : Math.min(nul, NAME[1])
  return {
    readName() {
      if (!isZero(block.subarray(nameEnd, NAME[1]))) throw new SyntaxError('a name has bytes after its end')
      const name = parseText(block.subarray(0, nameEnd))
      if (!isUstar) return name
      const prefix = block.subarray(...PREFIX)
      if (isStar && !block.subarray(PREFIX[0], STAR_PREFIX_END).includes(0))
        throw new SyntaxError('a prefix has no end')
      return prefix[0] === 0 ? name : `${parseText(prefix)}/${name}`
    },
    flag: String.fromCharCode(block[156] as number),
    size: parseNumber(block, SIZE),
    mode: parseNumber(block, MODE),
    hasSlash: block[nameEnd - 1] === 0x2f,
  }
}

/** Tells a header by its checksum. Old programs added up signed bytes. */
export function isTarHeader(block: Buffer): boolean {
  const checksum = readOctal(block, CHECKSUM)
  const sum = sumBytes(block)
  return checksum === sum || checksum === sum - 256 * countSigned(block)
}

let zeros: Buffer | undefined

/** Compares by large pieces: byte by byte, a bomb of zeros would take minutes. */
export function isZero(bytes: Uint8Array): boolean {
  zeros ??= Buffer.alloc(64 * 1024)
  for (let at = 0; at < bytes.length; at += zeros.length) {
    const piece = bytes.subarray(at, at + zeros.length)
    if (!zeros.subarray(0, piece.length).equals(piece)) return false
  }
  return true
}

let utf8: InstanceType<typeof TextDecoder> | undefined

/**
 * Reads text up to its first NUL.
 *
 * @throws {SyntaxError} if it is not UTF-8: a name that changes on its way is the name of another file.
 */
export function parseText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  utf8 ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  try {
    return utf8.decode(end < 0 ? bytes : bytes.subarray(0, end))
  } catch (cause) {
    throw new SyntaxError('a name is not UTF-8', { cause })
  }
}

function parseNumber(block: Buffer, field: readonly [number, number]): number {
  const [start, length] = field
  const value = readOctal(block, field)
  if (value !== undefined) return value
  checkNumber(block, field)
  if (!isBinary(block, field)) return 0
  // A number too large for octal digits is written in base 256; a negative one is refused.
  if (!isZero(block.subarray(start + 1, start + length - 6)) || block[start] !== 0x80) {
    throw new SyntaxError('a header holds a number that does not fit')
  }
  return block.readUIntBE(start + length - 6, 6)
}

function isBinary(block: Buffer, [start]: readonly [number, number]): boolean {
  return ((block[start] as number) & 0x80) !== 0
}

/** Go reads all of them, and refuses what it cannot read; Python takes that for the end of the archive. */
function checkNumber(block: Buffer, field: readonly [number, number]): void {
  if (readOctal(block, field) !== undefined) return
  const [start, length] = field
  const bytes = block.subarray(start, start + length)
  if (!isBinary(block, field)) {
    // GNU tar takes blanks alone for no number.
    if (isZero(bytes)) return
    throw new SyntaxError('a header holds a number that cannot be read')
  }
  // In base 256, 64 bits with their sign for a size or a time, and no sign and 32 bits for the number of a user.
  const sign = length > 8 && bytes[0] === 0xff ? 0xff : 0
  const isWithin = bytes.subarray(1, length - (length > 8 ? 8 : 4)).every((byte) => byte === sign)
  const isSigned = length > 8 && (((bytes[length - 8] as number) ^ sign) & 0x80) !== 0
  if (bytes[0] !== (sign || 0x80) || !isWithin || isSigned) {
    throw new SyntaxError('a header holds a number that does not fit')
  }
}

/** Reads digits behind blanks, up to a NUL or other blanks; `undefined` if there are none, or something else. */
function readOctal(block: Buffer, [start, length]: readonly [number, number]): number | undefined {
  const end = start + length
  let at = start
  while (at < end && block[at] === 0x20) at++
  if (at === end || block[at] === 0) return undefined
  let value = 0
  for (; at < end && block[at] !== 0; at++) {
    const digit = (block[at] as number) - 0x30
    if (digit >= 0 && digit <= 7) value = value * 8 + digit
    else return block.subarray(at, end).every(isBlank) ? value : undefined
  }
  return value
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0 || byte === 0x20
}

/** The checksum counts as blanks in its own sum. */
function sumBytes(block: Buffer): number {
  let sum = 32 * CHECKSUM[1]
  for (let at = 0; at < CHECKSUM[0]; at++) sum += block[at] as number
  for (let at = CHECKSUM[0] + CHECKSUM[1]; at < block.length; at++) sum += block[at] as number
  return sum
}

/** Counts the bytes that are negative if they are read as signed. */
function countSigned(block: Buffer): number {
  return block.filter((byte, at) => byte > 127 && (at < CHECKSUM[0] || at >= CHECKSUM[0] + CHECKSUM[1])).length
}

/**
 * Reads PAX records: `<length> <key>=<value>\n`, the length counting all of it.
 *
 * @throws {SyntaxError} if there is anything else, or a key twice; some readers pass over that, or take the first, and then
 * see other names and sizes.
 */
export function parsePaxRecords(bytes: Buffer): ReadonlyMap<string, string> {
  const records = new Map<string, string>()
  let count = 0
  for (let at = 0; at < bytes.length;) {
    const blank = bytes.indexOf(0x20, at)
    const length = blank < 0 || blank - at > 7 ? 0 : parseDecimal(bytes, at, blank)
    const end = at + length
    const equals = bytes.indexOf(0x3d, blank)
    // At least one character for the key.
    if (end > bytes.length || bytes[end - 1] !== 0x0a || equals < blank + 2 || equals >= end) throw malformed()
    readRecord(bytes.subarray(blank + 1, equals), bytes.subarray(equals + 1, end - 1), records)
    at = end
    if (++count > MAX_RECORDS) throw new SyntaxError(`a PAX header holds more than ${MAX_RECORDS} records`)
  }
  if (records.size < count) throw new SyntaxError('a PAX header has a key twice')
  return records
}

function parseDecimal(bytes: Buffer, start: number, end: number): number {
  let value = 0
  if (bytes[start] === 0x30) return 0
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] as number) - 0x30
    if (digit < 0 || digit > 9) return 0
    value = value * 10 + digit
  }
  return value
}

const NAMES = ['path', 'linkpath', 'uname', 'gname']
const TIME = /^-?\d{1,18}(\.\d*)?$/
/** Numbers as Go, Python and GNU tar all read them. */
const NUMBERS: Readonly<Record<string, RegExp>> = {
  size: /^\d{1,18}$/,
  uid: /^\d{1,18}$/,
  gid: /^\d{1,18}$/,
  atime: TIME,
  ctime: TIME,
  mtime: TIME,
}

function readRecord(key: Buffer, bytes: Buffer, records: Map<string, string>): void {
  if (key.includes(0)) throw malformed()
  const name = key.toString('latin1')
  if (NAMES.includes(name) && bytes.includes(0)) throw new SyntaxError('a name holds a NUL')
  const value = name === 'path' ? parseText(bytes) : bytes.toString('latin1')
  // To some, no name is that of the header; to others, it is an empty one.
  if (value === '' && ['path', 'linkpath'].includes(name)) throw malformed()
  if (Object.hasOwn(NUMBERS, name) && !NUMBERS[name]?.test(value)) {
    throw new SyntaxError('a header holds a number that cannot be read')
  }
  records.set(name, value)
}

function malformed(): SyntaxError {
  return new SyntaxError('a PAX record is malformed')
}
