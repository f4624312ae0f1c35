/** The ways in which a text can be read: as it stands, and decoded, once or several times over. */
import { domainToUnicode } from 'node:url'

/** What lies between two units of a text. */
export type Span = readonly [start: number, end: number]

/** One way to read a text. */
export interface TextView {
  readonly text: string
  /** Where the UTF-16 unit at `at` stands in the text itself: the code that it was written in. */
  readonly spanAt: (at: number) => Span
}

/** What a piece of a text means, and which part of the piece stands for each of its units. */
interface Decoded {
  readonly text: string
  readonly spanAt: (at: number) => Span
}

// Percent-encoding in JSON in HTML in JSON: real texts are not encoded more often.
const MAX_DEPTH = 5
// What a view takes as well as its length, in units.
const VIEW_COST = 50

/**
 * Lists the views of a text: the escapes of JSON, of URLs and forms, of HTML, of C and of mail, base64, hexadecimal,
 * lists of numbers and the names of hosts are decoded, also inside each other.
 *
 * @returns `undefined` if they are longer than `limit` units, taken together.
 */
export function unfoldText(text: string, limit: number): readonly TextView[] | undefined {
  const views: TextView[] = []
  const seen = new Set<string>()
  let size = 0
  let level: readonly TextView[] = [plainView(text)]
  for (let depth = 0; level.length > 0; depth++) {
    const next: TextView[] = []
    for (const view of level) {
      if (view.text === '') continue
      const key = `${view.spanAt(0)[0]} ${view.text}`
      if (seen.has(key)) continue
      seen.add(key)
      size += view.text.length + VIEW_COST
      if (size > limit) return undefined
      views.push(view)
      if (depth < MAX_DEPTH) next.push(...decode(view))
    }
    level = next
  }
  return views
}

/** Decodes the escapes in a text, once. */
export function decodeEscapes(text: string): string {
  return substitute(plainView(text), ESCAPES, decodeEscape).text
}

/** The text as it stands. */
export function plainView(text: string): TextView {
  return { text, spanAt: (at) => [at, at + 1] }
}

/** Makes a view in which what matches is replaced by what it means. */
export function substitute(view: TextView, pattern: RegExp, decodeMatch: (match: string) => Decoded): TextView {
  // Where each piece begins, here and there; one that is not decoded was copied.
  const pieces: { readonly at: number; readonly index: number; readonly decoded?: Decoded }[] = []
  let text = ''
  let copied = 0
  const copyUntil = (end: number): void => {
    if (end > copied) pieces.push({ at: text.length, index: copied })
    text += view.text.slice(copied, end)
  }
  for (const { 0: match, index } of view.text.matchAll(pattern)) {
    copyUntil(index)
    const decoded = decodeMatch(match)
    if (decoded.text !== '') pieces.push({ at: text.length, index, decoded })
    text += decoded.text
    copied = index + match.length
  }
  if (copied === 0) return view
  copyUntil(view.text.length)
  return {
    text,
    spanAt(at) {
      const piece = pieces[findPiece(pieces, at)]
      if (!piece) return [0, 0]
      const [start, end] = piece.decoded?.spanAt(at - piece.at) ?? [at - piece.at, at - piece.at + 1]
      return [view.spanAt(piece.index + start)[0], view.spanAt(piece.index + end - 1)[1]]
    },
  }
}

/** The last one that begins there or before, by halves. */
function findPiece(pieces: readonly { readonly at: number }[], at: number): number {
  let low = 0
  let high = pieces.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((pieces[middle] as { at: number }).at <= at) low = middle
    else high = middle
  }
  return low
}

