import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidReferenceError } from '../../../src/oras/errors/oci-error.js'
import {
  formatReference,
  parseNamespace,
  parseReference,
  parseRepository,
  parseTag,
  type Reference,
} from '../../../src/oras/oci/reference.js'
import { catchError } from '../../support/catch-error.js'
import { assertProperty } from '../../support/seeds.js'

const SHA256 = `sha256:${'0123456789abcdef'.repeat(4)}`
const SHA512 = `sha512:${'0123456789abcdef'.repeat(8)}`

const NOT_OCI = 'Write host/repository:tag, or oci://host/path.'
const HOST = 'A reference begins with the host of the registry, with its port if it has one: ghcr.io, localhost:5000.'
const PORT = 'Give the port as a number from 1 to 65535, or leave it out: localhost:5000.'
const MISSING = 'Name the repository after the registry: localhost:5000/app.'
const UPPER = 'Write the repository in lower case.'
const REPOSITORY =
  'A repository has lower-case letters, digits, and single ".", "_", "__" or dashes between them; parts are separated by "/".'
const SLASH = 'Write one "/" between the parts of the repository, and none at its end.'
const LENGTH = 'A repository has up to 255 characters, without the registry, and a tag has up to 128.'
const TAG = 'A tag has up to 128 letters, digits, "_", "." and "-", and begins with a letter, a digit or "_".'
const PLUS =
  'A tag cannot hold "+": write "_" in its place, as Helm does. Only the tag of an oci:// reference may be written with "+".'
const DIGEST = 'After "@" comes "sha256:" and 64, or "sha512:" and 128 lower-case hexadecimal characters.'

