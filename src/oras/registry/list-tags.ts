/** Lists the tags of a repository, page by page, whatever the registry makes of pages. */
import { LimitExceededError } from '../errors/oci-error.js'
import { expectNoWebPage, protocolError } from './connection/answer-error.js'
import { readBody } from '../http/read-body.js'
import type { ClientRequest, ClientResponse, RequestOptions } from './connection/endpoint.js'
import type { RegistryClient } from './connection/registry-client.js'
import { checkJson } from '../oci/check-json.js'
import { Turns } from '../turns.js'

const PAGE = 1000
const PAGE_LIMIT = 4 * 1024 * 1024
const MAX_PAGES = 1000
const MAX_TAGS = 1_000_000
/** What a registry may answer that does not know `last`, or finds nothing behind it. */
const NO_PAGE = [400, 404, 405, 410, 414, 416, 422, 501]
// The grammar of references, which would take seconds over so many. Some registries list digests, too.
const TAG = /^\w[\w.-]{0,127}$/

/**
 * Yields each tag once, in the order in which they come; what is no tag is passed over. A page is asked for when the one
 * before it has been used up.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags
 */
export async function* listTags(
  client: RegistryClient,
  options: RequestOptions,
): AsyncGenerator<string, void, undefined> {
  const tags = new Set<string>()
  const asked = new Set<string>()
  const turns = new Turns(options.signal)
  let response = await requestFirstPage(client, options)
  let givesLinks = false
  for (let pages = 1; ; pages++) {
    const { attempt } = response
    asked.add(attempt.url.href)
    const before = tags.size
    const page = await readPage(response, client)
    for (const tag of page) {
      options.signal?.throwIfAborted()
      const turn = turns.take()
      if (turn) await turn
      if (typeof tag !== 'string' || tags.has(tag) || !TAG.test(tag)) continue
      if (tags.size === MAX_TAGS) throw tooMuch(client, `there are more than ${MAX_TAGS} tags`, MAX_TAGS)
      tags.add(tag)
      yield tag
    }

    const link = findNextLink(response.header('link') ?? '')
    givesLinks ||= link !== undefined
    // Some registries keep to `n` and do not say what is left: if a page is just full, it may not be the last.
    const mayGoOn = !givesLinks && page.length === PAGE && tags.size > before && attempt.url.searchParams.has('n')
    if (link === undefined && !mayGoOn) return
    if (pages === MAX_PAGES) throw tooMuch(client, `there are more than ${MAX_PAGES} pages`, MAX_PAGES)
    if (link === undefined) {
      const last = page.findLast((tag) => typeof tag === 'string' && TAG.test(tag)) as string
      response = await requestPage(client, `tags/list?n=${PAGE}&last=${last}`, [200, ...NO_PAGE], options, response)
      // Nobody has said that there is such a page.
      if (response.status !== 200) return response.close()
    } else {
      const url = client.resolveUrl('link', link, attempt.url)
      url.hash = ''
      if (asked.has(url.href)) throw protocolError(response, attempt, 'a page leads back to an earlier one')
      asked.add(url.href)
      response = await requestPage(client, url, [200], options, response)
    }
  }
}

async function requestFirstPage(client: RegistryClient, options: RequestOptions): Promise<ClientResponse> {
  const response = await requestPage(client, `tags/list?n=${PAGE}`, [200, 400], options)
  if (response.status === 200) return response
  // Some registries refuse a number that is larger than theirs, instead of giving fewer.
  await response.discard()
  return requestPage(client, 'tags/list', [200], options)
}

function requestPage(
  client: RegistryClient,
  url: string | URL,
  expect: readonly number[],
  options: RequestOptions,
  previous?: ClientResponse,
): Promise<ClientResponse> {
  const request: ClientRequest = {
    method: 'GET',
    url,
    action: `list the tags of ${client.name}`,
    expect,
    headers: { accept: 'application/json' },
    readAhead: PAGE_LIMIT,
    ...options,
  }
  return previous ? previous.next(request) : client.send(request)
}

async function readPage(response: ClientResponse, client: RegistryClient): Promise<readonly unknown[]> {
  expectNoWebPage(response, response.attempt)
  const body = await readBody(response, PAGE_LIMIT)
  if (!body) throw tooMuch(client, `a page is larger than ${PAGE_LIMIT} bytes`, PAGE_LIMIT)
  checkJson(body, `Cannot list the tags of ${client.name}`)
  const tags = parsePage(body.toString())
  if (!tags) throw protocolError(response, response.attempt, 'the answer is not a list of tags')
  return tags
}

/**
 * What is in `tags`; `undefined` if the page is not what a registry sends. Without tags, some send `null`; and some list
 * a tag that they have lost as one.
 */
function parsePage(text: string): readonly unknown[] | undefined {
  try {
    const page = JSON.parse(text) as { readonly tags?: unknown } | null
    if (page === null || typeof page !== 'object' || Array.isArray(page)) return undefined
    const tags: unknown = page.tags ?? []
    return Array.isArray(tags) ? tags : undefined
  } catch {
    return undefined
  }
}

function tooMuch(client: RegistryClient, what: string, limit: number): LimitExceededError {
  return new LimitExceededError(`Cannot list the tags of ${client.name}: ${what}`, {
    limit,
    hint: 'No option raises this limit. Delete tags, or check why the registry sends so much.',
  })
}

// `<target> {; name = value}`, with a token or a quoted string. Some registries leave the brackets out. Whatever begins
// is ended by what cannot be in it, so that a hostile header costs no more than its length.
const LINK =
  /(?:<([^<>]*)>|([^\s<>;,"]+))((?:\s*;\s*[\w!#$%&'*+.^`|~-]*(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]*))?)*)/gs
const PARAMETER = /;\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))/gs

/**
 * Finds the target of the first link whose relation is `next`, also when several links, or several headers, were joined
 * by commas. It is returned as it was written, for it comes from an untrusted side.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8288#section-3
 */
export function findNextLink(header: string): string | undefined {
  for (const [, bracketed, bare, parameters = ''] of header.matchAll(LINK)) {
    const named = [...parameters.matchAll(PARAMETER)].find(([, name]) => name?.toLowerCase() === 'rel')
    const relations = (named?.[2] ?? named?.[3] ?? '').toLowerCase().split(/\s+/)
    if (relations.includes('next')) return bracketed ?? bare
  }
  return undefined
}
