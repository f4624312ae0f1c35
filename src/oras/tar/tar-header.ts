/**
 * Parses a header block of a tar archive, and PAX records. Only headers that Go's archive/tar, Python's tarfile, GNU tar
 * and libarchive read in the same way are accepted.
 */

/** A header, parsed; its values are not checked. */
export interface TarHeader {
  /**
   * Reads the name, with the prefix of the ustar format. It is a method because GNU tar cuts long names, also within a
   * character: then the long name before the header is used, and this one is never read.
   *
   * @throws {SyntaxError} if it is not UTF-8.
   */
  readName(): string
  /** The type flag: `0` or `\0` file, `5` folder, `x` PAX records for the next entry, and so on. */
  readonly flag: string
  /** In bytes. */
  readonly size: number
  /** The Unix mode: permissions, and above them the file type. */
  readonly mode: number
  /** Whether the name in the header itself ends with a slash; there may be a longer name before the header. */
  readonly hasSlash: boolean
}

/** The block size in bytes: headers have this size, and everything in an archive is padded to it. */
export const BLOCK_SIZE = 512

/** How many records one PAX header may hold. Programs write about a dozen. */
const MAX_RECORDS = 1000

/** Offset and length of each number in a header. All are parsed, because some readers stop at an invalid one. */
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
/** The times of `star`, after a prefix that is shorter than that of the ustar format. */
const STAR_TIMES = [
  [476, 12],
  [488, 12],
] as const
const NAME = [0, 100] as const
const PREFIX = [345, 500] as const
const STAR_PREFIX_END = 476

/**
 * Parses a header block.
 *
 * @throws {SyntaxError} if it is not a header, or one that tar readers read differently.
 */
export function parseTarHeader(block: Buffer): TarHeader {
  if (!isTarHeader(block)) throw new SyntaxError('a header is not one of a tar archive')
  const isUstar = block.toString('latin1', 257, 263) === 'ustar\0'
  const isGnu = block.toString('latin1', 257, 265) === 'ustar  \0'
  const isStar = isUstar && block.toString('latin1', 508, 512) === 'tar\0'
  // In headers that are not ustar, only some programs read a prefix, times or the map of a sparse file.
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

/** Tells whether a block is a header, by its checksum; old programs computed it with signed bytes. */
export function isTarHeader(block: Buffer): boolean {
  const checksum = readOctal(block, CHECKSUM)
  const sum = sumBytes(block)
  return checksum === sum || checksum === sum - 256 * countSigned(block)
}

let zeros: Buffer | undefined

/** Tells whether all bytes are zero. It compares large pieces: byte by byte, a bomb of zeros would take minutes. */
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
 * Decodes text up to its first NUL.
 *
 * @throws {SyntaxError} if it is not UTF-8: a replaced character would make it the name of another file.
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
  // A number too large for octal digits is written in base 256; a negative number is refused.
  if (!isZero(block.subarray(start + 1, start + length - 6)) || block[start] !== 0x80) {
    throw new SyntaxError('a header holds a number that does not fit')
  }
  return block.readUIntBE(start + length - 6, 6)
}

function isBinary(block: Buffer, [start]: readonly [number, number]): boolean {
  return ((block[start] as number) & 0x80) !== 0
}

/** Checks that a number can be read: Go refuses a bad one, but to Python it is the end of the archive. */
function checkNumber(block: Buffer, field: readonly [number, number]): void {
  if (readOctal(block, field) !== undefined) return
  const [start, length] = field
  const bytes = block.subarray(start, start + length)
  if (!isBinary(block, field)) {
    // Only NULs mean 0. Blanks alone are not a number to GNU tar.
    if (isZero(bytes)) return
    throw new SyntaxError('a header holds a number that cannot be read')
  }
  // In base 256, a size or a time has 64 bits with a sign; a user id has 32 bits without one.
  const sign = length > 8 && bytes[0] === 0xff ? 0xff : 0
  const isWithin = bytes.subarray(1, length - (length > 8 ? 8 : 4)).every((byte) => byte === sign)
  const isSigned = length > 8 && (((bytes[length - 8] as number) ^ sign) & 0x80) !== 0
  if (bytes[0] !== (sign || 0x80) || !isWithin || isSigned) {
    throw new SyntaxError('a header holds a number that does not fit')
  }
}

/** Parses octal digits after optional blanks, up to a NUL or a blank; `undefined` if the field holds anything else. */
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

/** Adds up all bytes; the checksum field itself counts as blanks. */
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
 * Parses PAX records: `<length> <key>=<value>\n`; the length counts the whole record.
 *
 * @throws {SyntaxError} if a record is malformed, or a key is there twice: some readers skip such records, or take the
 * first one, and see other names and sizes.
 */
export function parsePaxRecords(bytes: Buffer): ReadonlyMap<string, string> {
  const records = new Map<string, string>()
  let count = 0
  for (let at = 0; at < bytes.length;) {
    const blank = bytes.indexOf(0x20, at)
    const length = blank < 0 || blank - at > 7 ? 0 : parseDecimal(bytes, at, blank)
    const end = at + length
    const equals = bytes.indexOf(0x3d, blank)
    // The key has at least one character.
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
/** The forms of numbers that Go, Python and GNU tar read in the same way. */
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
  // With an empty name, some readers use the name in the header, others an empty name.
  if (value === '' && ['path', 'linkpath'].includes(name)) throw malformed()
  if (Object.hasOwn(NUMBERS, name) && !NUMBERS[name]?.test(value)) {
    throw new SyntaxError('a header holds a number that cannot be read')
  }
  records.set(name, value)
}

function malformed(): SyntaxError {
  return new SyntaxError('a PAX record is malformed')
}
