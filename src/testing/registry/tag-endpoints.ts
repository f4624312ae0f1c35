/** The tags endpoint: lists the tags of a repository, in pages. */
import { type Answer, jsonAnswer, methodNotAllowed, Refusal } from './answer.js'
import type { RegistryRequest } from './registry-request.js'
import type { RegistryState } from './registry-state.js'

/** How the registry may name the next page of a list of tags. */
export type TestRegistryLinks =
  'right' | 'none' | 'short-path' | 'number' | 'inner-path' | 'inner-host' | 'other-scheme'

/** The values of the option `links`. */
export const LINKS: readonly TestRegistryLinks[] = [
  'right',
  'none',
  'short-path',
  'number',
  'inner-path',
  'inner-host',
  'other-scheme',
]

/**
 * Answers `/v2/<name>/tags/list`, sorted by the bytes of the tags.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags
 */
export function answerTags(
  { method, query, headers }: RegistryRequest,
  state: RegistryState,
  repository: string,
  links: TestRegistryLinks,
): Answer {
  if (method !== 'GET') throw methodNotAllowed(method, ['GET'])
  if (!state.hasRepository(repository)) throw new Refusal(404, 'NAME_UNKNOWN', `there is no repository ${repository}`)

  const n = query.get('n')
  if (n !== null && !/^\d+$/.test(n)) throw new Refusal(400, 'PAGINATION_NUMBER_INVALID', `"${n}" is not a number`)
  const after = query.get('last') ?? ''
  const rest = state
    .tags(repository)
    .map(([tag]) => tag)
    .filter((tag) => tag > after)
  const tags = n === null ? rest : rest.slice(0, Number(n))

  const last = tags.at(-1)
  const isLastPage = last === undefined || tags.length === rest.length
  const next = isLastPage
    ? undefined
    : formatLink(links, { repository, host: headers['host'] ?? '', n: n ?? '', last: last ?? '' })
  return jsonAnswer(200, { name: repository, tags }, next === undefined ? {} : { Link: `<${next}>; rel="next"` })
}

/** What a link to the next page is made of. */
interface NextPage {
  readonly repository: string
  readonly host: string
  readonly n: string
  readonly last: string
}

function formatLink(links: TestRegistryLinks, { repository, host, n, last }: NextPage): string | undefined {
  const list = `/v2/${repository}/tags/list?n=${n}`
  const path = `${list}&last=${last}`
  switch (links) {
    case 'right':
      return path
    case 'none':
      return undefined
    case 'short-path':
      return `${['/v2', ...repository.split('/').slice(1), 'tags/list'].join('/')}?n=${n}&last=${last}`
    case 'number':
      return `${list}&last=${n}`
    case 'inner-path':
      return `/repository/docker${path}`
    case 'inner-host':
      return `http://registry.internal:8081${path}`
    case 'other-scheme':
      return `https://${host}${path}`
  }
}
