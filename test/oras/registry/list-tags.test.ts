import { afterEach, describe, expect, it } from 'vitest'
import {
  LimitExceededError,
  NetworkError,
  NotFoundError,
  OciError,
  RegistryError,
  UnauthorizedError,
  UnsafeUrlError,
} from '../../../src/oras/errors/oci-error.js'
import { Repository, type RepositoryOptions } from '../../../src/oras/registry/repository.js'
import { LINKS } from '../../../src/testing/registry/tag-endpoints.js'
import { runCases } from '../../support/describe-cases.js'
import { listCases, manyTagsCases } from '../../support/list-cases.js'
import { isTag } from '../../../src/testing/registry/route.js'
import { type Answer, startRegistry, type TestRegistry, type TestRegistryOptions } from '../../../src/testing/index.js'
import { catchError } from '../../support/catch-error.js'
import { makeArtifact } from '../../support/make-artifact.js'
import { serveRaw } from '../../support/serve-raw.js'
import { findNextLink } from '../../../src/oras/registry/list-tags.js'

const NO_REGISTRY = 'An OCI registry does not answer like this: check the host, the port and proxies on the way.'
const TOO_MUCH = 'No option raises this limit. Delete tags, or check why the registry sends so much.'
const INCOMPLETE = 'the list is not complete: a page has a link to the next one, which brings no more tags'
const WRONG_LINK =
  "The registry's links to the next page of its tags are wrong: correct its base URL there, or the proxy before it."
const LIST = '/v2/a/tags/list'

let registry: TestRegistry
afterEach(() => registry?.close())

async function start(options: TestRegistryOptions = {}, own: RepositoryOptions = {}): Promise<Repository> {
  registry = await startRegistry(options)
  return new Repository(`${registry.host}/a`, own)
}

/** Starts a registry that answers each path with a given page: its tags and its Link. */
async function startPages(pages: Readonly<Record<string, readonly [tags: unknown, link?: string]>>) {
  return start({
    intercept: ({ path }): Answer => {
      const [tags, link] = pages[path] ?? [[]]
      if (!pages[path]) return { status: 500, body: `an unexpected request: ${path}` }
      return {
        status: 200,
        headers: { 'Content-Type': 'application/json', ...(link !== undefined && { Link: link }) },
        body: JSON.stringify({ name: 'a', tags }),
      }
    },
  })
}

async function list(repository: Repository, signal?: AbortSignal): Promise<readonly string[]> {
  const tags: string[] = []
  for await (const tag of repository.tags({ signal })) tags.push(tag)
  return tags
}

async function putTags(repository: Repository, tags: readonly string[]): Promise<void> {
  const { manifest, blobs } = makeArtifact(10)
  for (const blob of blobs) await repository.put(blob)
  const parts = Array.from({ length: 10 }, (_, part) => tags.filter((_tag, index) => index % 10 === part))
  await Promise.all(parts.map((part) => repository.putTagged(manifest, part)))
  registry.clearRequests()
}

const paths = (): readonly string[] => registry.requests.map(({ path }) => path)

describe('listTags(), by Repository.tags()', () => {
  it('reads 2500 tags in three requests', async () => {
    const repository = await start()
    const tags = Array.from({ length: 2500 }, (_, index) => `v${index}`)
    await putTags(repository, tags)

    expect((await list(repository)).toSorted()).toEqual(tags.toSorted())
    expect(registry.requests.map(({ method, path }) => [method, path.replace(/last=.*/, 'last=…')])).toEqual([
      ['GET', `${LIST}?n=1000`],
      ['GET', `${LIST}?n=1000&last=…`],
      ['GET', `${LIST}?n=1000&last=…`],
    ])
  })

  it('sends no request before the first tag is read, and asks for no page that is not read', async () => {
    const repository = await start()
    await putTags(
      repository,
      Array.from({ length: 1001 }, (_, index) => `v${index}`),
    )

    const tags = repository.tags()
    expect(registry.requests).toEqual([])
    let count = 0
    for await (const _ of tags) if (++count === 1000) break

    expect(paths()).toEqual([`${LIST}?n=1000`])
  })

  it('logs in with the scope of a read', async () => {
    const user = { username: 'robot', password: 's3cret' }
    await start({ auth: { scheme: 'bearer', ...user } })
    const repository = new Repository(`${registry.host}/a`, { credentials: user })
    await putTags(repository, ['v1'])

    expect(await list(new Repository(`${registry.host}/a`, { credentials: user }))).toEqual(['v1'])
    expect(await catchError(() => list(new Repository(`${registry.host}/a`)))).toBeInstanceOf(UnauthorizedError)
  })

  it('reports that there is no such repository', async () => {
    const error = await catchError(async () => list(await start()))

    expect(error).toBeInstanceOf(NotFoundError)
    expect(error.message).toBe(
      `Cannot list the tags of ${registry.host}/a: the registry answered 404 NAME_UNKNOWN: there is no repository a`,
    )
  })
})

