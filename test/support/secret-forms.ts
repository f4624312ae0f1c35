/** Every form in which a server may write what it received, and a reader of all forms that shares no code with the library. */

import { domainToASCII, domainToUnicode } from 'node:url'

/** Writes a secret in one form. */
export type WriteSecret = (secret: string) => string

const eachUnit = (write: (unit: string, code: number) => string): WriteSecret => {
  return (text) => text.replace(/[^]/g, (unit) => write(unit, unit.charCodeAt(0)))
}
const eachByte = (write: (hex: string) => string): WriteSecret => {
  return (text) => Array.from(Buffer.from(text), (byte) => write(byte.toString(16).padStart(2, '0'))).join('')
}
const hex4 = (code: number): string => code.toString(16).padStart(4, '0')
const inJson: WriteSecret = (text) => JSON.stringify(text).slice(1, -1)
const goJson: WriteSecret = (text) => inJson(text).replace(/[<>&]/g, (unit) => `\\u${hex4(unit.charCodeAt(0))}`)
const asciiJson: WriteSecret = (text) => inJson(text).replace(/[^\0-\x7f]/g, (unit) => `\\u${hex4(unit.charCodeAt(0))}`)
const inHtml: WriteSecret = (text) => {
  const names: Readonly<Record<string, string>> = {
    '&': 'amp',
    '<': 'lt',
    '>': 'gt',
    '"': 'quot',
    ü: 'uuml',
    ß: 'szlig',
  }
  return text.replace(/[&<>"üß]/g, (unit) => `&${names[unit]};`)
}
const base64: WriteSecret = (text) => Buffer.from(text).toString('base64')
const middle = (text: string): number => Math.floor(text.length / 2)
const splitBy =
  (break_: string): WriteSecret =>
  (text) =>
    `${text.slice(0, middle(text))}${break_}${text.slice(middle(text))}`

export const FORMS: Readonly<Record<string, WriteSecret>> = {
  'as it is': (text) => text,
  'in capitals': (text) => text.toUpperCase(),
  'in small letters': (text) => text.toLowerCase(),
  decomposed: (text) => text.normalize('NFD'),
  'JSON of JavaScript': inJson,
  'JSON of Go': goJson,
  'JSON of Python': asciiJson,
  'JSON of PHP': (text) => asciiJson(text).replaceAll('/', '\\/'),
  'JSON in capitals': (text) =>
    asciiJson(text).replace(/\\u[0-9a-f]{4}/g, (code) => `\\u${code.slice(2).toUpperCase()}`),
  'JSON in JSON': (text) => inJson(goJson(text)),
  'JSON of each letter': eachUnit((_, code) => `\\u${hex4(code)}`),
  'braces of JavaScript': eachUnit((_, code) => `\\u{${code.toString(16)}}`),
  'braces of Perl': eachUnit((_, code) => `\\x{${code.toString(16)}}`),
  'style sheets': eachUnit((_, code) => `\\00${hex4(code)}`),
  'bytes of C': eachByte((hex) => `\\x${hex}`),
  'octal bytes of C': eachByte((hex) => `\\${Number.parseInt(hex, 16).toString(8).padStart(3, '0')}`),
  percent: encodeURIComponent,
  'percent of each byte': eachByte((hex) => `%${hex}`),
  'percent in capitals': eachByte((hex) => `%${hex.toUpperCase()}`),
  'percent here and there': (text) => `${encodeURIComponent(text.slice(0, 5))}${text.slice(5)}`,
  'percent twice': (text) => encodeURIComponent(encodeURIComponent(text)),
  'percent of the old kind': eachUnit((_, code) => `%u${hex4(code)}`),
  'a form': (text) => new URLSearchParams({ a: text }).toString().slice(2),
  'a form in JSON': (text) => inJson(new URLSearchParams({ a: text }).toString().slice(2)),
  'HTML by names': inHtml,
  'HTML by numbers': eachUnit((unit, code) => (/\w/.test(unit) ? unit : `&#${code};`)),
  'HTML by hexadecimal numbers': eachUnit((_, code) => `&#x${code.toString(16)};`),
  'HTML by numbers with zeros': eachUnit((_, code) => `&#${String(code).padStart(9, '0')};`),
  'HTML with tags in it': splitBy('<wbr class="x">'),
  'HTML in JSON': (text) => inJson(inHtml(text)),
  'HTML of HTML': (text) => inHtml(inHtml(text)),
  'quoted-printable': eachByte((hex) =>
    /^(?:3[0-9]|[46][1-9a-f]|[57][0-9a])$/.test(hex) ? Buffer.from(hex, 'hex').toString() : `=${hex.toUpperCase()}`,
  ),
  base64: base64,
  'base64 of URLs': (text) => Buffer.from(text).toString('base64url'),
  'base64 twice': (text) => base64(base64(text)),
  'base64 of a text with it': (text) => base64(`the login is ada:${text}, it seems`),
  'base64 of JSON': (text) => base64(JSON.stringify({ user: 'ada', secret: text })),
  'base64 in lines': (text) => base64(`the login is ada:${text}`).replace(/.{20}/g, '$& '),
  hexadecimal: (text) => Buffer.from(text).toString('hex'),
  'hexadecimal in capitals': (text) => Buffer.from(text).toString('hex').toUpperCase(),
  'hexadecimal with colons': (text) => eachByte((hex) => `${hex}:`)(text).slice(0, -1),
  'a list of bytes': (text) => Array.from(Buffer.from(text)).join(','),
  'the name of a host': (text) => (/^[\p{L}\p{N}-]+$/u.test(text) ? domainToASCII(text) : ''),
  'UTF-8 taken for Latin 1': (text) => Buffer.from(text).toString('latin1'),
  'without what is not ASCII': (text) => text.replace(/[^\0-\x7f]/g, '?'),
  'with a blank in it': splitBy(' '),
  'in two lines': splitBy('\n '),
  'with a control character in it': splitBy('\u0007'),
  'with a joiner in it': splitBy('\u200b'),
  'cut at our limit': (text) => `${'. '.repeat(92)}${text}`,
  'its first half': (text) => text.slice(0, middle(text)),
  'its second half': (text) => text.slice(middle(text)),
}

const PIECE = 8

/** Tells whether a text contains a secret, or eight letters of it, in any form. */
export function repeatsSecret(text: string, secret: string): boolean {
  const wanted = [secret, Buffer.from(secret).toString('latin1'), secret.replace(/[^\0-\x7f]/g, '?')].map(plain)
  const pieces = wanted.flatMap((each) =>
    Array.from({ length: Math.max(1, each.length - PIECE + 1) }, (_, at) => each.slice(at, at + PIECE)),
  )
  const known = new Set<string>()
  let readings = [text]
  for (let depth = 0; depth < 5 && readings.length > 0; depth++) {
    const fresh = readings.filter((each) => !known.has(each))
    for (const reading of fresh) {
      known.add(reading)
      const letters = plain(reading)
      if (pieces.some((piece) => letters.includes(piece))) return true
    }
    readings = fresh.flatMap(readAnew)
  }
  return false
}

function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{C}\p{M}\p{Z}+]/gu, '')
    .toUpperCase()
}

