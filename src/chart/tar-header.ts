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
  /** The bits of Unix, of which only the one for folders says anything about an entry. */
  readonly mode: number
}

/** The size of headers, and of what everything in an archive is padded to, in bytes. */
export const BLOCK_SIZE = 512

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
 * @throws {SyntaxError} if it is none.
 */
export function parseTarHeader(block: Buffer): TarHeader {
  // Programs of old summed up signed bytes.
  const sum = (signed: boolean): number =>
    block.reduce((total, byte, at) => {
      const isChecksum = at >= CHECKSUM[0] && at < CHECKSUM[0] + CHECKSUM[1]
      return total + (isChecksum ? 32 : signed && byte > 127 ? byte - 256 : byte)
    }, 0)
  const checksum = Number.parseInt(trimNumber(block, CHECKSUM), 8)
  if (checksum !== sum(false) && checksum !== sum(true)) throw new SyntaxError('a header is not one of a tar archive')

  const isUstar = block.toString('latin1', 257, 263) === 'ustar\0'
  const isGnu = block.toString('latin1', 257, 265) === 'ustar  \0'
  for (const field of [...OTHERS, ...(isUstar || isGnu ? DEVICES : []), ...(isGnu ? GNU_TIMES : [])]) {
    parseNumber(block, field)
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

/** Reads text up to its first NUL. */
export function parseText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  try {
    // A name that is changed on its way is the name of another file.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(end < 0 ? bytes : bytes.subarray(0, end))
  } catch (cause) {
    throw new SyntaxError('a name is not UTF-8', { cause })
  }
}

function parseNumber(block: Buffer, field: readonly [number, number]): number {
  const [start, length] = field
  const first = block[start] as number
  if ((first & 0x80) === 0) return parseOctal(block, field)
  // What does not fit into octal digits stands there as a number of base 256; a negative one fits nothing.
  let value = first & 0x7f
  for (const byte of block.subarray(start + 1, start + length)) value = value * 256 + byte
  if (first & 0x40 || !Number.isSafeInteger(value)) throw new SyntaxError('a header holds a number that does not fit')
  return value
}

function trimNumber(block: Buffer, [start, length]: readonly [number, number]): string {
  const text = block.toString('latin1', start, start + length).replace(/^[ \0]+|[ \0]+$/g, '')
  return text.split('\0')[0] ?? ''
}

function parseOctal(block: Buffer, field: readonly [number, number]): number {
  const digits = trimNumber(block, field)
  if (!/^[0-7]*$/.test(digits)) throw new SyntaxError('a header holds a number that is none')
  return digits === '' ? 0 : Number.parseInt(digits, 8)
}

/**
 * Reads PAX records: `<length> <key>=<value>\n`, the length counting all of it.
 *
 * @throws {SyntaxError} if there is anything else; some readers pass over that, and then see other names and sizes.
 */
export function parsePaxRecords(bytes: Buffer): ReadonlyMap<string, string> {
  const records = new Map<string, string>()
  for (let at = 0; at < bytes.length;) {
    const [head, digits] = /^([0-9]{1,7}) /.exec(bytes.toString('latin1', at, at + 8)) ?? []
    const length = Number(digits)
    const record = bytes.subarray(at, at + length)
    if (head === undefined || length < 5 || record.length < length || record.at(-1) !== 0x0a) {
      throw new SyntaxError('a PAX record is malformed')
    }
    const equals = record.indexOf('=', head.length)
    const key = record.toString('utf8', head.length, Math.max(equals, head.length))
    const value = record.subarray(equals + 1, -1)
    if (key === '' || key.includes('\0')) throw new SyntaxError('a PAX record is malformed')
    if (key === 'path' && value.includes(0)) throw new SyntaxError('a name holds a NUL')
    records.set(key, key === 'path' ? parseText(value) : value.toString('utf8'))
    at += length
  }
  return records
}
