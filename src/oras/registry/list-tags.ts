/** Lists the tags of a repository, page by page, also at registries that do not follow the specification. */
import {
  CredentialError,
  LimitExceededError,
  NotFoundError,
  RegistryError,
  UnauthorizedError,
  UnsafeUrlError,
} from '../errors/oci-error.js'
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

/** Pages without a new tag that are followed by their links, before the list is continued by `last`. */
const MAX_BARREN = 10

/**
 * Yields each tag once, in the order of the registry; invalid tags are skipped. The next page is requested when all tags of
 * the page before have been read. The list ends only where the registry says so: if a link promises more, and no way to ask
 * brings it, the call fails.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags
 */
export async function* listTags(
  client: RegistryClient,
  options: RequestOptions,
): AsyncGenerator<string, void, undefined> {
  const pages = new TagPages(client, options)
  const turns = new Turns(options.signal)
  for (let page: Page | undefined = await pages.first(); page; page = await pages.after(page)) {
    for (const tag of page.tags) {
      options.signal?.throwIfAborted()
      const turn = turns.take()
      if (turn) await turn
      if (!isTag(tag) || pages.tags.has(tag)) continue
      if (pages.tags.size === MAX_TAGS) throw tooMuch(client, `there are more than ${MAX_TAGS} tags`, MAX_TAGS)
      pages.tags.add(tag)
      yield tag
    }
  }
}

interface Page {
  readonly response: ClientResponse
  /** The entries, as the registry sent them. */
  readonly tags: readonly unknown[]
  /** The name of the repository, if the registry sent it. */
  readonly name: unknown
  /** The target of the link to the next page, as the registry sent it. */
  readonly link: string | undefined
}

/** What one way to ask for the next page brought. */
interface Answer {
  /** A page with new tags. */
  readonly page?: Page
  /** The registry answered without a new tag and without a link. */
  readonly noLink?: boolean
  /** The list has surely ended. */
  readonly isEnd?: boolean
  /** Why there is no page. */
  readonly error?: unknown
}

/** Finds the pages of a list, one after the other. */
class TagPages {
  /** The tags that were read. */
  readonly tags = new Set<string>()
  readonly #client: RegistryClient
  readonly #options: RequestOptions
  readonly #turns: Turns
  /** The pages that were asked for. */
  readonly #asked = new Set<string>()
  #requests = 0
  #hasLinks = false
  /** Whether a link was wrong where our own `last` was right: then `last` is tried first. */
  #distrustsLinks = false
  /** Whether the registry was asked without `n`. */
  #isWholeAsked = false
  /** Whether the registry accepts our `n`. */
  #acceptsNumber = true
  /** The last valid tag of the last page that had one. */
  #last: string | undefined
  /** The URL of the first page. */
  #start: URL | undefined
  /** The name of the repository, as the first page has it. */
  #name: unknown
  /** How many tags were read before the current page. */
  #sizeBefore = 0

  constructor(client: RegistryClient, options: RequestOptions) {
    this.#client = client
    this.#options = options
    this.#turns = new Turns(options.signal)
  }

  async first(): Promise<Page> {
    const response = await this.#send(`tags/list?n=${PAGE}`, [200, 400])
    if (response.status === 200) return this.#keep(await this.#read(response))
    // Some registries refuse an `n` that is larger than their own limit.
    await response.discard()
    this.#acceptsNumber = false
    this.#isWholeAsked = true
    return this.#keep(await this.#read(await this.#send('tags/list', [200])))
  }

