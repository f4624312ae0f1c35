import { describe, expect, it } from 'vitest'
import * as library from '../../../src/index.js'
import { NotFoundError, type OciError, RegistryError } from '../../../src/index.js'
import { redactError } from '../../../src/oras/errors/redact-error.js'

type AnyErrorClass = new (message: string, options: Readonly<Record<string, unknown>>) => OciError

const classes = Object.entries<unknown>(library).filter(
  ([name, value]) => name.endsWith('Error') && name !== 'OciError' && typeof value === 'function',
) as unknown as [string, AnyErrorClass][]

const answer = {
  method: 'GET',
  url: 'http://a/v2/',
  status: 500,
  diagnostics: [{ code: 'UNKNOWN', message: 'broken' }],
}
/** The fields of all classes together; each class takes its own. */
const fields = {
  input: 'a/B',
  part: 'B',
  file: 'Chart.yaml',
  entry: 'a/../b',
  mediaTypes: ['a/b'],
  expected: '1',
  actual: '2',
  limit: 5,
  answer,
  source: 'config.json',
  isGlobal: true,
  url: 'http://a/',
  method: 'GET',
}
const json = (error: unknown): unknown => JSON.parse(JSON.stringify(error))

describe('JSON.stringify() of an error', () => {
  it('knows of every class', () => {
    expect(classes.length).toBe(14)
  })

  it.each(classes)('shows all of a %s, and no stack', (name, ErrorClass) => {
    const cause = new NotFoundError('it is not there', { hint: 'Look.', cause: new RangeError('too far') })
    const error = new ErrorClass('it failed', { hint: 'Do.', ...fields, cause })
    const own = Object.fromEntries(Object.entries(fields).filter(([field]) => Object.hasOwn(error, field)))

    expect(json(error)).toEqual({
      name,
      code: error.code,
      message: 'it failed',
      hint: 'Do.',
      ...own,
      cause: {
        name: 'NotFoundError',
        code: 'ERR_NOT_FOUND',
        message: 'it is not there',
        hint: 'Look.',
        cause: { name: 'RangeError', message: 'too far' },
      },
    })
  })

  it('shows the code of a system error, and the errors of each address, but nothing else of them', () => {
    const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', request: { authorization: 's3cret' } })
    const cause = Object.assign(new AggregateError([refused]), { toJSON: () => 's3cret', hint: 's3cret' })

    expect(json(new NotFoundError('it failed', { hint: 'Do.', cause }))).toMatchObject({
      cause: { name: 'AggregateError', errors: [{ name: 'Error', code: 'ECONNREFUSED', message: 'refused' }] },
    })
    expect(JSON.stringify(new NotFoundError('it failed', { hint: 'Do.', cause }))).not.toContain('s3cret')
  })

  it('ends where causes meet in a circle, where they lie deep, and at what JSON cannot hold', () => {
    const inner = new Error('inner') as Error & { cause?: unknown }
    const error = new NotFoundError('outer', { hint: 'Do.', cause: inner })
    inner.cause = error
    Object.assign(error, { big: 1n, socket: new Map(), call: () => 1, itself: error, list: [error, 1] })
    expect(json(error)).toEqual({
      name: 'NotFoundError',
      code: 'ERR_NOT_FOUND',
      message: 'outer',
      hint: 'Do.',
      list: [null, 1],
      cause: { name: 'Error', message: 'inner' },
    })

    let deep: unknown = 'the end'
    for (let depth = 0; depth < 1000; depth++) deep = new NotFoundError('again', { hint: 'Do.', cause: deep })
    expect(JSON.stringify(deep).split('again').length - 1).toBe(11)
  })

  it.each(['a text', 5, true])('shows a cause that is no error: %j', (cause) => {
    expect(json(new NotFoundError('it failed', { hint: 'Do.', cause }))).toMatchObject({ cause })
  })

  it('holds no secret that was taken out of the error', () => {
    const cause = Object.assign(new Error('of s3cret'), { code: 's3cret' })
    const error = new RegistryError('it is s3cret', {
      hint: 'Not s3cret.',
      cause,
      answer: { ...answer, requestId: 's3cret' },
    })

    redactError(error, (text) => text.replaceAll('s3cret', 'REDACTED'))

    expect(JSON.stringify(error)).not.toContain('s3cret')
    expect(JSON.stringify(error).split('REDACTED').length - 1).toBe(5)
  })
})
