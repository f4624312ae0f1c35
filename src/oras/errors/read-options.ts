/** Options, read once: every name must be known, and every value of the right type. */
import { quote } from './escape-message.js'
import { isObject, isRecord, wrongArgument } from './wrong-argument.js'

/**
 * Checks the value of an option; it is never `undefined`.
 *
 * @param what The option, as messages name it: `the option tls.ca`.
 * @throws {TypeError}
 */
export type OptionCheck = (value: unknown, what: string) => void

/**
 * The checks of all options of a type. An option that is forgotten here, or has another name, does not compile. Functions
 * give them: a bundler leaves out functions that nothing uses, but no constant that is computed.
 */
export type OptionChecks<Options extends object> = { readonly [Name in keyof Options]-?: OptionCheck }

/**
 * Reads the known options, each once. What is `undefined` counts as not given, whatever its name: that is how a spread
 * takes an option away.
 *
 * @param what What holds the options, as messages name it.
 * @throws {TypeError} if the options are no object, one has a name that is not known, or a value of the wrong type.
 */
export function readOptions<Options extends object>(
  options: Options,
  checks: OptionChecks<Options>,
  what = 'the options',
): Options {
  if (!isRecord(options)) throw wrongArgument(what, 'an object', options)
  const label = (name: string): string => (what === 'the options' ? `the option ${name}` : `${what}.${name}`)
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined && !Object.hasOwn(checks, name)) throw unknownOption(name, Object.keys(checks), label)
  }
  const read: Record<string, unknown> = {}
  for (const [name, check] of Object.entries<OptionCheck>(checks)) {
    const value: unknown = options[name]
    if (value === undefined) continue
    check(value, label(name))
    read[name] = value
  }
  return read as Options
}

/** Makes the error for an option that is not known: it names the nearest one, or all of them. */
function unknownOption(name: string, known: readonly string[], label: (name: string) => string): TypeError {
  const distances = known.map((each) => {
    const isBegun = name.length > 2 && each.startsWith(name)
    return { each, distance: isBegun ? 1 : editDistance(name.toLowerCase(), each.toLowerCase()) }
  })
  const [nearest] = distances.toSorted((a, b) => a.distance - b.distance)
  const isNear = nearest !== undefined && nearest.distance <= (name.length < 4 ? 1 : Math.max(2, name.length / 3))
  const isLogin = /^(?:user|username|password|token)$/i.test(name) && known.includes('credentials')
  const others = isNear ? `did you mean ${nearest.each}?` : `known are ${known.join(', ')}`
  const advice = isLogin ? 'a login is given in the option credentials' : others
  const shown = quote(name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name).slice(1, -1)
  return new TypeError(`${label(shown)} is not known: ${advice}`)
}

const MAX_NAME = 40

/** How many letters must be inserted, removed or replaced to make one text of the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  if (from.length > MAX_NAME) return from.length
  let above = Array.from({ length: to.length + 1 }, (_, at) => at)
  for (let row = 0; row < from.length; row++) {
    const line = [row + 1]
    for (let at = 0; at < to.length; at++) {
      line.push(
        Math.min((line[at] ?? 0) + 1, (above[at + 1] ?? 0) + 1, (above[at] ?? 0) + Number(from[row] !== to[at])),
      )
    }
    above = line
  }
  return above.at(-1) ?? 0
}

/** Makes a check of what a value must be. */
export function must(expected: string, isRight: (value: unknown) => boolean): OptionCheck {
  return (value, what) => {
    if (!isRight(value)) throw wrongArgument(what, expected, value)
  }
}

/** Makes a check for one of a few strings; the string that was given instead is shown. */
export function oneOf(...values: readonly string[]): OptionCheck {
  const names = values.map((value) => `'${value}'`)
  const expected = `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
  return (value, what) => {
    if (values.includes(value as string)) return
    if (typeof value !== 'string') throw wrongArgument(what, expected, value)
    throw new TypeError(`${what} must be ${expected}, not ${quote(value.slice(0, MAX_NAME))}`)
  }
}

/** Makes a check for a number of things. */
export function wholeNumber(least: number): OptionCheck {
  return must(`a whole number from ${least}`, (value) => Number.isSafeInteger(value) && (value as number) >= least)
}

export const aString: OptionCheck = (value, what) => {
  if (typeof value !== 'string') throw wrongArgument(what, 'a string', value)
}
export const aBoolean: OptionCheck = (value, what) => {
  if (typeof value !== 'boolean') throw wrongArgument(what, 'true or false', value)
}
export const aFunction: OptionCheck = (value, what) => {
  if (typeof value !== 'function') throw wrongArgument(what, 'a function', value)
}
export const strings: OptionCheck = (value, what) => {
  const isRight = Array.isArray(value) && value.every((item) => typeof item === 'string')
  if (!isRight) throw wrongArgument(what, 'a list of strings', value)
}
export const annotationTexts: OptionCheck = (value, what) => {
  const isRight = isObject(value) && Object.values(value).every((text) => typeof text === 'string')
  if (!isRight) throw wrongArgument(what, 'an object whose values are strings', value)
}
export const anAbortSignal: OptionCheck = (value, what) => {
  if (!isObject(value) || typeof value['throwIfAborted'] !== 'function') {
    throw wrongArgument(what, 'an AbortSignal', value)
  }
}