function readAnew(text: string): readonly string[] {
  const byNumber = (digits: string, radix: number): string =>
    String.fromCodePoint(Number.parseInt(digits, radix) % 0x110000)
  const escapes = text
    .replace(/\\x\{([0-9a-f]+)\}|\\00([0-9a-f]{4})/gi, (_, perl?: string, style?: string) =>
      byNumber(perl ?? style ?? '', 16),
    )
    .replace(/(?:%[0-9a-f]{2})+/gi, (code) => Buffer.from(code.replaceAll('%', ''), 'hex').toString())
    .replace(/(?:\\x[0-9a-f]{2})+/gi, (code) => Buffer.from(code.replaceAll('\\x', ''), 'hex').toString())
    .replace(/(?:\\[0-3][0-7]{2})+/g, (code) =>
      Buffer.from(
        code
          .split('\\')
          .slice(1)
          .map((octal) => Number.parseInt(octal, 8)),
      ).toString(),
    )
    .replace(/(?:=[0-9A-F]{2})+/g, (code) => Buffer.from(code.replaceAll('=', ''), 'hex').toString())
    .replace(/[%\\]u\{?([0-9a-f]{4}|(?<=\{)[0-9a-f]+)\}?/gi, (_, digits: string) => byNumber(digits, 16))
    .replace(/&#x([0-9a-f]+);/gi, (_, digits: string) => byNumber(digits, 16))
    .replace(/&#(\d+);/g, (_, digits: string) => byNumber(digits, 10))
    .replace(
      /&(amp|lt|gt|quot|uuml|szlig);/g,
      (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', uuml: 'ü' })[name] ?? 'ß',
    )
  const unescaped = escapes === text ? text.replace(/\\(.)/g, '$1') : escapes
  const lists = text.replace(/\d+(?:,\d+){3,}/g, (list) => Buffer.from(list.split(',').map(Number)).toString())
  const pairs = text.replace(/[0-9a-f]{2}(?::[0-9a-f]{2})+/gi, (list) =>
    Buffer.from(list.replaceAll(':', ''), 'hex').toString(),
  )
  const joined = text.replace(/\s/g, '')
  const runs = [...text.matchAll(/[A-Za-z0-9+/_-]{8,}/g), ...joined.matchAll(/[A-Za-z0-9+/_-]{8,}/g)].map(
    ([run]) => run,
  )
  const coded = runs.flatMap((run) => [0, 1, 2, 3].map((skip) => Buffer.from(run.slice(skip), 'base64').toString()))
  const hex = runs.flatMap((run) =>
    (run.match(/(?:[0-9a-f]{2}){4,}/gi) ?? []).map((code) => Buffer.from(code, 'hex').toString()),
  )
  const shown = text.replace(/<[^<>]+>/g, '')
  const names = text.replace(/xn--[a-z0-9-]+/gi, domainToUnicode)
  return [unescaped, lists, pairs, names, shown, coded.join('\n'), hex.join('\n')].filter(
    (each) => each !== text && each !== '',
  )
}