describe('parseReference()', () => {
  it.each<[text: string, parts: object]>([
    ['localhost:5000/mychart', { registry: 'localhost:5000', repository: 'mychart' }],
    ['localhost:5000/mychart:latest', { registry: 'localhost:5000', repository: 'mychart', tag: 'latest' }],
    ['localhost/mychart', { registry: 'localhost', repository: 'mychart' }],
    ['ghcr.io/acme/charts/app:1.2.3', { registry: 'ghcr.io', repository: 'acme/charts/app', tag: '1.2.3' }],
    ['GHCR.IO/acme', { registry: 'GHCR.IO', repository: 'acme' }],
    ['my-host.example.com:1/a', { registry: 'my-host.example.com:1', repository: 'a' }],
    ['host:65535/a', { registry: 'host:65535', repository: 'a' }],
    ['127.0.0.1:5000/a', { registry: '127.0.0.1:5000', repository: 'a' }],
    ['[::1]:5000/a', { registry: '[::1]:5000', repository: 'a' }],
    ['[2001:db8::a]/a', { registry: '[2001:db8::a]', repository: 'a' }],
    ['my_registry:5000/a', { registry: 'my_registry:5000', repository: 'a' }],
    ['_a.b_/c', { registry: '_a.b_', repository: 'c' }],
    ['ghcr.io./a:1', { registry: 'ghcr.io.', repository: 'a', tag: '1' }],
    ['host.:5000/a', { registry: 'host.:5000', repository: 'a' }],
    [`a.host/${'b'.repeat(255)}`, { registry: 'a.host', repository: 'b'.repeat(255) }],
    ['host/a.b_c__d-e---f/0', { registry: 'host', repository: 'a.b_c__d-e---f/0' }],
    ['host/a:_', { registry: 'host', repository: 'a', tag: '_' }],
    ['host/a:A.b-C_', { registry: 'host', repository: 'a', tag: 'A.b-C_' }],
    [`host/a:${'t'.repeat(128)}`, { registry: 'host', repository: 'a', tag: 't'.repeat(128) }],
    [`host/${'a'.repeat(250)}`, { registry: 'host', repository: 'a'.repeat(250) }],
    [`host/a@${SHA256}`, { registry: 'host', repository: 'a', digest: SHA256 }],
    [`host/a@${SHA512}`, { registry: 'host', repository: 'a', digest: SHA512 }],
    [`host/a:v1@${SHA256}`, { registry: 'host', repository: 'a', tag: 'v1', digest: SHA256 }],
    ['oci://host', { scheme: 'oci', registry: 'host', repository: '' }],
    ['oci://localhost:5000', { scheme: 'oci', registry: 'localhost:5000', repository: '' }],
    ['oci://host/charts', { scheme: 'oci', registry: 'host', repository: 'charts' }],
    ['oci://host/charts/app:1.2.3', { scheme: 'oci', registry: 'host', repository: 'charts/app', tag: '1.2.3' }],
    ['oci://host/a:1.0.0+b.1', { scheme: 'oci', registry: 'host', repository: 'a', tag: '1.0.0_b.1' }],
  ])('parses %s', (text, parts) => {
    expect(parseReference(text)).toEqual(parts)
  })

  it.each<[promise: string, text: string, part: string, reason: string, hint: string]>([
    ['another scheme', 'https://host/a', 'https://', 'the scheme "https://" is not "oci://"', NOT_OCI],
    ['oci:// in upper case', 'OCI://host/a', 'OCI://', 'the scheme "OCI://" is not "oci://"', NOT_OCI],
    ['oci:// twice', 'oci://oci://host/a', 'oci:', '"oci:" is not a registry\'s host', HOST],
    ['nothing', '', '', '"" is not a registry\'s host', HOST],
    ['a repository alone', 'mychart', 'mychart', 'there is no repository', MISSING],
    ['a repository and a tag alone', 'mychart:v1', 'mychart:v1', '"mychart:v1" is not a registry\'s host', HOST],
    ['a host and a port alone', 'localhost:5000', 'localhost:5000', 'there is no repository', MISSING],
    ['a host and a slash', 'localhost:5000/', 'localhost:5000/', 'there is no repository', MISSING],
    ['a host and a slash after oci://', 'oci://host/', 'host/', 'there is no repository', MISSING],
    ['a host and a tag', 'host/:v1', 'host/', 'there is no repository', MISSING],
    ['no host', '/a', '', '"" is not a registry\'s host', HOST],
    ['oci:// alone', 'oci://', '', '"" is not a registry\'s host', HOST],
    ['a host that begins with a dash', '-host/a', '-host', '"-host" is not a registry\'s host', HOST],
    ['a host with an empty label', 'a..b/c', 'a..b', '"a..b" is not a registry\'s host', HOST],
    ['a host with two trailing dots', 'host../c', 'host..', '"host.." is not a registry\'s host', HOST],
    ['an invalid IPv6 address', '[::::]/a', '[::::]', '"[::::]" is not a registry\'s host', HOST],
    ['an IPv6 address without brackets', '::1/a', '::1', '"::1" is not a registry\'s host', HOST],
    ['an invalid IPv4 address', '1.2.3.400/a', '1.2.3.400', '"1.2.3.400" is not a registry\'s host', HOST],
    ['port 0', 'host:0/a', '0', 'the port "0" is not between 1 and 65535', PORT],
    ['port 65536', 'host:65536/a', '65536', 'the port "65536" is not between 1 and 65535', PORT],
    ['a port of words', 'host:http/a', 'host:http', '"host:http" is not a registry\'s host', HOST],
    ['an empty port', 'host:/a', 'host:', '"host:" is not a registry\'s host', HOST],
    ['a bad port after oci://', 'oci://host:99999', '99999', 'the port "99999" is not between 1 and 65535', PORT],
    ['upper case in a repository', 'host/a/MyChart', 'MyChart', 'the repository has upper case in "MyChart"', UPPER],
    ['an empty part of a repository', 'host/a//b', '/', 'there is a "/" too many in "a//b"', SLASH],
    ['a trailing slash', 'host/a/', '/', 'there is a "/" too many in "a/"', SLASH],
    ['".." in a repository', 'host/a/../b', '..', '".." cannot be part of a repository', REPOSITORY],
    ['a leading "_" in a part', 'host/_a', '_a', '"_a" cannot be part of a repository', REPOSITORY],
    ['three "_" in a row', 'host/a___b', 'a___b', '"a___b" cannot be part of a repository', REPOSITORY],
    ['percent-encoding', 'host/a%2fb', 'a%2fb', '"a%2fb" cannot be part of a repository', REPOSITORY],
    ['a space', 'host/a b', 'a b', '"a b" cannot be part of a repository', REPOSITORY],
    ['a newline at the end', 'host/a\n', 'a\n', '"a\n" cannot be part of a repository', REPOSITORY],
    ['a letter that is not ASCII', 'host/é', 'é', '"é" cannot be part of a repository', REPOSITORY],
    ['two tags', 'host/a:b:c', 'a:b', '"a:b" cannot be part of a repository', REPOSITORY],
    [
      'a repository of more than 255 characters',
      `host/${'a'.repeat(256)}`,
      'a'.repeat(256),
      'the repository is longer than 255 characters',
      LENGTH,
    ],
    [
      'what is longer than anything that has to do with one',
      `host/${'a'.repeat(70_000)}`,
      `host/${'a'.repeat(70_000)}`,
      'it has more than 65536 characters',
      LENGTH,
    ],
    ['an empty tag', 'host/a:', '', 'the tag "" is not valid', TAG],
    ['a tag that begins with a dot', 'host/a:.b', '.b', 'the tag ".b" is not valid', TAG],
    ['a tag that begins with a dash', 'host/a:-b', '-b', 'the tag "-b" is not valid', TAG],
    [
      'a tag of 129 characters',
      `host/a:${'t'.repeat(129)}`,
      't'.repeat(129),
      `the tag "${'t'.repeat(129)}" is not valid`,
      TAG,
    ],
    ['a newline after a tag', 'host/a:b\n', 'b\n', 'the tag "b\n" is not valid', TAG],
    ['"+" in a plain tag', 'host/a:1.0.0+b', '1.0.0+b', 'the tag "1.0.0+b" is not valid', PLUS],
    ['a bad tag after oci://, shown as it was given', 'oci://host/a:+!', '+!', 'the tag "+!" is not valid', TAG],
    ['an empty digest', 'host/a@', '', 'the digest "" is neither sha256 nor sha512 in lower-case hex', DIGEST],
    [
      'a short digest',
      'host/a@sha256:ab',
      'sha256:ab',
      'the digest "sha256:ab" is neither sha256 nor sha512 in lower-case hex',
      DIGEST,
    ],
    [
      'another algorithm',
      `host/a@md5:${'0'.repeat(32)}`,
      `md5:${'0'.repeat(32)}`,
      `the digest "md5:${'0'.repeat(32)}" is neither sha256 nor sha512 in lower-case hex`,
      DIGEST,
    ],
    [
      'upper case in a digest',
      `host/a@${SHA256.toUpperCase()}`,
      SHA256.toUpperCase(),
      `the digest "${SHA256.toUpperCase()}" is neither sha256 nor sha512 in lower-case hex`,
      DIGEST,
    ],
    [
      'two digests',
      `host/a@${SHA256}@${SHA256}`,
      `${SHA256}@${SHA256}`,
      `the digest "${SHA256}@${SHA256}" is neither sha256 nor sha512 in lower-case hex`,
      DIGEST,
    ],
  ])('refuses %s', async (_, text, part, reason, hint) => {
    const error = await catchError(() => parseReference(text))

    expect(error).toBeInstanceOf(InvalidReferenceError)
    expect(error).toMatchObject({ code: 'ERR_INVALID_REFERENCE', input: text, part, hint })
    const shown = text.length > 600 ? `${text.slice(0, 600)}…` : text
    expect(error.message).toBe(`Cannot parse reference "${shown}": ${reason}`.replaceAll('\n', '\\u000a'))
  })

  it('throws nothing but InvalidReferenceError, whatever the text', async () => {
    const piece = fc.oneof(
      fc.constantFrom('oci://', 'http://', 'host', ':', '/', '@', '[', ']', '::1', '.', '-', '_', '+', '5000', SHA256),
      fc.string({ unit: 'binary', maxLength: 5 }),
      fc.string({ maxLength: 8 }),
    )
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((pieces) => pieces.join('')),
    )

    await assertProperty(
      fc.property(texts, (text) => {
        try {
          parseReference(text)
        } catch (error) {
          if (!(error instanceof InvalidReferenceError)) throw error
        }
      }),
      5000,
    )
  })

  it('is not slowed down by long text', () => {
    for (const part of ['a', 'a.', 'a-', '/', ':', '@', '_', 'oci://', '[', 'a:', '1']) {
      const text = part.repeat(65536)
      expect(() => parseReference(`host/${text}!`)).toThrow(InvalidReferenceError)
      expect(() => parseReference(`${text}!/a`)).toThrow(InvalidReferenceError)
    }
  })
})

