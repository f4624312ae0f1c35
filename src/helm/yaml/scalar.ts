/** Resolves YAML scalars as Helm does: YAML 1.1 as in go-yaml v2; and formats them as text. */

/** The value of a scalar. An integer is a bigint, because Go keeps 64 bits of it; a float is a number. */
export type YamlScalar = string | boolean | null | bigint | number

/** The tags of scalars that go-yaml v2 resolves; `''` is a scalar without a tag. */
const KNOWN_TAGS: readonly string[] = ['', 'null', 'bool', 'int', 'float', 'timestamp']

const INTEGER = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/
/** More digits than a number of 64 bits has: Go reads them as text, and a bigint of very many digits takes long. */
const TOO_LONG = /^[-+]?(?:0[xX]0*[1-9a-fA-F][0-9a-fA-F]{64}|(?:0[bBoO])?0*[1-9][0-9]{64})/
// go-yaml parses the digits after the prefix separately, so they may have a sign.
const SIGNED_BINARY = /^0b([-+])([01]+)$/
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/
const MIN_INT64 = -(2n ** 63n)
const MAX_UINT64 = 2n ** 64n - 1n

/**
 * Gives the name of a tag: the part after `!!`, or the whole tag if it is not a tag of YAML itself.
 *
 * @param tag The tag as it is written; `''` for no tag.
 * @throws {SyntaxError} with the message of go-yaml, if the tag is `!!` without a name.
 */
export function tagName(tag: string): string {
  if (tag === '') return ''
  if (tag === '!!') throw new SyntaxError('did not find expected tag URI')
  // The non-specific tag: the scalar is text.
  if (tag === '!') return 'str'
  return /^(?:!!|!<tag:yaml\.org,2002:)([^>]*)>?$/.exec(tag)?.[1] ?? tag
}

/**
 * Resolves the value of a scalar.
 *
 * @param tag The name of its tag; `''` for a plain scalar without a tag, `str` for a quoted one.
 * @throws {SyntaxError} if the text does not fit the tag.
 */
export function resolveScalar(text: string, tag: string): YamlScalar {
  if (tag === 'binary') return decodeBase64(text)
  // go-yaml takes a scalar with an unknown tag as text.
  if (!KNOWN_TAGS.includes(tag)) return text
  const value = resolvePlain(text)
  if (tag === 'timestamp' && typeof value === 'string' && isTimestamp(value)) return value
  if (tag === '' || tag === tagOf(value)) return value
  if (tag === 'float' && typeof value === 'bigint' && value < 2n ** 63n) return Number(value)
  throw new SyntaxError(`cannot decode !!${tagOf(value)} \`${text}\` as a !!${tag}`)
}

let constants: ReadonlyMap<string, YamlScalar> | undefined

function listConstants(): ReadonlyMap<string, YamlScalar> {
  const all = (value: YamlScalar, ...texts: string[]) => texts.map((text) => [text, value] as const)
  return new Map([
    ...all(true, 'y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'),
    ...all(false, 'n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'),
    ...all(null, '', '~', 'null', 'Null', 'NULL'),
    ...all(Number.NaN, '.nan', '.NaN', '.NAN'),
    ...all(Infinity, '.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'),
    ...all(-Infinity, '-.inf', '-.Inf', '-.INF'),
  ])
}

function resolvePlain(text: string): YamlScalar {
  const constant = (constants ??= listConstants()).get(text)
  if (constant !== undefined) return constant
  if (!/^[-+.0-9]/.test(text)) return text
  // After a leading point, Go allows an underscore only between digits; elsewhere it may be anywhere.
  const plain = text.startsWith('.') ? text.replaceAll(/(?<=[0-9])_(?=[0-9])/g, '') : text.replaceAll('_', '')
  const [, sign, bits] = SIGNED_BINARY.exec(plain) ?? []
  const digits = bits === undefined ? plain : `${sign}0b${bits}`
  if (INTEGER.test(digits) && !TOO_LONG.test(digits)) {
    const integer = parseInteger(digits)
    if (integer >= MIN_INT64 && integer <= (/^[-+]/.test(plain) ? 2n ** 63n - 1n : MAX_UINT64)) return integer
  }
  if (FLOAT.test(plain)) {
    const float = Number(plain)
    if (Number.isFinite(float)) return float
  }
  // Dates and times stay text; go-yaml does not read numbers of base 60.
  return text
}

