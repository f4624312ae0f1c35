/** Random logins and names of registries; and planted bugs, as a test of these tests. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeEntry, parseDockerConfig } from '../../../src/oras/credentials/docker-config.js'
import { canonicalHost, matchKeys, parseKey } from '../../../src/oras/credentials/registry-key.js'
import { CredentialError } from '../../../src/oras/errors/oci-error.js'
import { assertProperty } from '../../support/seeds.js'

interface Subject {
  readonly decodeEntry: typeof decodeEntry
  readonly matchKeys: typeof matchKeys
  readonly parseDockerConfig: typeof parseDockerConfig
}

const REASONS =
  /^Cannot take the login to host from file: (?:its entry is not an object|"[a-z]+" is not (?:a string|a token|base64)|"auth" does not hold a user name and a password|it has a password, but no user name)$/

const RUNS = 1000

const text = fc.string({ unit: 'grapheme' }).filter((each) => !each.includes('\0'))
const userNames = text.filter((each) => each !== '' && !each.includes(':'))
const passwords = fc.oneof(
  text,
  fc.tuple(text, text).map(([a, b]) => `${a}:${b}`),
)

const labels = fc.stringMatching(/^[a-z][a-z0-9]{0,3}$/)
const hosts = fc
  .tuple(
    fc.array(labels, { minLength: 1, maxLength: 3 }),
    fc.option(fc.constantFrom(80, 443, 5000), { nil: undefined }),
  )
  .map(([names, port]) => names.join('.') + (port === undefined ? '' : `:${port}`))
const registries = fc.oneof(
  { weight: 4, arbitrary: hosts },
  { weight: 1, arbitrary: fc.constantFrom('docker.io', 'index.docker.io', 'registry-1.docker.io', 'hub.docker.com') },
)
/** Ways in which tools have written a registry as a whole. */
const spellings: readonly ((registry: string) => string)[] = [
  (registry) => registry,
  (registry) => registry.toUpperCase(),
  (registry) => `${registry}/`,
  (registry) => `${registry}/v1/`,
  (registry) => `https://${registry}${hasDefaultPort(registry, '443') ? '' : '/v2/'}`,
]
const spelled = fc.constantFrom(...spellings)

// The default port of a scheme does not matter.
function hasDefaultPort(registry: string, port: string): boolean {
  return registry.endsWith(`:${port}`)
}