function decode(view: TextView): readonly TextView[] {
  const views: TextView[] = []
  if (/[%\\&=]/.test(view.text)) views.push(substitute(view, ESCAPES, decodeEscape))
  if (view.text.includes('<')) views.push(substitute(view, TAG, decodeToNothing))
  if (/xn--/i.test(view.text)) views.push(substitute(view, HOST_LABEL, decodeLabel))
  for (const run of cutRuns(view, BYTE_LIST)) views.push(decodeRun(run, 0, decodeByteList))
  for (const run of cutRuns(view, NUMBER_LIST)) views.push(decodeRun(run, 0, decodeNumberList))
  // Long lines of code are folded.
  const unfolded = substitute(view, /[\s\p{C}]+/gu, decodeToNothing)
  // What stands before the code may look like a part of it.
  for (const run of cutRuns(unfolded, HEX)) for (const skip of [0, 1]) views.push(decodeRun(run, skip, decodeHex))
  for (const run of cutRuns(unfolded, BASE64)) {
    for (const skip of [0, 1, 2, 3]) views.push(decodeRun(run, skip, decodeBase64))
  }
  return views
}

/** Shorter runs hold fewer letters than a piece of a secret has. */
const BASE64 = /[A-Za-z0-9+/_-]{6,}/g
const HEX = /[0-9A-Fa-f]{8,}/g
/** `68:75:6e:74`, `68 75 6e 74`, `0x68, 0x75, 0x6e, 0x74`. */
const BYTE_LIST = /(?:(?:0x)?[0-9A-Fa-f]{2}[\s:,-]{1,4}){3,}(?:0x)?[0-9A-Fa-f]{2}/g
/** `[104,117,110,116]`. */
const NUMBER_LIST = /(?:\d{1,3}[\s,;]{1,4}){3,}\d{1,3}/g
/** What stands between the letters that a browser shows. */
const TAG = /<[^<>]{1,200}>/g
const HOST_LABEL = /xn--[A-Za-z0-9-]+/gi

function cutRuns(view: TextView, pattern: RegExp): readonly TextView[] {
  return Array.from(view.text.matchAll(pattern), ({ 0: text, index }) => {
    return { text, spanAt: (at) => view.spanAt(index + at) }
  })
}

function decodeRun(run: TextView, skip: number, decodeCode: (code: string) => Decoded): TextView {
  const { text, spanAt } = decodeCode(run.text.slice(skip))
  return {
    text,
    spanAt(at) {
      const [start, end] = spanAt(at)
      return [run.spanAt(skip + start)[0], run.spanAt(skip + end - 1)[1]]
    },
  }
}

/** Takes a piece out. */
function decodeToNothing(): Decoded {
  return { text: '', spanAt: () => [0, 0] }
}

function decodeBase64(code: string): Decoded {
  return readBytes(Buffer.from(code, 'base64'), (byte) => {
    const start = Math.floor(byte / 3) * 4
    return [start, Math.min(start + 4, code.length)]
  })
}

function decodeHex(code: string): Decoded {
  return readBytes(Buffer.from(code, 'hex'), (byte) => [2 * byte, 2 * byte + 2])
}

function decodeByteList(code: string): Decoded {
  const found = [...code.matchAll(/(?:0x)?([0-9A-Fa-f]{2})/g)]
  return readBytes(Buffer.from(found.map(([, hex = '']) => Number.parseInt(hex, 16))), spansOf(found))
}

function decodeNumberList(code: string): Decoded {
  const found = [...code.matchAll(/\d+/g)]
  return readBytes(Buffer.from(found.map(([number]) => Number(number))), spansOf(found))
}

function spansOf(found: readonly RegExpExecArray[]): (byte: number) => Span {
  return (byte) => {
    const { 0: match, index } = found[byte] as RegExpExecArray
    return [index, index + match.length]
  }
}

function decodeLabel(label: string): Decoded {
  return decodeWhole(label, domainToUnicode(label))
}

/** What the piece means as a whole. */
export function decodeWhole(code: string, text: string): Decoded {
  return { text, spanAt: () => [0, code.length] }
}

/** Reads bytes as UTF-8, or, if they are not UTF-8, each as a character. */
function readBytes(bytes: Buffer, byteSpan: (byte: number) => Span): Decoded {
  const text = bytes.toString('utf8')
  if (text.includes('\ufffd')) return { text: bytes.toString('latin1'), spanAt: byteSpan }
  return {
    text,
    spanAt(at) {
      // The second half of a pair belongs to the same bytes.
      const start = Buffer.byteLength(text.slice(0, at).replace(/[\ud800-\udbff]$/, ''))
      return [
        byteSpan(start)[0],
        byteSpan(start + Buffer.byteLength(String.fromCodePoint(text.codePointAt(at) as number)) - 1)[1],
      ]
    },
  }
}

