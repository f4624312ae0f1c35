import { describe, expect, it } from 'vitest'
import { Secrets } from '../../../src/oras/errors/secrets.js'
import { digestOf } from '../../../src/oras/oci/digest.js'
import { FORMS } from '../../support/secret-forms.js'

const SECRET = 'h&nt<r"2/ü4+9x'

function knowing(...secrets: readonly string[]): Secrets {
  const known = new Secrets('localhost:5000/acme/tools')
  known.learn(...secrets)
  return known
}

describe('Secrets', () => {
  // Half of such a short secret cannot be distinguished from ordinary words.
  const forms = Object.entries(FORMS).filter(
    ([form]) => !/half|base64 of|base64 twice|in lines|cut|the name of a host/.test(form),
  )

  it.each(forms)('removes no more than the secret itself: %s', (_, write) => {
    expect(knowing(SECRET).redactForeign(`the login, ${write(SECRET)}, is bad`)).toBe('the login, REDACTED, is bad')
  })

  it.each([
    ['a letter alone', 'a', 'a bad login as a', 'REDACTED bad login as REDACTED', 'a bad login as a'],
    ['a short one', 'xy', 'bad: xy in xyz', 'bad: REDACTED in xyz', 'bad: xy in xyz'],
    ['one with a digit', 'pw4q', 'adapw4q: pw4q', 'adaREDACTED: REDACTED', 'adaREDACTED: REDACTED'],
    ['one with a sign', 'Zq9x!', 'type/xZ q9x!x', 'type/xREDACTEDx', 'type/xREDACTEDx'],
    ['a word of the library', 'chart', 'chart mychart', 'REDACTED mychart', 'chart mychart'],
    ['another', 'localhost', 'at localhost:5000', 'at REDACTED:5000', 'at localhost:5000'],
    ['the name of the repository', 'acme', 'acme/tools', 'REDACTED/tools', 'acme/tools'],
    ['a word like others', 'tiger', 'tigers, tiger', 'tigers, REDACTED', 'tigers, REDACTED'],
    ['words', 'registry password', 'the registry password', 'the REDACTED', 'the REDACTED'],
    ['a part of words', 'my registry is large', 'the registry is down', 'the REDACTED down', 'the registry is down'],
  ])('leaves messages readable whatever the password is: %s', (_, password, text, foreign, own) => {
    const secrets = knowing(password)

    expect(secrets.redactForeign(text)).toBe(foreign)
    expect(secrets.redact(text)).toBe(own)
  })

  it('finds a login in base64, padded or not, of headers and of URLs', () => {
    const coded = Buffer.from('ada:ÿÿÿ?>?>?>').toString('base64')
    const secrets = knowing(coded)

    for (const form of [
      coded,
      coded.replace(/=+$/, ''),
      coded.replaceAll('+', '-').replaceAll('/', '_'),
      coded.toLowerCase(),
    ])
      expect(secrets.redactForeign(`Basic ${form}`)).toBe('Basic REDACTED')
  })

  it('finds the parts of a token, and a password that contains escapes', () => {
    const token = Buffer.from('ghp_W4lrX9q2TzK7').toString('base64')
    expect(knowing(token).redactForeign('it is ghp_W4lrX9q2TzK7')).toBe('it is REDACTED')

    const password = 'p%41ss\\nq&amp;7'
    expect(knowing(password).redactForeign(JSON.stringify(`it is ${password}&`))).toBe('"it is REDACTED&"')
  })

  it('finds nested encodings', () => {
    const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)
    const coded = inJson(encodeURIComponent(inJson(Buffer.from(`{"a":"${inJson(SECRET)}"}`).toString('base64'))))

    expect(knowing(SECRET).redactForeign(`at ${coded}.`)).toMatch(/^at .*REDACTED.*\.$/)
  })

  it('withholds a text that would take too long to search', () => {
    const withheld = '(not shown: it is too long to be searched for secrets)'
    let nested = 'a'.repeat(2000)
    for (let level = 0; level < 3; level++) nested = Buffer.from(nested).toString('base64')

    expect(knowing(SECRET).redact('a '.repeat(4097))).toBe(withheld)
    expect(knowing(SECRET).redactForeign(nested.slice(0, 8000))).toBe(withheld)
    expect(new Secrets().redactForeign('a '.repeat(4097))).toBe('a '.repeat(4097))
  })

  it('remembers only the secrets that were used last', () => {
    const tokenOf = (count: number): string => digestOf(Buffer.from(`${count}`)).slice(7)
    const secrets = knowing(SECRET)
    for (let count = 0; count < 1000; count++) {
      secrets.learn(tokenOf(count))
      secrets.learn(SECRET)
    }

    expect(secrets.redact(`${SECRET}, ${tokenOf(999)}, ${tokenOf(1)}`)).toBe(`REDACTED, REDACTED, ${tokenOf(1)}`)
  })

  it('finds a token of any length', () => {
    const token = Array.from({ length: 2000 }, (_, at) => digestOf(Buffer.from(`${at}`)).slice(7)).join('.')
    const secrets = knowing(token)

    expect(secrets.redact(`it is ${token.slice(0, 4000)}`)).toMatch(/^it is REDACTED.{0,8}$/)
    expect(secrets.redact(`it is ${token.slice(9000, 9100)} there`)).toMatch(/^it is .{0,8}REDACTED.{0,8} there$/)
  })

  it('ignores values that are not text', () => {
    const secrets = new Secrets()
    secrets.learn(undefined, '', 5, null)

    expect(secrets.isEmpty).toBe(true)
  })
})
