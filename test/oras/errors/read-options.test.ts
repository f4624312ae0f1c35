import { describe, expect, it } from 'vitest'
import {
  aBoolean,
  anAbortSignal,
  annotationTexts,
  aString,
  must,
  oneOf,
  type OptionChecks,
  readOptions,
  strings,
  wholeNumber,
} from '../../../src/oras/errors/read-options.js'

interface Options {
  readonly format?: string | undefined
  readonly concurrency?: number | undefined
  readonly overwrite?: boolean | undefined
}

const checks: OptionChecks<Options> = {
  format: oneOf('helm', 'split'),
  concurrency: wholeNumber(1),
  overwrite: aBoolean,
}
const read = (options: unknown): Options => readOptions<Options>(options as Options, checks)

describe('readOptions()', () => {
  it('gives the options that are set, and leaves out what is undefined, whatever its name', () => {
    const given = { format: 'helm', concurrency: undefined, fromat: undefined }

    expect(read(given)).toEqual({ format: 'helm' })
    expect(Object.keys(read(given))).toEqual(['format'])
  })

  it('reads each option once, also of an instance with getters', () => {
    let times = 0
    class Settings {
      readonly overwrite = true
      get format(): string {
        return ++times === 1 ? 'split' : 'nothing'
      }
    }

    expect(read(new Settings())).toEqual({ format: 'split', overwrite: true })
  })

  it.each([
    ['fromat', 'the option fromat is not known: did you mean format?'],
    ['Format', 'the option Format is not known: did you mean format?'],
    ['concurency', 'the option concurency is not known: did you mean concurrency?'],
    ['over', 'the option over is not known: did you mean overwrite?'],
    ['overwrites', 'the option overwrites is not known: did you mean overwrite?'],
    ['retries', 'the option retries is not known: known are format, concurrency, overwrite'],
    ['constructor', 'the option constructor is not known: known are format, concurrency, overwrite'],
    ['a\u001b[31m\n"', 'the option a\\u001b[31m\\n\\" is not known: known are format, concurrency, overwrite'],
    ['x'.repeat(1e6), `the option ${'x'.repeat(40)}… is not known: known are format, concurrency, overwrite`],
  ])('refuses an option that is not known: %.20j', (name, message) => {
    expect(() => read({ format: 'helm', [name]: 1 })).toThrow(new TypeError(message))
  })

  it.each<[options: unknown, type: string]>([
    [null, 'null'],
    [undefined, 'undefined'],
    ['helm', 'a string'],
    [['format'], 'a list'],
    [() => ({}), 'a function'],
    [AbortSignal.abort(), 'an AbortSignal'],
    [new URL('http://localhost'), 'a URL'],
    [Promise.resolve({}), 'a Promise: await it first'],
  ])('refuses %s in the place of the options', (options, type) => {
    expect(() => read(options)).toThrow(new TypeError(`the options must be an object, not ${type}`))
  })

  it('takes an object without a prototype, and an empty one', () => {
    expect(read(Object.assign(Object.create(null) as object, { format: 'helm' }))).toEqual({ format: 'helm' })
    expect(read({})).toEqual({})
  })

  it('names a member by the option that holds it', () => {
    expect(() => readOptions<Options>({ concurrency: 0 }, checks, 'the option limits')).toThrow(
      new TypeError('the option limits.concurrency must be a whole number from 1, not the number 0'),
    )
    expect(() => readOptions({ formats: 1 } as Options, checks, 'the option limits')).toThrow(
      new TypeError('the option limits.formats is not known: did you mean format?'),
    )
  })
})

describe('a check', () => {
  it.each<[check: (value: unknown, what: string) => void, right: readonly unknown[], wrong: readonly unknown[]]>([
    [aString, ['', 'a'], [1, null]],
    [aBoolean, [true, false], ['false', 0, null]],
    [strings, [[], ['a']], ['a', [1], null]],
    [annotationTexts, [{}, { a: 'b' }], [{ a: 1 }, [], 'a', null]],
    [anAbortSignal, [new AbortController().signal], [new AbortController(), {}, 5, null]],
    [wholeNumber(1), [1, 5], [0, 1.5, NaN, Infinity, '1', null]],
    [oneOf('a', 'b'), ['a', 'b'], ['c', 1, null]],
    [must('seven', (value) => value === 7), [7], [8]],
  ])('takes what is right, and nothing else: %#', (check, right, wrong) => {
    for (const value of right) expect(() => check(value, 'it')).not.toThrow()
    for (const value of wrong) expect(() => check(value, 'it')).toThrow(TypeError)
  })

  it('shows a string only in the place of one of a few', () => {
    expect(() => oneOf('a', 'b', 'c')('s\n', 'the option it')).toThrow(
      new TypeError(`the option it must be 'a', 'b' or 'c', not "s\\n"`),
    )
    expect(() => aBoolean('s3cret', 'the option it')).toThrow(
      new TypeError('the option it must be true or false, not a string'),
    )
  })
})