  /**
   * Finds the page after this one, whose tags were all read. The links of some registries are wrong: they leave out a part
   * of the path, name another host, or a number in place of a tag. So the page is asked for by the link, then by `n` and
   * `last`, then once without `n`.
   *
   * @returns `undefined` if the list has ended.
   */
  async after(page: Page): Promise<Page | undefined> {
    if (page.link === undefined) return this.#probe(page)
    const byLink = (): Promise<Answer> => this.#followLinks(page)
    const byLast = (): Promise<Answer> => this.#askAfterLast(page)
    const isLastFirst = this.#distrustsLinks || namesNumber(page)
    const answers: Answer[] = []
    const byWhole = (): Promise<Answer> => this.#askWhole(page)
    for (const ask of isLastFirst ? [byLast, byLink, byWhole] : [byLink, byLast, byWhole]) {
      const answer = await ask()
      answers.push(answer)
      if (answer.page) {
        if (ask === byLast) this.#distrustsLinks = true
        return this.#keep(answer.page)
      }
      // If both say that there is no more, that is the end.
      if (answer.isEnd || answers.filter(({ noLink }) => noLink).length === 2) return undefined
    }
    const errors = answers.map(({ error }) => error)
    throw (
      errors.find((error) => error instanceof UnsafeUrlError || error instanceof UnauthorizedError) ??
      protocolError(page.response, page.response.attempt, INCOMPLETE, {
        cause: errors.find((error) => error !== undefined),
        hint: WRONG_LINK,
      })
    )
  }

