/** The tags endpoint: lists the tags of a repository, in pages. */
import { type Answer, jsonAnswer, methodNotAllowed, Refusal } from './answer.js'
import type { RegistryRequest } from './registry-request.js'
import type { RegistryState } from './registry-state.js'

/**
 * Answers `/v2/<name>/tags/list`, sorted by the bytes of the tags.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags
 */
export function answerTags({ method, query }: RegistryRequest, state: RegistryState, repository: string): Answer {
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
  const next = `</v2/${repository}/tags/list?n=${n}&last=${last}>; rel="next"`
  return jsonAnswer(200, { name: repository, tags }, isLastPage ? {} : { Link: next })
}
