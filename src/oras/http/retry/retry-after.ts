/** Reads Retry-After: how long a server asks to be left alone. */

// The three forms of a date: `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`,
// `Sun Nov  6 08:49:37 1994`. JavaScript would take many more for one.
const DATE =
  /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}(?:, \d{1,2}[ -][a-z]{3}[ -]\d{2,4}| [a-z]{3} [ \d]\d) \d\d:\d\d:\d\d(?: gmt| \d{4})$/i
// A year; more would say no more.
const LONGEST = 366 * 24 * 60 * 60

/**
 * Reads the value of a `Retry-After` header: seconds, also with a fraction, or a date.
 *
 * @param now Milliseconds since the epoch.
 * @returns seconds from now, never fewer than 0 and never more than a year; `undefined` if it says nothing.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function parseRetryAfter(text: string | undefined, now: number): number | undefined {
  // Two headers are joined by a comma; so is a date, with no digit before it.
  const value = /^\s*([\d.]+)\s*,/.exec(text ?? '')?.[1] ?? text?.trim() ?? ''
  if (/^[-+]?\d{1,300}(?:\.\d{0,300})?$/.test(value)) return clamp(Number(value))
  if (!DATE.test(value)) return undefined
  // The form of C's asctime() names no zone, and means the same.
  const date = Date.parse(/gmt$/i.test(value) ? value : `${value} GMT`)
  return Number.isNaN(date) ? undefined : clamp((date - now) / 1000)
}

function clamp(seconds: number): number {
  return Math.min(Math.max(0, seconds), LONGEST)
}
