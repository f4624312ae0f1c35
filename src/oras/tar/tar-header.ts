/** One header block of a tar archive, and the PAX records that may stand before it: read as Go's archive/tar does. */

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
}

/** The size of headers, and of what everything in an archive is padded to, in bytes. */
export const BLOCK_SIZE = 512

/** How many records one PAX header may hold. Programs write a dozen; mebibytes of the smallest ones take seconds. */
const MAX_RECORDS = 1000

/** Of each number in a header: where it begins, and its length. Go reads them all, and refuses what it cannot read. */
const MODE = [100, 8] as const
const SIZE = [124, 12] as const
const CHECKSUM = [148, 8] as const
const OTHERS = [
  [108, 8],
  [116, 8],
  [136, 12],
] as const
const DEVICES = [
  [329, 8],
  [337, 8],
] as const
/** Where the ustar format has its prefix. */
const GNU_TIMES = [
  [345, 12],
  [357, 12],
] as const

/**
 * Reads a header block.
 *
 * @throws {SyntaxError} if it is not one.
 */
export function parseTarHeader(block: Buffer): TarHeader {
  const checksum = readOctal(block, CHECKSUM)
  const sum = sumBytes(block)
  // Old programs added up signed bytes.
  if (checksum === undefined || (checksum !== sum && checksum !== sum - 256 * countSigned(block))) {
    throw new SyntaxError('a header is not one of a tar archive')
  }

  const isUstar = block.toString('latin1', 257, 263) === 'ustar\0'
  const isGnu = block.toString('latin1', 257, 265) === 'ustar  \0'
  const times = GNU_TIMES.filter(([start]) => isGnu && block[start] !== 0)
  for (const field of [...OTHERS, ...(isUstar || isGnu ? DEVICES : []), ...times]) {
    // In base 256, any of them may be large or negative: nobody needs them.
    if (!isBinary(block, field)) parseOctal(block, field)
  }
  const isStar = block.toString('latin1', 508, 512) === 'tar\0'
  return {
    readName() {
      const prefix = isUstar ? parseText(block.subarray(345, isStar ? 476 : 500)) : ''
      const name = parseText(block.subarray(0, 100))
      return prefix === '' ? name : `${prefix}/${name}`
    },
    flag: String.fromCharCode(block[156] as number),
    size: parseNumber(block, SIZE),
    mode: parseNumber(block, MODE),
  }
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
  if (!isBinary(block, field)) return parseOctal(block, field)
  const [start, length] = field
  const first = block[start] as number
  // A number too large for octal digits is written in base 256; a negative one is refused.
  let value = first & 0x7f
  for (const byte of block.subarray(start + 1, start + length)) value = value * 256 + byte
  if (first & 0x40 || !Number.isSafeInteger(value)) throw new SyntaxError('a header holds a number that does not fit')
  return value
}

function isBinary(block: Buffer, [start]: readonly [number, number]): boolean {
  return ((block[start] as number) & 0x80) !== 0
}

function parseOctal(block: Buffer, field: readonly [number, number]): number {
  const [start, length] = field
  const value = readOctal(block, field)
  if (value !== undefined) return value
  if (block.subarray(start, start + length).every(isBlank)) return 0
  throw new SyntaxError('a header holds a number that is none')
}

/** Reads digits among blanks, up to a NUL; `undefined` if there are none, or something else. */
function readOctal(block: Buffer, [start, length]: readonly [number, number]): number | undefined {
  const end = start + length
  let at = start
  while (at < end && isBlank(block[at])) at++
  if (at === end) return undefined
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
 * @throws {SyntaxError} if there is anything else; some readers pass over that, and then see other names and sizes.
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
    if (end > bytes.length || bytes[end - 1] !== 0x0a || equals < blank + 2 || equals >= end) {
      throw new SyntaxError('a PAX record is malformed')
    }
    readRecord(bytes.subarray(blank + 1, equals), bytes.subarray(equals + 1, end - 1), records)
    at = end
    if (++count > MAX_RECORDS) throw new SyntaxError(`a PAX header holds more than ${MAX_RECORDS} records`)
  }
  return records
}

function parseDecimal(bytes: Buffer, start: number, end: number): number {
  let value = 0
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] as number) - 0x30
    if (digit < 0 || digit > 9) return 0
    value = value * 10 + digit
  }
  return value
}

function readRecord(key: Buffer, value: Buffer, records: Map<string, string>): void {
  if (key.includes(0)) throw new SyntaxError('a PAX record is malformed')
  const name = key.toString('latin1')
  if (name === 'path' && value.includes(0)) throw new SyntaxError('a name holds a NUL')
  records.set(name, name === 'path' ? parseText(value) : value.toString('latin1'))
}
