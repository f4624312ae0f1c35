import { stat } from 'node:fs/promises'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { codeOf, isNowhere } from '../../../src/oras/errors/system-error.js'
import { catchError } from '../../support/catch-error.js'

const coded = (code: unknown, cause?: unknown): Error => Object.assign(new Error('failed', { cause }), { code })

describe('codeOf()', () => {
  it.each<[code: string, error: unknown]>([
    ['ENOENT', coded('ENOENT')],
    ['ENOENT', coded('ENOENT', coded('EACCES'))],
    ['ECONNRESET', new TypeError('fetch failed', { cause: coded('ECONNRESET') })],
    ['ECONNRESET', coded(404, coded('ECONNRESET'))],
    ['EPIPE', runInNewContext(`Object.assign(new Error('failed'), { code: 'EPIPE' })`)],
    ['', new Error('failed')],
    ['', coded(404)],
    ['', 'failed'],
    ['', undefined],
    ['', null],
  ])('finds %j', (code, error) => {
    expect(codeOf(error)).toBe(code)
  })

  it('ends although an error is its own cause', () => {
    const error = new Error('a')
    error.cause = error
    expect(codeOf(error)).toBe('')
  })
})

describe('isNowhere()', () => {
  it('distinguishes what is not there from what may not be read', async () => {
    expect(isNowhere(await catchError(() => stat('no-such-file')))).toBe(true)
    expect(isNowhere(await catchError(() => stat(`${import.meta.filename}/below-a-file`)))).toBe(true)
    expect(isNowhere(coded('EACCES'))).toBe(false)
  })
})
