/** Possible bugs about the addresses that a registry chooses, named by what is wrong. */
import { findNextLink } from '../../src/oras/registry/list-tags.js'
import { checkUrl } from '../../src/oras/registry/connection/url-policy.js'
import type { RegistryUrls } from './registry-urls.js'

const resolve = (raw: string, from: URL): URL => new URL(raw, from)

export const registryUrlBugs: Readonly<Record<string, Partial<RegistryUrls>>> = {
  'a comma always ends a link': {
    findNextLink: (header) =>
      header
        .split(',')
        .map((each) => findNextLink(each))
        .find((found) => found !== undefined),
  },
  'the first link is the next page': { findNextLink: (header) => /<([^<>]*)>/.exec(header)?.[1] },
  'relations are lower case': {
    findNextLink: (header) => (/REL="NEXT/.test(header) ? undefined : findNextLink(header)),
  },
  'what looks like a relation is one': {
    findNextLink: (header) => /<([^<>]*)>[^<]*rel="?[^"]*next/i.exec(header)?.[1],
  },
  'the target is resolved': { findNextLink: (header) => findNextLink(header)?.replace(/^\?/, '/?') },
  'a host is compared by its end': {
    checkUrl: (kind, raw, from, policy) => {
      const url = URL.canParse(raw, from.href) ? resolve(raw, from) : undefined
      const isAlike = url?.hostname.endsWith('registry.example') === true && url.protocol === 'https:'
      return isAlike && url.username + url.password === '' ? url : checkUrl(kind, raw, from, policy)
    },
  },
  'the port does not count': {
    checkUrl: (kind, raw, from, policy) => {
      const url = URL.canParse(raw, from.href) ? resolve(raw, from) : undefined
      const isAlike = url?.hostname === from.hostname && url.protocol === from.protocol
      return isAlike && url.username + url.password === '' ? url : checkUrl(kind, raw, from, policy)
    },
  },
  'a downgrade is let through': {
    checkUrl: (kind, raw, from, policy) => {
      const url = URL.canParse(raw, from.href) ? resolve(raw, from) : undefined
      return url?.protocol === 'http:' && url.username === '' ? url : checkUrl(kind, raw, from, policy)
    },
  },
  'a user is let through': {
    checkUrl: (kind, raw, from, policy) =>
      checkUrl(kind, raw.replace(/\/\/user@/, '//'), from, policy) && resolve(raw, from),
  },
  'a text that is no URL is another error': { checkUrl: (_kind, raw, from) => resolve(raw, from) },
  'the query is written anew': {
    checkUrl: (kind, raw, from, policy) => {
      const url = checkUrl(kind, raw, from, policy)
      url.search = new URLSearchParams(url.search).toString()
      return url
    },
  },
}