const ESCAPES = new RegExp(
  [
    '%u[0-9A-Fa-f]{4}',
    '(?:%[0-9A-Fa-f]{2})+',
    String.raw`\\u\{[0-9A-Fa-f]{1,6}\}`,
    String.raw`\\u[0-9A-Fa-f]{4}`,
    String.raw`\\U[0-9A-Fa-f]{8}`,
    String.raw`\\x\{[0-9A-Fa-f]{1,6}\}`,
    String.raw`(?:\\x[0-9A-Fa-f]{2})+`,
    // As style sheets have it.
    String.raw`\\00[0-9A-Fa-f]{4}`,
    String.raw`(?:\\[0-3][0-7]{2})+`,
    String.raw`\\[^]`,
    '&#[xX]0{0,20}[0-9A-Fa-f]{1,6};?',
    String.raw`&#0{0,20}\d{1,7};?`,
    String.raw`&[A-Za-z]{2,8}\d{0,2};`,
    // A long line of quoted-printable is broken so.
    String.raw`=[\t ]*(?:\r?\n|$)`,
    '(?:=[0-9A-Fa-f]{2})+',
  ].join('|'),
  'g',
)

function decodeEscape(code: string): Decoded {
  const codePoint = (digits: string, radix: number): Decoded => {
    const value = Number.parseInt(digits, radix)
    return decodeWhole(code, value <= 0x10ffff ? String.fromCodePoint(value) : '')
  }
  const inBytes = (digits: readonly string[], radix: number, width: number): Decoded =>
    readBytes(Buffer.from(digits.map((each) => Number.parseInt(each, radix))), (byte) => [
      width * byte,
      width * byte + width,
    ])

  if (/^(?:%u|\\u|\\U|\\x(?=\{)|\\(?=00[0-9A-Fa-f]{4}))[0-9A-Fa-f{]/.test(code))
    return codePoint(code.replace(/[^0-9A-Fa-f]/g, ''), 16)
  if (/^(?:%|\\x[0-9A-Fa-f]|=[0-9A-Fa-f])/.test(code)) {
    return inBytes(code.split(/%|\\x|=/).slice(1), 16, code.startsWith('\\') ? 4 : 3)
  }
  if (/^\\\d{3}/.test(code)) return inBytes(code.split('\\').slice(1), 8, 4)
  if (code.startsWith('\\')) return decodeWhole(code, /[bfnrtv0]/.test(code[1] as string) ? ' ' : code.slice(1))
  if (code.startsWith('=')) return decodeToNothing()
  if (/^&#x/i.test(code)) return codePoint(code.replace(/^&#x|;$/gi, ''), 16)
  if (code.startsWith('&#')) return codePoint(code.replace(/^&#|;$/g, ''), 10)
  return decodeWhole(code, ENTITIES.get(code.slice(1, -1).toLowerCase()) ?? code)
}

// The characters of ASCII that have names in HTML, and those of Latin 1 in their order from 160 on. Upper and lower case
// are the same when they are compared.
const ASCII_ENTITIES =
  'excl ! quot " num # dollar $ percnt % amp & apos \' lpar ( rpar ) ast * plus + comma , period . sol / colon : semi ; ' +
  'lt < equals = gt > quest ? commat @ lsqb [ lbrack [ bsol \\ rsqb ] rbrack ] hat ^ lowbar _ grave ` lcub { lbrace { ' +
  'verbar | vert | rcub } rbrace } tilde ~'
const LATIN_ENTITIES =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para ' +
  'middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest agrave aacute acirc atilde auml aring aelig ccedil egrave ' +
  'eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml times oslash ugrave uacute ucirc ' +
  'uuml yacute thorn szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc ' +
  'iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml'
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ...ASCII_ENTITIES.split(' ').flatMap((name, at, all) =>
    at % 2 === 0 ? [[name, all[at + 1] as string] as const] : [],
  ),
  ...LATIN_ENTITIES.split(' ').map((name, at) => [name, String.fromCharCode(160 + at)] as const),
  ['euro', '€'],
])