describe('formatReference()', () => {
  const hex = (length: number) =>
    fc.string({ unit: fc.constantFrom(...Array.from('0123456789abcdef')), minLength: length, maxLength: length })
  const references = fc.record(
    {
      scheme: fc.constant('oci' as const),
      registry: fc
        .stringMatching(
          /^(?:[a-z](?:[a-z0-9-]{0,8}[a-z0-9])?(?:\.[a-z]{1,5}){0,3}|\[::[a-f0-9]{1,4}\])(?::[1-9][0-9]{0,3})?$/,
        )
        // A label with this beginning must be Punycode, and random ones mostly are not.
        .filter((registry) => !registry.startsWith('xn--')),
      repository: fc.stringMatching(/^[a-z0-9]{1,8}(?:(?:\.|_|__|-{1,3}|\/)[a-z0-9]{1,8}){0,5}$/),
      tag: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,20}$/),
      digest: fc.oneof(
        hex(64).map((text) => `sha256:${text}`),
        hex(128).map((text) => `sha512:${text}`),
      ),
    },
    { requiredKeys: ['registry', 'repository'] },
  ) as fc.Arbitrary<Reference>

  it('writes what parseReference() reads back as the same parts', async () => {
    await assertProperty(
      fc.property(references, (reference) => {
        expect(parseReference(formatReference(reference))).toEqual({ ...reference })
      }),
      2000,
    )
  })

  it.each(['localhost:5000/mychart', `oci://host/a:v1@${SHA256}`, 'oci://host', '[::1]:5000/a/b:c'])(
    'writes %s as it was',
    (text) => {
      expect(formatReference(parseReference(text))).toBe(text)
    },
  )
})

