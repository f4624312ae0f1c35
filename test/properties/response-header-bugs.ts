/** Possible bugs in reading headers, named by what is wrong. */
import { parseWarnings } from '../../src/oras/http/with-events.js'
import { parseRetryAfter } from '../../src/oras/http/retry/rate-limit.js'
import type { ResponseHeaders } from './response-headers.js'

export const responseHeaderBugs: Readonly<Record<string, Partial<ResponseHeaders>>> = {
  'a comma always ends a warning': {
    parseWarnings: (header) => header.split(',').flatMap((each) => parseWarnings(each)),
  },
  'a quote in a text ends it': {
    parseWarnings: (header) => [...header.matchAll(/299 \S+ "([^"]*)"/g)].map(([, text = '']) => text),
  },
  'the texts of caches count': {
    parseWarnings: (header) => parseWarnings(header.replaceAll(/(^|, ?)(?:110|199|214) /g, '$1299 ')),
  },
  'only the first warning is read': { parseWarnings: (header) => parseWarnings(header).slice(0, 1) },
  'a text that says nothing counts': { parseWarnings: (header) => [...parseWarnings(header), ''] },
  'what is long is read on': {
    parseWarnings: (header) => parseWarnings(header).map((text) => text.padEnd(5000, 'x')),
  },
  'a date is read as whatever JavaScript takes for one': {
    parseRetryAfter: (text = '', now) => (Date.parse(text) - now) / 1000,
  },
  'a negative number is taken as it is': {
    parseRetryAfter: (text, now) =>
      text?.startsWith('-') === true ? Number.parseFloat(text) : parseRetryAfter(text, now),
  },
  'a huge number is waited for': {
    parseRetryAfter: (text, now) => (/^\d+$/.test(text ?? '') ? Number(text) : parseRetryAfter(text, now)),
  },
  'the year of two digits is one of the nineteenth hundreds': {
    parseRetryAfter: (text, now) => parseRetryAfter(text?.replace(/-(\d\d) /, '-19$1 '), now),
  },
  'seconds are milliseconds': {
    parseRetryAfter: (text, now) => {
      const seconds = parseRetryAfter(text, now)
      return seconds === undefined ? undefined : seconds / 1000
    },
  },
}
