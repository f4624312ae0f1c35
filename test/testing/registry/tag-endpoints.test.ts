/** Tag lists of the embedded registry, page by page. */
import { expect, test } from 'vitest'
import { MANIFEST, MANIFEST_TYPE, putBlob, send, startFilledRegistry, testCalls } from '../../support/call.js'

const list = (tags: readonly string[]): string => JSON.stringify({ name: 'charts/one', tags })
const path = 'charts/one/tags/list'

testCalls([
  { title: 'all tags', path, status: 200, text: list(['1.0.0', 'latest']), answer: { link: null } },
  {
    title: 'the first page',
    path: `${path}?n=1`,
    status: 200,
    text: list(['1.0.0']),
    answer: { link: '</v2/charts/one/tags/list?n=1&last=1.0.0>; rel="next"' },
  },
  {
    title: 'the last page has no Link',
    path: `${path}?n=1&last=1.0.0`,
    status: 200,
    text: list(['latest']),
    answer: { link: null },
  },
  {
    title: 'a page larger than the list',
    path: `${path}?n=9`,
    status: 200,
    text: list(['1.0.0', 'latest']),
    answer: { link: null },
  },
  { title: 'n=0 is empty', path: `${path}?n=0`, status: 200, text: list([]), answer: { link: null } },
  { title: 'last need not exist', path: `${path}?last=b`, status: 200, text: list(['latest']) },
  { title: 'an n that is no number', path: `${path}?n=-1`, status: 400, code: 'PAGINATION_NUMBER_INVALID' },
  { title: 'an unknown repository', path: 'charts/two/tags/list', status: 404, code: 'NAME_UNKNOWN' },
  { title: 'POST', method: 'POST', path, status: 405, code: 'UNSUPPORTED' },
  { title: 'a list of something else', path: 'charts/one/tags/first', status: 404, code: 'UNSUPPORTED' },
])

test('the pages together contain all tags, in the order of their bytes', async () => {
  const registry = await startFilledRegistry()
  for (const tag of ['Z', 'a', '_', '10', '9']) {
    const headers = { 'Content-Type': MANIFEST_TYPE }
    await send(registry, { method: 'PUT', path: `charts/one/manifests/${tag}`, headers, body: MANIFEST })
  }

  const pages: string[][] = []
  for (let next: string | undefined = `/v2/${path}?n=3`; next;) {
    const { headers, text } = await send(registry, { path: next })
    pages.push((JSON.parse(text) as { tags: string[] }).tags)
    next = /<(.+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]
  }

  expect(pages).toEqual([['1.0.0', '10', '9'], ['Z', '_', 'a'], ['latest']])
  await registry.close()
})

test('a repository without tags has an empty list', async () => {
  const registry = await startFilledRegistry()
  await putBlob(registry, 'charts/empty', 'blob')

  expect((await send(registry, { path: 'charts/empty/tags/list' })).text).toBe('{"name":"charts/empty","tags":[]}')
  await registry.close()
})
