import { Socket } from 'node:net'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { InvalidArchiveError, NotFoundError, UnsupportedArtifactError } from '../../../src/oras/errors/oci-error.js'
import { eachWithoutSecrets, redactError, withoutSecrets } from '../../../src/oras/errors/redact-error.js'
import { catchError } from '../../support/catch-error.js'

const redact = (text: string): string => text.replaceAll('s3cret', 'REDACTED')
const options = { hint: 'Do not say s3cret.' }

describe('redactError()', () => {
  it('keeps an error of the library, and takes secrets out of all that it has', () => {
    const error = new UnsupportedArtifactError('it is s3cret', { ...options, mediaTypes: ['a/b', 'c/s3cret'] })

    expect(redactError(error, redact)).toBe(error)
    expect(error).toMatchObject({
      message: 'it is REDACTED',
      hint: 'Do not say REDACTED.',
      mediaTypes: ['a/b', 'c/REDACTED'],
      code: 'ERR_UNSUPPORTED_ARTIFACT',
    })
    expect(error.stack).toMatch(/^.*it is REDACTED\n +at /)
    expect(Object.keys(error)).not.toContain('message')
    expect(inspect(error, { depth: 12, showHidden: true })).not.toContain('s3cret')
  })

  it('copies what it cannot keep, as one of its class', () => {
    const cause = Object.assign(new RangeError('of s3cret'), { code: 'E_X', info: { at: 's3cret' }, path: '/a' })
    const error = new NotFoundError('it failed', { ...options, cause })
    redactError(error, redact)

    expect(error.cause).toBeInstanceOf(RangeError)
    expect(error.cause).toMatchObject({ message: 'of REDACTED', code: 'E_X', info: { at: 'REDACTED' }, path: '/a' })
    expect(cause.message).toBe('of s3cret')
    expect(inspect(error, { depth: 12, showHidden: true })).not.toContain('s3cret')
  })

  it('leaves a cause without secrets the same object', () => {
    const cause = Object.assign(new Error('of nothing'), { code: 'E_X', bytes: Buffer.from('none') })
    const error = new NotFoundError('it failed', { ...options, cause })
    redactError(error, redact)

    expect(error.cause).toBe(cause)
  })

  it.each<[what: string, value: unknown]>([
    ['bytes with one', Buffer.from('a s3cret')],
    ['more bytes than can be searched', Buffer.alloc(5000)],
    ['what cannot be looked into', new Map([['s3cret', 's3cret']])],
    ['a connection', new Socket()],
    ['a function', () => 's3cret'],
    ['what lies too deep', Array.from({ length: 20 }).reduce<unknown>((inner) => [inner], 's3cret')],
  ])('leaves out %s', (_, value) => {
    const error = new NotFoundError('it failed', { hint: 'Do.', cause: Object.assign(new Error('x'), { value }) })
    redactError(error, redact)

    expect(inspect(error.cause, { depth: 30 })).not.toContain('s3cret')
    expect((error.cause as { value?: unknown }).value).not.toBe(value)
    expect(error.cause).toMatchObject({ message: 'x' })
  })

  it('goes through errors in errors, also in a circle', () => {
    const inner = new Error('inner s3cret') as Error & { again?: unknown }
    const all = new AggregateError([inner, new DOMException('dom s3cret', 'TimeoutError')], 'all s3cret')
    inner.again = all
    const error = new InvalidArchiveError('it failed', { hint: 'Do.', entry: 's3cret', cause: all })
    redactError(error, redact)

    expect(error.entry).toBe('REDACTED')
    expect((error.cause as AggregateError).errors).toMatchObject([
      { message: 'inner REDACTED' },
      { message: 'dom REDACTED', name: 'TimeoutError' },
    ])
    expect(inspect(error, { depth: 4 })).toContain('all REDACTED')
  })

  it('takes a stack for a secret too that says something else than the message', () => {
    const cause = new Error('s3cret')
    // It is written when it is first looked at.
    expect(cause.stack).toContain('s3cret')
    cause.message = 'nothing'
    const error = new NotFoundError('it failed', { hint: 'Do.', cause })
    redactError(error, redact)

    expect((error.cause as Error).stack).toMatch(/^Error: REDACTED\n/)
  })

  it('copies an error of the system, and leaves one of the caller alone', () => {
    const system = Object.assign(new Error('ENOENT: s3cret'), { code: 'ENOENT', syscall: 'open', path: 's3cret' })
    const own = new Error('s3cret')

    expect(redactError(system, redact)).toMatchObject({ message: 'ENOENT: REDACTED', code: 'ENOENT', path: 'REDACTED' })
    expect(redactError(own, redact)).toBe(own)
    expect(redactError('s3cret', redact)).toBe('s3cret')
  })
})

describe('withoutSecrets() and eachWithoutSecrets()', () => {
  const fail = (): never => {
    throw new NotFoundError('no s3cret', options)
  }

  it('say what went wrong without secrets', async () => {
    async function* deliver(): AsyncGenerator<number> {
      yield 1
      fail()
    }
    const got: number[] = []

    expect((await catchError(() => withoutSecrets(redact, async () => fail()))).message).toBe('no REDACTED')
    const error = await catchError(async () => {
      for await (const each of eachWithoutSecrets(redact, deliver())) got.push(each)
    })
    expect(error.message).toBe('no REDACTED')
    expect(got).toEqual([1])
  })

  it('end a source that is left early', async () => {
    let isEnded = false
    async function* deliver(): AsyncGenerator<number> {
      try {
        yield 1
        yield 2
      } finally {
        isEnded = true
      }
    }
    for await (const each of eachWithoutSecrets(redact, deliver())) if (each === 1) break

    expect(isEnded).toBe(true)
  })
})
