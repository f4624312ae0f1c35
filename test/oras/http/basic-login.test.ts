import { describe, expect, it } from 'vitest'
import { formatBasic, parseBasic } from '../../../src/oras/http/basic-login.js'

describe('parseBasic()', () => {
  it.each([
    { username: 'me', password: 's3cret' },
    { username: 'me', password: 'with: colons: ' },
    { username: 'mé', password: '' },
  ])('reads back %j', (login) => {
    expect(parseBasic(formatBasic(login))).toEqual(login)
  })

  it.each([
    ['Bearer bWU6czNjcmV0', undefined],
    ['', undefined],
    [`Basic ${Buffer.from('alone').toString('base64')}`, { username: '', password: 'alone' }],
  ])('reads %j', (header, login) => {
    expect(parseBasic(header)).toEqual(login)
  })
})