function properties({
  decodeEntry: decode,
  matchKeys: match,
  parseDockerConfig: parse,
}: Subject): Readonly<Record<string, fc.IRawProperty<unknown>>> {
  return {
    'a login comes back as it was, whatever is in it, also padded': fc.property(
      userNames,
      passwords,
      fc.nat(3),
      (username, password, padding) => {
        const auth = Buffer.from(`${username}:${password}${'\0'.repeat(padding)}`).toString('base64')

        expect(decode({ auth }, 'host', 'file')).toEqual({ username, password })
      },
    ),
    'an entry of anything is a login of texts, none, or an error that quotes nothing of it': fc.property(
      fc.oneof(
        fc.anything(),
        fc.dictionary(fc.constantFrom('auth', 'username', 'password', 'identitytoken', 'registrytoken'), fc.anything()),
        fc.record({
          auth: fc.oneof(
            fc.base64String(),
            fc.string(),
            text.map((each) => Buffer.from(each).toString('base64')),
          ),
        }),
      ),
      (entry) => {
        try {
          const credential = decode(entry, 'host', 'file')
          for (const value of Object.values(credential ?? {})) expect(typeof value).toBe('string')
        } catch (error) {
          expect(error).toBeInstanceOf(CredentialError)
          expect((error as Error).message).toMatch(REASONS)
        }
      },
    ),
    'a file of anything is logins, or an error that quotes nothing of it': fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.json().map((json) => `{"auths":${json}}`),
        fc.json().map((json) => json.slice(1)),
      ),
      (content) => {
        try {
          expect(parse(content, 'file').source).toBe('file')
        } catch (error) {
          expect(error).toBeInstanceOf(CredentialError)
          expect((error as Error).message).toMatch(
            /^Cannot read the logins in file: (it is not|"(auths|credHelpers)" is not)/,
          )
          expect((error as Error).cause).toBeUndefined()
        }
      },
    ),
    'a registry is found under each of its spellings': fc.property(registries, spelled, (registry, spell) => {
      fc.pre(!(hasDefaultPort(registry, '443') && spell(registry).startsWith('https:')))

      expect(match([[spell(registry), 'found']], { registry, repository: 'a' })).toEqual(['found'])
    }),
    'no registry gets what is kept for another one': fc.property(
      registries,
      registries,
      spelled,
      (one, other, spell) => {
        fc.pre(canonicalHost(one) !== canonicalHost(other))
        fc.pre(canonicalHost(other) !== canonicalHost(one.replace(/:443$/, '')))

        expect(match([[spell(one), 'wrong']], { registry: other, repository: 'a' })).toEqual([])
      },
    ),
    'nor one whose name is a part of it, or holds it': fc.property(
      registries,
      fc.constantFrom('a', '-', '.', '.evil.example', ':1', '@evil.example', '/..', '?', '#', ' '),
      (registry, added) => {
        const target = { registry, repository: 'a' }

        expect(match([[registry + added, 'wrong']], target)).toEqual([])
        if (!/[/:]/.test(added)) expect(match([[added + registry, 'wrong']], target)).toEqual([])
      },
    ),
    'the longest path above a repository is taken': fc.property(
      hosts,
      fc.uniqueArray(
        fc.array(labels, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
        { minLength: 1 },
      ),
      fc.nat(),
      (registry, paths, index) => {
        const repository = `${paths[index % paths.length]}/last`
        const above = paths.filter((path) => `${repository}/`.startsWith(`${path}/`))

        const found = match(
          paths.map((path) => [`${registry}/${path}`, path] as const),
          { registry, repository },
        )

        expect(found).toEqual(above.toSorted((a, b) => b.length - a.length))
      },
    ),
  }
}

const real: Subject = { decodeEntry, matchKeys, parseDockerConfig }

const bugs: Readonly<Record<string, Partial<Subject>>> = {
  'a host is found by a part of it': {
    matchKeys: (entries, { registry }) => entries.filter(([key]) => key.includes(registry)).map(([, value]) => value),
  },
  'a path need not end where it is cut': {
    matchKeys: (entries, { registry, repository }) =>
      entries
        .map(([key, value]) => ({ ...parseKey(key), value }))
        .filter(({ host, path }) => host === canonicalHost(registry) && repository.startsWith(path))
        .map(({ value }) => value),
  },
  'upper case counts': {
    matchKeys: (entries, target) =>
      matchKeys(
        entries.filter(([key]) => key === key.toLowerCase()),
        target,
      ),
  },
  'a password ends at its last colon': {
    decodeEntry: (entry, registry, source) => {
      const credential = decodeEntry(entry, registry, source)
      if (!credential || !('password' in credential)) return credential
      return { ...credential, password: credential.password.split(':').at(-1) ?? '' }
    },
  },
  'what Docker padded keeps its padding': {
    decodeEntry: (entry, registry, source) => {
      const { auth } = Object(entry) as { auth?: unknown }
      const [username = '', ...rest] = Buffer.from(typeof auth === 'string' ? auth : '', 'base64')
        .toString()
        .split(':')
      if (username === '' || rest.length === 0) return decodeEntry(entry, registry, source)
      return { username, password: rest.join(':') }
    },
  },
  "the parser's own words come through": {
    parseDockerConfig: (content, source) => {
      JSON.parse(content)
      return parseDockerConfig(content, source)
    },
  },
}

describe('logins and names of registries', () => {
  it.each(Object.entries(properties(real)))('%s', (_, property) => assertProperty(property, RUNS))

  it.each(Object.entries(bugs))('the bug would be found: %s', (_, changes) => {
    const all = Object.values(properties({ ...real, ...changes }))
    const options = { seed: 1, numRuns: RUNS }
    expect(all.some((property) => (fc.check(property, options) as fc.RunDetails<unknown>).failed)).toBe(true)
  })
})
