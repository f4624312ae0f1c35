/** Properties of the addresses that a registry chooses: where the next page is, and where a request may go. */
import fc from 'fast-check'
import { expect } from 'vitest'
import { UnsafeUrlError } from '../../src/oras/errors/oci-error.js'
import type { findNextLink } from '../../src/oras/registry/list-tags.js'
import type { checkUrl, UrlKind } from '../../src/oras/registry/connection/url-policy.js'
import type { NamedProperty } from './named-property.js'

export interface RegistryUrls {
  readonly findNextLink: typeof findNextLink
  readonly checkUrl: typeof checkUrl
}

const FROM = 'https://registry.example:5000/v2/a/tags/list'

export function registryUrlProperties({ findNextLink: find, checkUrl: check }: RegistryUrls): readonly NamedProperty[] {
  const checked = (kind: UrlKind, raw: string, from: string): URL | undefined => {
    try {
      return check(kind, raw, new URL(from), { registry: new URL(from), trustedHosts: [] })
    } catch (error) {
      expect(error).toBeInstanceOf(UnsafeUrlError)
      return undefined
    }
  }
  return [
    {
      name: 'find the first link to the next page, whatever links stand around it',
      property: fc.property(fc.array(links, { maxLength: 6 }), separators, (given, separator) => {
        const header = given.map(({ target, parameters }) => [`<${target}>`, ...parameters].join('; '))

        expect(find(header.join(separator))).toBe(given.find(({ isNext }) => isNext)?.target)
      }),
    },
    {
      name: 'find in any header a part of it, or nothing',
      property: fc.property(fc.oneof(hostile, fc.string({ unit: 'binary', maxLength: 2000 })), (header) => {
        expect(header).toContain(find(header) ?? '')
      }),
    },
    {
      name: 'accept no Location and no link to another origin, except https on the same host',
      property: fc.property(addresses, fc.constantFrom('location' as const, 'link' as const), (raw, kind) => {
        for (const from of [FROM, FROM.replace('https', 'http')]) {
          const url = checked(kind, raw, from)
          if (!url || url.origin === new URL(from).origin) continue
          expect([kind, url.protocol, new URL(from).protocol]).toEqual(['location', 'https:', 'http:'])
          expect(url.hostname).toBe('registry.example')
        }
      }),
    },
    {
      name: 'accept no URL from https to http, none with a user, and no other scheme',
      property: fc.property(addresses, kinds, (raw, kind) => {
        const url = checked(kind, raw, FROM)
        if (!url) return
        expect([url.protocol, url.username, url.password]).toEqual(['https:', '', ''])
      }),
    },
    {
      name: 'keep the query of a Location as it is',
      property: fc.property(queries, fc.constantFrom('/v2/a/blobs/uploads/1', FROM), (query, place) => {
        expect(checked('location', `${place}?${query}`, FROM)?.search).toBe(query === '' ? '' : `?${query}`)
      }),
    },
  ]
}

const targets = fc.oneof(
  fc.stringMatching(/^[a-z/?=&.,;:%-]{1,20}$/),
  fc.constantFrom('/v2/a/tags/list?n=2&last=b', '?last=a,b', '"rel=next"', 'rel="next"'),
)
const words = fc.constantFrom('prev', 'first', 'nextpage', 'https://relations.example/next')
const nextRelations = fc.constantFrom('rel="next"', 'rel=next', 'REL="NEXT"', 'rel = "next"', 'rel="prev next"')
const otherParameters = fc.constantFrom('title="a, b; rel=next"', 'type=text', 'title="\\"next\\""', 'anchor=""')
const links = fc
  .record({
    target: targets,
    isNext: fc.boolean(),
    next: nextRelations,
    other: words,
    before: fc.array(otherParameters, { maxLength: 2 }),
    after: fc.array(otherParameters, { maxLength: 2 }),
  })
  .map(({ target, isNext, next, other, before, after }) => {
    return { target, isNext, parameters: [...before, isNext ? next : `rel="${other}"`, ...after] }
  })
const separators = fc.constantFrom(', ', ',', ' , ')
const hostile = fc
  .array(fc.constantFrom('<', '>', ';', ',', '"', '\\', 'rel', '=', 'next', ' ', 'a'), { maxLength: 500 })
  .map((pieces) => pieces.join(''))

const kinds = fc.constantFrom<UrlKind>('realm', 'redirect', 'location', 'link')
const hosts = fc.constantFrom(
  'registry.example',
  'REGISTRY.example',
  'registry.example.',
  'evil.example',
  'evilregistry.example',
  'registry.example.evil.example',
  'localhost',
  '127.0.0.1',
  '10.0.0.1',
  '[::1]',
)
const users = fc.constantFrom('', 'registry.example:5000@', 'user@', 'user:password@', '@')
const ports = fc.constantFrom('', ':', ':5000', ':443', ':80', ':5001')
const schemes = fc.constantFrom(
  'https://',
  'http://',
  '//',
  'HTTPS://',
  'https:\\\\',
  '/\\',
  'ftp://',
  'file://',
  'null://',
)
const paths = fc.constantFrom('', '/', '/v2/a', '/x?y=z', '?a', '#b', '/../..', '/%2e%2e/', '\\x')
const addresses = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(schemes, users, hosts, ports, paths).map((pieces) => pieces.join('')) },
  paths,
  fc.webUrl(),
  fc.string({ unit: 'binary', maxLength: 100 }),
)
// What a URL may hold as it is.
const queries = fc.stringMatching(/^[A-Za-z0-9._~!$&()*+,;=:@/?%-]{0,40}$/)
