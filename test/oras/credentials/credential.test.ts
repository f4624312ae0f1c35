import { describe, expect, it } from 'vitest'
import { checkProvider, type CredentialProvider, findCredential } from '../../../src/oras/credentials/credential.js'
import { formatBasic } from '../../../src/oras/http/basic-login.js'

const target = { registry: 'host', repository: 'a' }
const credential = { username: 'a', password: 'b' }

describe('findCredential()', () => {
  const KINDS = 'credentials must have a username and a password, an identityToken or a registryToken, each a string'
  it.each([
    ['a variable that is not set', { username: 'me', password: undefined }, ': the password is undefined'],
    ['a password alone', { password: 's3cret' }, ': the username is undefined'],
    ['a token that is not set', { registryToken: undefined }, ''],
    ['a token that breaks its line', { registryToken: 'a\nb' }, ''],
    ['an empty identity token', { identityToken: '' }, ''],
    ['a text', 'me:s3cret', ''],
    ['null', null, ''],
    ['a number', { username: 'me', password: 7 }, ': the password is not a string'],
  ])('refuses %s, as a value and from a function, and does not show it', async (_, value, lack) => {
    for (const provider of [value, () => value]) {
      const error = await findCredential(provider as CredentialProvider, { registry: 'r', repository: 'a' }).catch(
        (thrown: unknown) => thrown,
      )
      expect(error).toEqual(new TypeError(`${KINDS}${lack}`))
    }
  })

  it("finds no credential for 'anonymous'", async () => {
    expect(await findCredential('anonymous', target)).toBeUndefined()
  })

  it.each([
    [{ ...credential, identityToken: undefined }, credential],
    [{ ...credential, registryToken: '', identityToken: '' }, credential],
    [{ ...credential, identityToken: 'i' }, { identityToken: 'i' }],
    [{ ...credential, identityToken: 'i', registryToken: 'r' }, { registryToken: 'r' }],
  ])('takes the strongest of several kinds: %j', async (value, expected) => {
    expect(await findCredential(value as CredentialProvider, target)).toEqual(expected)
  })

  it('gives a value as it is', async () => {
    expect(await findCredential(credential, target)).toEqual(credential)
  })

  it('asks a function for the target, whether it answers at once or later', async () => {
    expect(await findCredential((asked) => ({ username: asked.registry, password: asked.repository }), target)).toEqual(
      {
        username: 'host',
        password: 'a',
      },
    )
    expect(await findCredential(async () => credential, target)).toEqual(credential)
    expect(await findCredential(() => undefined, target)).toBeUndefined()
  })
})

describe('checkProvider()', () => {
  it('refuses the login that two variables make which are not set', () => {
    expect(() => checkProvider({ username: '', password: '' }, 'the option credentials')).toThrow(
      /^the option credentials must have .*: the username and the password are empty$/,
    )
  })

  it('takes an empty password', () => {
    expect(() => checkProvider({ username: 'a', password: '' }, 'the option credentials')).not.toThrow()
  })
})

describe('formatBasic()', () => {
  it.each([
    ['Aladdin', 'open sesame', 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=='],
    ['test', '123£', 'Basic dGVzdDoxMjPCow=='],
    ['', '', 'Basic Og=='],
    ['a', 'b\r\nX: y', 'Basic YTpiDQpYOiB5'],
  ])('writes %j and %j as one header value', (username, password, header) => {
    expect(formatBasic({ username, password })).toBe(header)
  })
})