describe('listTags(): pages', () => {
  it.each([
    ['relative to the host', '</v2/a/tags/list?last=b&n=2>; rel="next"', '/v2/a/tags/list?last=b&n=2'],
    ['relative to the page', '<list?last=b>; rel="next"', '/v2/a/tags/list?last=b'],
    ['a query alone', '<?last=b>; rel="next"', '/v2/a/tags/list?last=b'],
    ['without brackets', '/v2/a/tags/list?last=b; rel="next"', '/v2/a/tags/list?last=b'],
    ['in full', '<http://HOST/v2/a/tags/list?last=b>; rel="next"', '/v2/a/tags/list?last=b'],
    ['elsewhere at the registry', '</tags?page=2>; REL=Next', '/tags?page=2'],
    ['between others', '<?1>; rel=prev, <?2>; x="y, z"; rel="next last"', '/v2/a/tags/list?2'],
  ])('follows a Link: %s', async (_, link, next) => {
    const repository = await start({
      intercept: ({ path }) => {
        if (path === next) return { status: 200, body: '{"tags":["c"]}' }
        if (path !== `${LIST}?n=1000`) return { status: 500 }
        return { status: 200, headers: { Link: link.replace('HOST', registry.host) }, body: '{"tags":["a","b"]}' }
      },
    })

    expect(await list(repository)).toEqual(['a', 'b', 'c'])
  })

  it('follows a Link that comes in a separate header', async () => {
    const repository = await start({
      intercept: ({ path }) => {
        const headers = { Link: ['<?prev>; rel="prev"', '<?next>; rel="next"'] }
        return { status: 200, ...(path.includes('n=') && { headers }), body: `{"tags":["${path.slice(-4)}"]}` }
      },
    })

    expect(await list(repository)).toEqual(['1000', 'next'])
  })

  it('resolves a Link against where the page was found', async () => {
    const repository = await start({
      intercept: ({ path }) => {
        if (path.startsWith('/v2/')) return { status: 307, headers: { Location: '/moved/list?n=2' } }
        return path === '/moved/list?n=2'
          ? { status: 200, headers: { Link: '<more>; rel="next"' }, body: '{"tags":["a"]}' }
          : { status: 200, body: `{"tags":["b"]}` }
      },
    })

    expect(await list(repository)).toEqual(['a', 'b'])
    expect(paths()).toEqual([`${LIST}?n=1000`, '/moved/list?n=2', '/moved/more'])
  })

  it('gives a tag once, however often it comes', async () => {
    const repository = await startPages({
      [`${LIST}?n=1000`]: [['b', 'a', 'b'], '<?2>; rel="next"'],
      [`${LIST}?2`]: [['a', 'c']],
    })

    expect(await list(repository)).toEqual(['b', 'a', 'c'])
  })

  it('follows the Link of a page without new tags', async () => {
    const repository = await startPages({
      [`${LIST}?n=1000`]: [['a'], '<?2>; rel="next"'],
      [`${LIST}?2`]: [['a'], '<?3>; rel="next"'],
      [`${LIST}?3`]: [null, '<?4>; rel="next"'],
      [`${LIST}?4`]: [['b']],
    })

    expect(await list(repository)).toEqual(['a', 'b'])
  })

  it('skips items that are not text', async () => {
    const repository = await startPages({ [`${LIST}?n=1000`]: [['a', null, 1, { b: 1 }, ['d'], 'c']] })

    expect(await list(repository)).toEqual(['a', 'c'])
  })

  describe('of a registry that supports n and last, but sends no Link', () => {
    const startWithoutLinks = (tags: readonly string[], findAfter: (last: string) => number) =>
      start({
        intercept: ({ path }): Answer => {
          const last = new URL(path, 'http://localhost').searchParams.get('last')
          const begin = last === null ? 0 : findAfter(last)
          return { status: 200, body: JSON.stringify({ tags: tags.slice(begin, begin + 1000) }) }
        },
      })
    const names = (count: number) => Array.from({ length: count }, (_, index) => `v${String(index).padStart(4, '0')}`)

    it.each([
      [999, 1],
      [1000, 2],
      [1001, 2],
      [2000, 3],
      [2500, 3],
    ])('finds all of %i tags, in %i requests', async (count, requests) => {
      const tags = names(count)
      // go-containerregistry starts again at the first tag after the last one.
      const repository = await startWithoutLinks(tags, (last) => Math.max(tags.indexOf(last) + 1, 0) % count)

      expect(await list(repository)).toEqual(tags)
      expect(paths()).toHaveLength(requests)
    })

    it('sends one needless request if the registry ignores last', async () => {
      const tags = names(1000)
      const repository = await startWithoutLinks(tags, () => 0)

      expect(await list(repository)).toEqual(tags)
      expect(paths()).toEqual([`${LIST}?n=1000`, `${LIST}?n=1000&last=v0999`])
    })

    it.each([400, 404, 405, 410, 414, 416, 422, 501])(
      'ends with a full page if last is refused by %i',
      async (status) => {
        const tags = names(1000)
        const repository = await start({
          intercept: ({ path }) =>
            path.includes('last=') ? { status } : { status: 200, body: JSON.stringify({ tags }) },
        })

        expect(await list(repository)).toEqual(tags)
      },
    )

    it.each([401, 403, 429, 500])(
      'does not return an incomplete list if the next page is answered with %i',
      async (status) => {
        const repository = await start(
          {
            intercept: ({ path }) =>
              path.includes('last=') ? { status } : { status: 200, body: JSON.stringify({ tags: names(1000) }) },
          },
          { retry: false },
        )

        expect(await catchError(() => list(repository))).toBeInstanceOf(OciError)
      },
    )

    it('asks for the page after the last valid tag, whatever invalid tags stand behind it', async () => {
      const page = [...names(997), null, 'sha256:0', '\ud800']
      const next = `${LIST}?n=1000&last=v0996`
      const repository = await startPages({ [`${LIST}?n=1000`]: [page], [next]: [['w']] })

      expect(await list(repository)).toEqual([...names(997), 'w'])
    })

    it('ends with the first page without a Link, if earlier pages had one', async () => {
      const repository = await startPages({
        [`${LIST}?n=1000`]: [['a'], '<?2>; rel="next"'],
        [`${LIST}?2`]: [names(1000)],
      })

      expect(await list(repository)).toEqual(['a', ...names(1000)])
    })

    it('asks for no next page where n was refused', async () => {
      const tags = names(1000)
      const repository = await start({
        intercept: ({ path }) =>
          path.includes('n=') ? { status: 400 } : { status: 200, body: JSON.stringify({ tags }) },
      })

      expect(await list(repository)).toEqual(tags)
      expect(paths()).toEqual([`${LIST}?n=1000`, LIST])
    })
  })

  it.each(['{"name":"a","tags":null}', '{"name":"a"}', '{"tags":[]}', '{}'])(
    'reads %s as an empty list',
    async (body) => {
      expect(await list(await start({ intercept: () => ({ status: 200, body }) }))).toEqual([])
    },
  )

  it('skips tags that are invalid by the grammar of references', async () => {
    const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code))
    const names = [
      ...ascii,
      ...ascii.map((sign) => `v${sign}1`),
      `sha256:${'0'.repeat(64)}`,
      `v@sha256:${'0'.repeat(64)}`,
    ]
    const listed = [...names, '', '../b', 'x'.repeat(128), 'y'.repeat(129), 'ä', 'v1\n', 'latest']
    const repository = await startPages({ [`${LIST}?n=1000`]: [listed] })

    const tags = await list(repository)

    expect(tags).toEqual(listed.filter(isTag))
    expect(tags.slice(-2)).toEqual(['x'.repeat(128), 'latest'])
  })

  it('asks without a number where the registry refuses ours', async () => {
    const repository = await start({
      intercept: ({ path }) => {
        if (path === `${LIST}?n=1000`) return { status: 400, body: '{"errors":[{"code":"PAGINATION_NUMBER_INVALID"}]}' }
        return {
          status: 200,
          ...(path === LIST && { headers: { Link: '<?n=50&last=a>; rel="next"' } }),
          body: `{"tags":["${path.slice(-1)}"]}`,
        }
      },
    })

    expect(await list(repository)).toEqual(['t', 'a'])
    expect(paths()).toEqual([`${LIST}?n=1000`, LIST, `${LIST}?n=50&last=a`])
  })

  it('rejects after a second refusal', async () => {
    const error = await catchError(async () => list(await start({ intercept: () => ({ status: 400, body: 'no' }) })))

    expect(error).toBeInstanceOf(RegistryError)
    expect(error.message).toBe(`Cannot list the tags of ${registry.host}/a: the registry answered 400 no`)
    expect(paths()).toEqual([`${LIST}?n=1000`, LIST])
  })
})

