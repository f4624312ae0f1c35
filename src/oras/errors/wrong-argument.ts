/** Arguments that TypeScript would not let through: refused before anything is done with them, in words that name them. */
import { printable } from './escape-message.js'

/**
 * Makes the error for an argument or an option of the wrong type. It tells the type of what was given and not the value,
 * which may hold a password.
 *
 * @param what `the argument chart`, `the option tags`.
 * @param expected `a list of strings`.
 */
export function wrongArgument(what: string, expected: string, given: unknown): TypeError {
  const name = typeName(given)
  const advice =
    name === 'a URL' && expected.startsWith('the path') ? ': fileURLToPath(url) of node:url gives the path' : ''
  // "A string of digits, not a string" would say nothing.
  return new TypeError(`${what} must be ${expected}${expected.startsWith(name) ? '' : `, not ${name}${advice}`}`)
}

/** Names the type of a value, as messages do: `a string`, `undefined`, `a URL`. */
function typeName(value: unknown): string {
  if (value === undefined || value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return `the number ${value}`
  if (typeof value === 'string') return value === '' ? 'an empty string' : 'a string'
  if (typeof value !== 'object') return `a ${typeof value}`
  if (Array.isArray(value)) return 'a list'
  const { constructor } = value as { readonly constructor?: { readonly name?: unknown } | null }
  const name = printable(constructor?.name, 40)
  if (name === '' || name === 'Object') return 'an object'
  return name === 'Promise' ? 'a Promise: await it first' : `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}`
}

/** Tells an object with members from everything else. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Tells an object that names values, such as options, from an instance without members: a signal, a URL, a Promise.
 */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isObject(value)) return false
  const prototype = Object.getPrototypeOf(value) as object | null
  // Not `Object.prototype`: test runners have globals of their own.
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null
  return isPlain || Object.keys(value).length > 0
}

/** Tells bytes, also those of another realm: test runners have globals of their own. */
export function isBytes(value: unknown): value is Uint8Array {
  return Object.prototype.toString.call(value) === '[object Uint8Array]'
}

/**
 * Checks that an argument is a string that is not empty.
 *
 * @param expected With an example: `a reference such as "ghcr.io/acme/app:1.0.0"`.
 * @throws {TypeError} that names the argument.
 */
export function expectString(name: string, expected: string, value: unknown): void {
  if (typeof value !== 'string' || value === '') throw wrongArgument(`the argument ${name}`, expected, value)
}

/**
 * Checks that an argument can be gone through with `for`; a string is no list.
 *
 * @throws {TypeError} that names the argument.
 */
export function expectIterable(name: string, expected: string, value: unknown): void {
  const isRight = typeof value === 'object' && value !== null && Symbol.iterator in value
  if (!isRight) throw wrongArgument(`the argument ${name}`, expected, value)
}
