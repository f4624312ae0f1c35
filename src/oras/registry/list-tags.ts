/** Lists the tags of a repository, page by page, also at registries that do not follow the specification. */
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
/** Statuses of registries that do not support `last`, or have no tags after it. */
const NO_PAGE = [400, 404, 405, 410, 414, 416, 422, 501]
// The grammar of a tag; parseTag would be too slow for a million tags. Some registries list digests too.
const TAG = /^\w[\w.-]{0,127}$/

/**
 * Yields each tag once, in the order of the registry; invalid tags are skipped. The next page is requested when all tags of
 * the page before have been read.
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
  let hasLinks = false
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
    hasLinks ||= link !== undefined
    // Some registries observe `n` but send no Link header: after a full page there may be more tags.
    const mayHaveMore = !hasLinks && page.length === PAGE && tags.size > before && attempt.url.searchParams.has('n')
    if (link === undefined && !mayHaveMore) return
    if (pages === MAX_PAGES) throw tooMuch(client, `there are more than ${MAX_PAGES} pages`, MAX_PAGES)
    if (link === undefined) {
      const last = page.findLast((tag) => typeof tag === 'string' && TAG.test(tag)) as string
      response = await requestPage(client, `tags/list?n=${PAGE}&last=${last}`, [200, ...NO_PAGE], options, response)
      // No Link header promised this page, so it may be missing.
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
  // Some registries refuse an `n` that is larger than their own limit.
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
 * Parses a page; `undefined` if it is not a list of tags. Some registries send `null` for an empty list, and `null` for a
 * tag that is lost.
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

// `<target> {; name = value}`, where the value is a token or a quoted string. Some registries leave the brackets out. No
// part can match in two ways, so that a hostile header takes only linear time.
const LINK =
  /(?:<([^<>]*)>|([^\s<>;,"]+))((?:\s*;\s*[\w!#$%&'*+.^`|~-]*(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]*))?)*)/gs
const PARAMETER = /;\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))/gs

/**
 * Finds the target of the first link with the relation `next`; several links, or several headers, may be joined by commas.
 * The target is returned as it was written, and is not to be trusted.
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