  /** Asks for a page that no link has promised: some registries observe `n` but send no Link header. */
  async #probe({ response, tags }: Page): Promise<Page | undefined> {
    const hadNew = this.tags.size > this.#sizeBefore
    const isFull = tags.length === PAGE && response.attempt.url.searchParams.has('n')
    if ((this.#hasLinks && !this.#distrustsLinks) || !hadNew || !isFull) return undefined
    const next = await this.#send(`tags/list?n=${PAGE}&last=${this.#last}`, [200, ...NO_PAGE], response)
    if (next.status === 200) return this.#keep(await this.#read(next))
    // No Link header promised this page, so it may be missing.
    next.close()
    return undefined
  }

  /** Follows the link of a page, and those of the pages behind it, to the first page with a new tag. */
  async #followLinks(page: Page): Promise<Answer> {
    let at = page
    for (let hops = 0; hops < MAX_BARREN && at.link !== undefined; hops++) {
      const { link, response } = at
      const answer = await this.#attempt(async () => {
        const url = this.#client.resolveUrl('link', link, response.attempt.url)
        url.hash = ''
        const isNew = !this.#asked.has(keyOf(url))
        if (!isNew) throw protocolError(response, response.attempt, 'a page leads back to an earlier one')
        this.#asked.add(keyOf(url))
        const next = await this.#read(await this.#send(url, [200], response))
        if (typeof next.name === 'string' && typeof this.#name === 'string' && next.name !== this.#name) {
          throw protocolError(next.response, next.response.attempt, 'the next page is of another repository')
        }
        return next
      })
      if (!answer.page || (await this.#bringsNew(answer.page))) return answer
      const { url } = answer.page.response.attempt
      if (answer.page.link === undefined) return { noLink: true, isEnd: this.#isAfter(url, at) }
      at = answer.page
    }
    return {}
  }

  /** Asks for the page after the last tag that was read. */
  async #askAfterLast({ link, response }: Page): Promise<Answer> {
    if (this.#last === undefined) return {}
    const n = this.#acceptsNumber ? String(PAGE) : parameterOf(link, 'n')
    const query = `${/^\d+$/.test(n ?? '') ? `n=${n}&` : ''}last=${this.#last}`
    const key = keyOf(new URL(`?${query}`, this.#start))
    // The link was the same.
    if (this.#asked.has(key)) return {}
    this.#asked.add(key)
    return this.#ask(`tags/list?${query}`, response)
  }

  /** Asks without `n`, once: the registry may send the whole list. */
  async #askWhole({ response }: Page): Promise<Answer> {
    if (this.#isWholeAsked) return {}
    this.#isWholeAsked = true
    const answer = await this.#ask('tags/list', response)
    return { ...answer, isEnd: answer.noLink === true }
  }

  async #ask(url: string, previous: ClientResponse): Promise<Answer> {
    const answer = await this.#attempt(async () => this.#read(await this.#send(url, [200], previous)))
    if (!answer.page || (await this.#bringsNew(answer.page))) return answer
    return { noLink: answer.page.link === undefined }
  }

  /** Reads a page; an error that another way to ask may not meet is returned. */
  async #attempt(read: () => Promise<Page>): Promise<Answer> {
    try {
      return { page: await read() }
    } catch (error) {
      if (!isWrongPage(error)) throw error
      return { error }
    }
  }

  async #send(url: string | URL, expect: readonly number[], previous?: ClientResponse): Promise<ClientResponse> {
    const client = this.#client
    if (this.#requests++ === MAX_PAGES) throw tooMuch(client, `there are more than ${MAX_PAGES} pages`, MAX_PAGES)
    const request: ClientRequest = {
      method: 'GET',
      url,
      action: `list the tags of ${client.name}`,
      expect,
      headers: { accept: 'application/json' },
      readAhead: PAGE_LIMIT,
      ...this.#options,
    }
    return previous ? previous.next(request) : client.send(request)
  }

  async #read(response: ClientResponse): Promise<Page> {
    const client = this.#client
    expectNoWebPage(response, response.attempt)
    const body = await readBody(response, PAGE_LIMIT)
    if (!body) throw tooMuch(client, `a page is larger than ${PAGE_LIMIT} bytes`, PAGE_LIMIT)
    checkJson(body, `Cannot list the tags of ${client.name}`)
    const page = parsePage(body.toString())
    if (!page) throw protocolError(response, response.attempt, 'the answer is not a list of tags')
    this.#asked.add(keyOf(response.attempt.url))
    return { response, ...page, link: findNextLink(response.header('link') ?? '') }
  }

  /** Notes what is needed of a page whose tags are read next. */
  #keep(page: Page): Page {
    this.#start ??= page.response.attempt.url
    this.#name ??= page.name
    this.#hasLinks ||= page.link !== undefined
    this.#last = page.tags.findLast(isTag) ?? this.#last
    this.#sizeBefore = this.tags.size
    return page
  }

  async #bringsNew({ tags }: Page): Promise<boolean> {
    for (const tag of tags) {
      const turn = this.#turns.take()
      if (turn) await turn
      if (isTag(tag) && !this.tags.has(tag)) return true
    }
    return false
  }

  /** Tells whether a URL is the continuation of a page: at the same path, with a cursor or after a tag of the page. */
  #isAfter(url: URL, { response, tags }: Page): boolean {
    const last = url.searchParams.get('last')
    const isSamePath = url.pathname === response.attempt.url.pathname
    return isSamePath && (last === null || last === this.#last || tags.includes(last))
  }
}

const INCOMPLETE = 'the list is not complete: a page has a link to the next one, which brings no more tags'
const WRONG_LINK =
  "The registry's links to the next page of its tags are wrong: correct its base URL there, or the proxy before it."

/** Tells whether an error may come from a wrong link. A lost connection, a rate limit and an exceeded limit do not. */
function isWrongPage(error: unknown): boolean {
  if (error instanceof RegistryError) return error.answer.status !== 429
  return (
    error instanceof NotFoundError ||
    error instanceof UnauthorizedError ||
    error instanceof CredentialError ||
    error instanceof UnsafeUrlError
  )
}

/** Identifies a URL, in whatever order its parameters are. */
function keyOf(url: URL): string {
  const sorted = new URL(url)
  sorted.searchParams.sort()
  return sorted.href
}

/** Tells whether a link has a number as `last` that is not a tag of its page: to follow it could leave out tags. */
function namesNumber({ link, tags }: Page): boolean {
  const last = parameterOf(link, 'last')
  return /^\d+$/.test(last ?? '') && !tags.includes(last)
}

function parameterOf(link: string | undefined, name: string): string | undefined {
  const query = /\?([^#]*)/.exec(link ?? '')?.[1] ?? ''
  return new URLSearchParams(query).get(name) ?? undefined
}

function isTag(tag: unknown): tag is string {
  return typeof tag === 'string' && TAG.test(tag)
}

/**
 * Parses a page; `undefined` if it is not a list of tags. Some registries send `null` for an empty list, and `null` for a
 * tag that is lost.
 */
function parsePage(text: string): Pick<Page, 'tags' | 'name'> | undefined {
  try {
    const page = JSON.parse(text) as { readonly tags?: unknown; readonly name?: unknown } | null
    if (page === null || typeof page !== 'object' || Array.isArray(page)) return undefined
    const tags: unknown = page.tags ?? []
    return Array.isArray(tags) ? { tags, name: page.name } : undefined
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