describe('parseReference() and long text', () => {
  it('shows only the beginning', () => {
    expect(() => parseReference('A'.repeat(2_000_000))).toThrow(/^.{600,1400}$/)
  })
})

describe('parseReference() and secrets', () => {
  it.each([
    'user:hunter2@localhost:5000/mychart',
    'https://user:hunter2@localhost/mychart',
    'oci://hunter2@localhost/a:b',
  ])('does not repeat a password: %s', async (text) => {
    const error = await catchError(() => parseReference(text))

    expect(error).toMatchObject({
      code: 'ERR_INVALID_REFERENCE',
      message: 'Cannot parse reference: it holds a user or a password before the host',
    })
    expect(inspect(error, { depth: 10 })).not.toContain('hunter2')
  })
})

describe('parseTag()', () => {
  it.each(['latest', '1.2.3', '_', 't'.repeat(128)])('takes %s', (tag) => {
    expect(parseTag(tag)).toBe(tag)
  })

  it.each(['', '-a', 'a/b', 'a:b', 'a b', '1.0+b', `v1@sha256:${'0'.repeat(64)}`, 't'.repeat(129)])(
    'refuses %j, and names it',
    async (tag) => {
      expect(await catchError(() => parseTag(tag))).toMatchObject({
        code: 'ERR_INVALID_REFERENCE',
        input: tag,
        part: tag,
      })
    },
  )

  it('shows the whole reference that contains the tag', async () => {
    expect(await catchError(() => parseTag('a b', 'localhost:5000/mychart:a b'))).toMatchObject({
      message: 'Cannot parse reference "localhost:5000/mychart:a b": the tag "a b" is not valid',
      input: 'localhost:5000/mychart:a b',
      part: 'a b',
    })
  })
})

describe('parseRepository()', () => {
  it.each([
    ['localhost:5000', 'a/b'],
    ['[::1]', 'a__b.c-d'],
  ])('takes %s and %s', (registry, repository) => {
    expect(parseRepository(registry, repository)).toBe(repository)
  })

  it.each([
    ['localhost', '', 'localhost/'],
    ['localhost', 'A', 'A'],
    ['localhost', '../a', '..'],
    ['localhost', 'a:v1', 'a:v1'],
    ['localhost/a', 'b', 'localhost/a'],
    ['oci://localhost', 'a', 'oci://localhost'],
    ['localhost:0', 'a', '0'],
    ['localhost', 'a'.repeat(256), 'a'.repeat(256)],
  ])('refuses %s and %s', async (registry, repository, part) => {
    expect(await catchError(() => parseRepository(registry, repository))).toMatchObject({
      code: 'ERR_INVALID_REFERENCE',
      part,
    })
  })

  it('does not repeat a password', async () => {
    const error = await catchError(() => parseRepository('me:s3cret@localhost', 'a'))

    expect(`${error.stack}${JSON.stringify(error)}`).not.toContain('s3cret')
  })
})

describe('parseNamespace()', () => {
  it.each([
    ['ghcr.io', { registry: 'ghcr.io', repository: '' }],
    ['localhost:5000', { registry: 'localhost:5000', repository: '' }],
    ['ghcr.io/acme/charts', { registry: 'ghcr.io', repository: 'acme/charts' }],
  ])('parses %s', (text, parts) => {
    expect(parseNamespace(text)).toEqual(parts)
  })

  it.each(['', 'ghcr.io/', '/a', 'https://ghcr.io', 'ghcr.io/a:1', 'ghcr.io:latest', 'a@ghcr.io', 'a@ghcr.io/b'])(
    'refuses %j',
    async (text) => {
      expect(await catchError(() => parseNamespace(text))).toMatchObject({ code: 'ERR_INVALID_REFERENCE' })
    },
  )

  it.each(['me:s3cret@ghcr.io', 'me:s3cret@ghcr.io/a'])('does not repeat the password in %s', async (text) => {
    const error = await catchError(() => parseNamespace(text))

    expect(`${error.stack}${JSON.stringify(error)}`).not.toContain('s3cret')
  })
})