describe.each(LINKS.filter((links) => links !== 'right'))(
  'listTags(), at a registry with links of the kind %s',
  (links) => {
    runCases([...listCases, ...manyTagsCases], '', async () => {
      const started = await startRegistry({ links })
      return { host: started.host, credentials: undefined, close: () => started.close() }
    })
  },
)

describe('listTags(): links that are wrong', () => {
  const names = Array.from({ length: 25 }, (_, index) => `v${String(index).padStart(2, '0')}`)

  interface Page {
    readonly n: string
    readonly last: string
    readonly host: string
    /** How many tags stand before the next page. */
    readonly end: number
  }

  /** Starts a registry with pages of 10 tags, whose link is `link`. Other paths are answered with `elsewhere`. */
  async function startWrong(
    link: (page: Page) => string | undefined,
    {
      tags = names,
      elsewhere = { status: 404 } as Answer,
      last: findAfter = (last: string) => tags.indexOf(last) + 1,
    } = {},
    own: RepositoryOptions = {},
  ): Promise<Repository> {
    return start(
      {
        intercept: ({ path, headers }): Answer => {
          const url = new URL(path, 'http://localhost')
          if (url.pathname !== LIST) return elsewhere
          const last = url.searchParams.get('last')
          const begin = last === null ? 0 : findAfter(last)
          const end = url.searchParams.has('n') ? begin + 10 : tags.length
          const page = tags.slice(begin, end)
          const host = headers['host'] ?? ''
          const target = end < tags.length ? link({ n: '10', last: page.at(-1) ?? '', host, end }) : undefined
          return {
            status: 200,
            ...(target !== undefined && { headers: { Link: `<${target}>; rel="next"` } }),
            body: JSON.stringify({ name: 'a', tags: page }),
          }
        },
      },
      { retry: false, ...own },
    )
  }

  const HTML: Answer = { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<html>' }
  it.each<readonly [string, Answer]>([
    ['404', { status: 404 }],
    ['401', { status: 401 }],
    ['403', { status: 403 }],
    ['500', { status: 500 }],
    ['a web page', HTML],
    ['a redirect to a web page', { status: 302, headers: { Location: '/login' } }],
    ['what is no list', { status: 200, body: '{"tags":"all"}' }],
    ['an empty list', { status: 200, body: '{"tags":[]}' }],
    ['the tags of another repository', { status: 200, body: '{"name":"b","tags":["foreign"]}' }],
    ['tags that are known', { status: 200, body: '{"tags":["v00"]}' }],
  ])('continues after the last tag where a link leads to %s', async (_, elsewhere) => {
    const repository = await startWrong(({ n, last }) => `/inner/list?n=${n}&last=${last}`, { elsewhere })

    expect(await list(repository)).toEqual(names)
    // The second link is not followed any more.
    expect(paths().filter((path) => path.startsWith(LIST))).toEqual([
      `${LIST}?n=1000`,
      `${LIST}?n=1000&last=v09`,
      `${LIST}?n=1000&last=v19`,
    ])
    expect(paths().filter((path) => path.startsWith('/inner'))).toHaveLength(1)
  })

  it('leaves out no tag where a link has a number in place of the last tag, and the number is before other tags', async () => {
    const tags = [...names.map((name) => name.replace('v', '0.')), '1.5', '11.0', '2.0']
    const repository = await startWrong(({ n }) => `${LIST}?n=${n}&last=${n}`, {
      tags,
      last: (last) => tags.filter((tag) => tag <= last).length,
    })

    expect(await list(repository)).toEqual(tags)
    expect(paths()).toHaveLength(3)
  })

  it('follows a link with a number where that is a tag', async () => {
    const tags = names.map((_name, index) => String(10 + index))
    const repository = await startWrong(({ last }) => `${LIST}?n=10&last=${last}`, { tags })

    expect(await list(repository)).toEqual(tags)
    expect(paths()).toEqual([`${LIST}?n=1000`, `${LIST}?n=10&last=19`, `${LIST}?n=10&last=29`])
  })

  it.each([
    ['http behind https', ({ host }: Page) => `https://${host}${LIST}?n=10&last=v09`],
    ['an inner host', () => 'http://10.0.0.7:8081/v2/a/tags/list?n=10&last=v09'],
  ])('asks without n where last is ignored: %s', async (_, link) => {
    const repository = await startWrong(link, { last: () => 0 })

    expect(await list(repository)).toEqual(names)
    expect(paths()).toEqual([`${LIST}?n=1000`, `${LIST}?n=1000&last=v09`, LIST])
  })

  it('sends a login nowhere but to the registry', async () => {
    const other = await startRegistry()
    const authorizations: (string | undefined)[] = []
    registry = await startRegistry({
      intercept: ({ path, headers }): Answer => {
        authorizations.push(headers['authorization'])
        if (headers['authorization'] === undefined) return { status: 401, headers: { 'WWW-Authenticate': 'Basic' } }
        const isLast = path.includes('last=')
        const link = { Link: `<http://${other.host}/v2/a/tags/list?last=x>; rel="next"` }
        return { status: 200, ...(isLast ? {} : { headers: link }), body: `{"tags":["${isLast ? 'y' : 'x'}"]}` }
      },
    })
    const credentials = { username: 'robot', password: 's3cret' }

    expect(await list(new Repository(`${registry.host}/a`, { credentials }))).toEqual(['x', 'y'])
    expect(other.requests).toEqual([])
    expect(authorizations).toHaveLength(3)
    await other.close()
  })

  it('uses the number of the link where the registry refuses ours', async () => {
    const repository = await start({
      intercept: ({ path }): Answer => {
        if (path === `${LIST}?n=1000`) return { status: 400 }
        if (path === `${LIST}?n=2&last=b`) return { status: 200, body: '{"tags":["c"]}' }
        if (path !== LIST) return { status: 404 }
        return { status: 200, headers: { Link: '</x?n=2&last=b>; rel="next"' }, body: '{"tags":["a","b"]}' }
      },
    })

    expect(await list(repository)).toEqual(['a', 'b', 'c'])
  })

  it('ends with an empty page that a right link leads to, without another request', async () => {
    const repository = await startPages({
      [`${LIST}?n=1000`]: [['a', 'b'], `<${LIST}?last=b&n=1000>; rel="next"`],
      [`${LIST}?last=b&n=1000`]: [[]],
    })

    expect(await list(repository)).toEqual(['a', 'b'])
    expect(paths()).toHaveLength(2)
  })

  it('fails where neither the link, nor last, nor a list without n brings what a link promised', async () => {
    const repository = await start({
      intercept: ({ path }): Answer =>
        path === `${LIST}?n=1000`
          ? { status: 200, headers: { Link: '</inner?last=a>; rel="next"' }, body: '{"tags":["a"]}' }
          : { status: 404 },
    })

    const error = await catchError(() => list(repository))

    expect(error).toBeInstanceOf(RegistryError)
    expect(error.message).toBe(`Cannot list the tags of ${registry.host}/a: ${INCOMPLETE}`)
    expect(error).toMatchObject({ hint: WRONG_LINK, cause: { code: 'ERR_NOT_FOUND' } })
    expect(paths()).toEqual([`${LIST}?n=1000`, '/inner?last=a', `${LIST}?n=1000&last=a`, LIST])
  })

  it('ends where the whole list brings no more tags, and has no link', async () => {
    const repository = await startPages({
      [`${LIST}?n=1000`]: [['a'], '<//[>; rel="next"'],
      [`${LIST}?n=1000&last=a`]: [[]],
      [LIST]: [['a']],
    })

    expect(await list(repository)).toEqual(['a'])
  })

  it('does not ask in other ways after a rate limit', async () => {
    const repository = await startWrong(() => '/inner', { elsewhere: { status: 429 } })

    expect(await catchError(() => list(repository))).toMatchObject({ answer: { status: 429 } })
    expect(paths()).toEqual([`${LIST}?n=1000`, '/inner'])
  })

  it('follows ten links to pages without a new tag at most', async () => {
    let page = 0
    const repository = await start({
      intercept: () => ({ status: 200, headers: { Link: `<?${++page}>; rel="next"` }, body: '{"tags":["a"]}' }),
    })

    expect(await catchError(() => list(repository))).toBeInstanceOf(RegistryError)
    expect(paths()).toHaveLength(1 + 10 + 2)
  })
})

describe('listTags(): hostile answers', () => {
  it.each([
    ['a web page', { headers: { 'Content-Type': 'text/html' }, body: '<html>' }, 'the answer is a web page'],
    ['no JSON', { body: 'tags: [a]' }, 'the answer is not a list of tags'],
    ['nothing', { body: '' }, 'the answer is not a list of tags'],
    ['null', { body: 'null' }, 'the answer is not a list of tags'],
    ['a list', { body: '["a"]' }, 'the answer is not a list of tags'],
    ['a text', { body: '"latest"' }, 'the answer is not a list of tags'],
    ['tags that are no list', { body: '{"tags":{"a":"b"}}' }, 'the answer is not a list of tags'],
    ['tags that are a text', { body: '{"tags":"latest"}' }, 'the answer is not a list of tags'],
  ] as const)('refuses %s', async (_, answer, message) => {
    const repository = await start({ intercept: () => ({ status: 200, ...answer }) })

    const error = await catchError(() => list(repository))

    expect(error).toBeInstanceOf(RegistryError)
    expect(error.message).toBe(`Cannot list the tags of ${registry.host}/a: ${message}`)
    expect(error.hint).toBe(NO_REGISTRY)
  })

  it.each([
    [
      'another host',
      '<http://127.0.0.2/v2/a/tags/list>; rel="next"',
      'http://127.0.0.2/v2/a/tags/list',
      'it leaves http://HOST',
    ],
    ['another port', '<http://127.0.0.1:1/>; rel="next"', 'http://127.0.0.1:1/', 'it leaves http://HOST'],
    [
      'another host by its name alone',
      '//evil.example/x; rel="next"',
      'http://evil.example/x',
      'it leaves http://HOST',
    ],
    ['a file', '<file:///etc/passwd>; rel="next"', 'file:///etc/passwd', 'it is neither http nor https'],
    ['a login', '<//u:p@HOST/>; rel="next"', 'http://HOST/', 'it holds a user or a password'],
    ['no URL', '<http://[>; rel="next"', 'an address that the registry gave', 'it is not a URL'],
  ])('follows no Link to %s', async (_, link, shown, reason) => {
    const repository = await start({
      intercept: () => ({
        status: 200,
        headers: { Link: link.replace('HOST', registry.host) },
        body: '{"tags":["a"]}',
      }),
    })
    const tags: string[] = []

    const error = await catchError(async () => {
      for await (const tag of repository.tags()) tags.push(tag)
    })

    expect(tags).toEqual(['a'])
    expect(error).toBeInstanceOf(UnsafeUrlError)
    expect(error.message.replaceAll(registry.host, 'HOST')).toBe(`Cannot read the next page at ${shown}: ${reason}`)
    // Our own `last` and a list without `n` bring nothing new here; nothing was sent to the address.
    expect(paths()).toEqual([`${LIST}?n=1000`, `${LIST}?n=1000&last=a`, LIST])
  })

  it.each([
    ['itself', '<?n=1000>; rel="next"', 3],
    ['itself, with a fragment', '<#again>; rel="next"', 3],
    ['nowhere', '<>; rel="next"', 3],
    ['a page before', '<?2>; rel="next"', 4],
  ])('stops where a Link leads to %s', async (_, link, requests) => {
    const repository = await start({
      intercept: () => ({ status: 200, headers: { Link: link }, body: '{"tags":["a"]}' }),
    })

    const error = await catchError(() => list(repository))

    expect(error).toBeInstanceOf(RegistryError)
    expect(error.message).toBe(`Cannot list the tags of ${registry.host}/a: ${INCOMPLETE}`)
    expect(error.hint).toBe(WRONG_LINK)
    expect((error.cause as Error).message).toMatch('a page leads back to an earlier one')
    expect(registry.requests).toHaveLength(requests)
  })

  it('reads a thousand pages at most', async () => {
    let page = 0
    const intercept = () => ({
      status: 200,
      headers: { Link: `<?${++page}>; rel="next"` },
      body: `{"tags":["t${page}"]}`,
    })
    const repository = await start({ intercept })
    const tags: string[] = []

    const error = await catchError(async () => {
      for await (const tag of repository.tags()) tags.push(tag)
    })

    expect(error).toBeInstanceOf(LimitExceededError)
    expect(error).toMatchObject({ limit: 1000, hint: TOO_MUCH })
    expect(error.message).toBe(`Cannot list the tags of ${registry.host}/a: there are more than 1000 pages`)
    expect([tags.length, registry.requests.length]).toEqual([1000, 1000])
  })

  it('yields a million tags at most', async () => {
    let page = 0
    const intercept = () => {
      const tags = Array.from({ length: 100_000 }, (_, index) => `${page}-${index}`)
      return { status: 200, headers: { Link: `<?${++page}>; rel="next"` }, body: JSON.stringify({ tags }) }
    }
    const repository = await start({ intercept })
    let count = 0

    const error = await catchError(async () => {
      for await (const _ of repository.tags()) count++
    })

    expect(error).toBeInstanceOf(LimitExceededError)
    expect(error.message).toBe(`Cannot list the tags of ${registry.host}/a: there are more than 1000000 tags`)
    expect(error).toMatchObject({ limit: 1_000_000, hint: TOO_MUCH })
    expect(count).toBe(1_000_000)
  })

  it('reads no page that is larger than 4 MiB', async () => {
    const body = `{"tags":[],"x":"${'a'.repeat(4 * 1024 * 1024)}"}`
    const error = await catchError(async () => list(await start({ intercept: () => ({ status: 200, body }) })))

    expect(error).toBeInstanceOf(LimitExceededError)
    expect(error.message).toBe(`Cannot list the tags of ${registry.host}/a: a page is larger than 4194304 bytes`)
    expect(error).toMatchObject({ limit: 4194304, hint: TOO_MUCH })
  })

  it('closes the connection of a page that never ends', async () => {
    const server = await serveRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
      const more = (): void => {
        while (!socket.destroyed && socket.write(`10000\r\n${' '.repeat(65536)}\r\n`));
        socket.once('drain', more)
      }
      more()
    })

    const error = await catchError(() => list(new Repository(`${server.host}/a`)))

    expect(error).toBeInstanceOf(LimitExceededError)
  })

  it('reports a page that breaks off as a broken connection', async () => {
    const server = await serveRaw((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"tags":["a"]'))

    expect(await catchError(() => list(new Repository(`${server.host}/a`, { retry: false })))).toBeInstanceOf(
      NetworkError,
    )
  })

  it('throws the reason of its signal, between pages and within one', async () => {
    const repository = await startPages({
      [`${LIST}?n=1000`]: [['a', 'b'], '<?2>; rel="next"'],
      [`${LIST}?2`]: [['c']],
    })
    const reason = new Error('enough')

    for (const last of ['a', 'b']) {
      const controller = new AbortController()
      const tags: string[] = []
      const error = await catchError(async () => {
        for await (const tag of repository.tags({ signal: controller.signal })) {
          tags.push(tag)
          if (tag === last) controller.abort(reason)
        }
      })

      expect(error).toBe(reason)
      expect(tags.at(-1)).toBe(last)
    }
    expect(paths()).toEqual([`${LIST}?n=1000`, `${LIST}?n=1000`])
  })
})

describe('findNextLink()', () => {
  it.each([
    ['as registries write it', '</v2/a/tags/list?n=2&last=b>; rel="next"', '/v2/a/tags/list?n=2&last=b'],
    ['without quotes', '</next>; rel=next', '/next'],
    ['without brackets', '/v2/a/tags/list?last=b&n=2; rel="next"', '/v2/a/tags/list?last=b&n=2'],
    ['without brackets, in full', 'https://host:5000/v2/?n=2;rel=next', 'https://host:5000/v2/?n=2'],
    ['in upper case', '</next>; REL="NEXT"', '/next'],
    ['with spaces wherever they may be', '  </next>  ;  rel  =  "next"  ', '/next'],
    ['without spaces', '</next>;rel="next"', '/next'],
    ['behind other parameters', '</next>; title="a, b; rel=prev"; hreflang=en; flag; rel="next"', '/next'],
    ['before other parameters', '</next>; rel="next"; title="\\"x\\""; type=a/b', '/next'],
    ['as one of several relations', '</next>; rel="last  Next start"', '/next'],
    ['behind other links', '</a>; rel="prev", </b>; rel=first,</next>; rel="next"', '/next'],
    ['behind a link without brackets', '/a; rel="prev", /next; rel="next"', '/next'],
    ['behind a link without relation', '</a>, </next>; rel="next"', '/next'],
    ['before other links', '</next>; rel="next", </a>; rel="prev"', '/next'],
    ['twice', '</next>; rel="next", </other>; rel="next"', '/next'],
    ['with a comma and a semicolon in it', '</next?a=1,2;3>; rel="next"', '/next?a=1,2;3'],
    ['empty', '<>; rel="next"', ''],
    ['behind an empty member', ', ,</next>; rel="next"', '/next'],
  ])('finds the next page: %s', (_, header, target) => {
    expect(findNextLink(header)).toBe(target)
  })

  it.each([
    ['there is nothing', ''],
    ['there are only other relations', '</a>; rel="prev", </b>; rel="nextish", </c>; rel=last'],
    ['there is no relation', '</next>'],
    ['a title says so', '</a>; title="; rel=next"'],
    ['another parameter says so', '</a>; xrel="next"; rel-x=next'],
    ['only the second relation says so', '</a>; rel="prev"; rel="next"'],
    ['there is no target', '; rel="next"'],
    ['the bracket is never closed', '<; rel="next"'],
    ['the quote is never closed', '</a>; rel="next'],
  ])('finds no link if %s', (_, header) => {
    expect(findNextLink(header)).toBeUndefined()
  })

  it.each(['<', '<a', 'a;', 'a; ', '<>;b="', '<>;b="\\', '<>;b=', ' ', 'a ;b = ', '<>; rel="next', ';="'])(
    'reads a long header of %j in little time',
    (piece) => {
      // A reader that scans it again and again would need minutes.
      expect(() => findNextLink(piece.repeat(200_000))).not.toThrow()
    },
  )
})
