/** Properties of the headers Warning and Retry-After: no header breaks a call. */
import fc from 'fast-check'
import { expect } from 'vitest'
import type { parseRetryAfter } from '../../src/oras/http/retry/rate-limit.js'
import type { parseWarnings } from '../../src/oras/http/with-events.js'
import type { NamedProperty } from './named-property.js'

export interface ResponseHeaders {
  readonly parseWarnings: typeof parseWarnings
  readonly parseRetryAfter: typeof parseRetryAfter
}

const YEAR = 366 * 24 * 60 * 60
const quote = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`

export function responseHeaderProperties(headers: ResponseHeaders): readonly NamedProperty[] {
  return [
    {
      name: 'find every warning again, whatever is in it, next to it and between the headers',
      property: fc.property(fc.array(warnings, { maxLength: 8 }), separators, (given, separator) => {
        const header = given.map(({ code, agent, text, date }) => `${code} ${agent} ${quote(text)}${date}`)
        const ours = given.filter(({ code, text }) => code === '299' && text.trim() !== '')

        expect(headers.parseWarnings(header.join(separator))).toEqual(ours.map(({ text }) => text))
      }),
    },
    {
      name: 'make of any header texts that are not empty, and not more than it has characters',
      property: fc.property(fc.oneof(hostile, fc.string({ unit: 'binary', maxLength: 6000 })), (header) => {
        const texts = headers.parseWarnings(header)

        expect(texts.join('').length).toBeLessThanOrEqual(Math.min(header.length, 4096))
        for (const text of texts) expect(text.trim()).not.toBe('')
      }),
    },
    {
      name: 'read a date in each of its forms as the seconds until then',
      property: fc.property(dates, fc.integer({ min: -YEAR, max: YEAR }), (date, seconds) => {
        const now = date.getTime() - seconds * 1000
        for (const text of formsOf(date)) expect(headers.parseRetryAfter(text, now)).toBe(Math.max(0, seconds))
      }),
    },
    {
      name: 'read any text as a finite wait, or as no wait',
      property: fc.property(fc.oneof(numbers, fc.string({ unit: 'binary' })), (text) => {
        const seconds = headers.parseRetryAfter(text, Date.UTC(2026, 0, 1)) ?? 0

        expect(seconds >= 0 && seconds <= YEAR).toBe(true)
      }),
    },
    {
      name: 'read plain seconds as they are',
      property: fc.property(fc.nat(YEAR), fc.constantFrom('', ' '), (seconds, space) => {
        expect(headers.parseRetryAfter(`${space}${seconds}${space}`, 0)).toBe(seconds)
      }),
    },
  ]
}

const texts = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.stringMatching(/^[ -~]{0,40}$/),
  fc.constantFrom('299 - "inner"', '\\', '"', ', ', '\\"', 'a, 299 - b'),
)
const warnings = fc.record({
  code: fc.oneof({ weight: 4, arbitrary: fc.constant('299') }, fc.constantFrom('110', '199', '214')),
  agent: fc.constantFrom('-', 'registry.example', 'registry.example:5000'),
  text: texts,
  date: fc.constantFrom('', ' "Sat, 25 Aug 2012 23:34:45 GMT"'),
})
const separators = fc.constantFrom(', ', ',', ' , ')
const hostile = fc
  .array(fc.constantFrom('299', ' ', '-', '"', '\\', ',', '299 - "', 'x', '\n'), { maxLength: 3000 })
  .map((pieces) => pieces.join(''))
const numbers = fc.stringMatching(/^[-+]?[0-9]{0,320}\.?[0-9]{0,20}(e[0-9]{1,3})?$/)
// To the second, and in the years that two digits can name.
const dates = fc
  .integer({ min: Date.UTC(2000, 0, 1) / 1000, max: Date.UTC(2049, 11, 31) / 1000 })
  .map((seconds) => new Date(seconds * 1000))

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

function formsOf(date: Date): readonly string[] {
  const [weekday = '', day = '', month = '', year = '', time = ''] = date.toUTCString().replace(',', '').split(' ')
  return [
    date.toUTCString(),
    `${DAYS[date.getUTCDay()]}, ${day}-${month}-${year.slice(2)} ${time} GMT`,
    `${weekday} ${month} ${day.replace(/^0/, ' ')} ${time} ${year}`,
  ]
}