const DATE = /^(\d{4})-(\d\d?)-(\d\d?)/
const TIME =
  /^(?:[Tt](\d\d?):(\d\d?):(\d\d?)(?:[.,]\d+)?(?:Z|[-+](\d\d):(\d\d))| (\d\d?):(\d\d?):(\d\d?)(?:[.,]\d+)?)?$/

/** Tells whether go-yaml takes a text for a date, or for a date and a time. */
function isTimestamp(text: string): boolean {
  const [date = '', year, month, day] = DATE.exec(text) ?? []
  const time = date === '' ? null : TIME.exec(text.slice(date.length))
  if (!time) return false
  // The last day of the month. Plus 400 years, which have the same days: Date takes a year below 100 for 19xx.
  const last = new Date(Date.UTC(Number(year) + 400, Number(month), 0)).getUTCDate()
  const isDay = isWithin(month, 1, 12) && isWithin(day, 1, last)
  const [, hour = time[6], minute = time[7], second = time[8], zoneHours, zoneMinutes] = time
  return (
    isDay &&
    isWithin(hour, 0, 23) &&
    isWithin(minute, 0, 59) &&
    isWithin(second, 0, 59) &&
    isWithin(zoneHours, 0, 24) &&
    isWithin(zoneMinutes, 0, 60)
  )
}

function isWithin(digits = '', low: number, high: number): boolean {
  return digits === '' || (Number(digits) >= low && Number(digits) <= high)
}

function decodeBase64(text: string): string {
  const digits = text.replaceAll(/[\r\n]/g, '')
  if (digits.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) {
    throw new SyntaxError('!!binary value contains invalid base64 data')
  }
  return Buffer.from(digits, 'base64').toString()
}

function parseInteger(text: string): bigint {
  const digits = text.replace(/^[-+]/, '').toLowerCase()
  const octal = /^0o?([0-7]+)$/.exec(digits)
  const value = BigInt(octal ? `0o${octal[1]}` : digits)
  return text.startsWith('-') ? -value : value
}

function tagOf(value: YamlScalar): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'bigint') return 'int'
  return typeof value === 'number' ? 'float' : 'str'
}

/** Formats a scalar as Helm does for a text field: `1.10` becomes `1.1`, `yes` becomes `true`. */
export function scalarToText(value: YamlScalar): string {
  if (value === null) return ''
  return typeof value === 'number' ? formatFloat(value) : String(value)
}

/**
 * Formats a scalar as Helm does for a key.
 *
 * @throws {SyntaxError} for null, and for an integer of more than 63 bits.
 */
export function scalarToKey(key: YamlScalar): string {
  if (key === null) throw new SyntaxError('a key is null')
  if (typeof key === 'bigint' && key >= 2n ** 63n) throw new SyntaxError('unsupported map key of type: uint64')
  if (typeof key !== 'number' || Number.isFinite(key)) return scalarToText(key)
  return Number.isNaN(key) ? '.nan' : key > 0 ? '.inf' : '-.inf'
}

/** Formats a float as Go's strconv.FormatFloat(value, 'g', -1, 32). */
function formatFloat(value: number): string {
  const float = Math.fround(value)
  if (Number.isNaN(float)) return 'NaN'
  if (!Number.isFinite(float)) return float > 0 ? '+Inf' : '-Inf'
  if (float === 0) return Object.is(float, -0) ? '-0' : '0'
  const sign = float < 0 ? '-' : ''
  const { digits, power } = shortestDecimal(Math.abs(float))
  if (power >= -4 && power < 6) {
    const places = Math.max(0, digits.length - 1 - power)
    return sign + Number(`${digits}e${power - digits.length + 1}`).toFixed(places)
  }
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : ''
  return `${sign}${digits[0]}${fraction}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

/** Finds the shortest digits that give the same 32-bit float: the nearest ones; of two that are as near, the even ones. */
function shortestDecimal(float: number): { digits: string; power: number } {
  const [exact = '', exponent] = float.toExponential(100).split('e')
  const power = Number(exponent)
  const all = exact.replace('.', '')
  for (let length = 1; ; length++) {
    const below = Number(all.slice(0, length))
    const rest = all.slice(length)
    const half = '5'.padEnd(rest.length, '0')
    const isNearerAbove = rest > half || (rest === half && below % 2 === 1)
    const found = (isNearerAbove ? [below + 1, below] : [below, below + 1]).find(
      (candidate) => Math.fround(Number(`${candidate}e${power - length + 1}`)) === float,
    )
    if (found === undefined) continue
    const digits = String(found)
    return { digits: digits.replace(/0+$/, ''), power: power + digits.length - length }
  }
}
