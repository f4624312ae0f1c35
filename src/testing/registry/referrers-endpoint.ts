/** Referrers: which manifests are about this one. */
import { INDEX_MEDIA_TYPE } from '../../oras/oci/media-types.js'
import { type Answer, jsonAnswer, methodNotAllowed } from './answer.js'
import { expectDigest } from './blob-endpoints.js'
import type { Exchange } from './exchange.js'
import type { RegistryState } from './registry-state.js'

/**
 * Answers at `/v2/<name>/referrers/<digest>` with an image index, in the order in which the referrers came. It is empty
 * where there are none, and where there is no such manifest or repository: 404 would say that nobody can ask here.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers
 */
export function answerReferrers(
  { method, query }: Exchange,
  state: RegistryState,
  repository: string,
  text: string,
): Answer {
  if (method !== 'GET') throw methodNotAllowed(method, ['GET'])
  const all = state.referrers(repository, expectDigest(text))
  const wanted = query.get('artifactType')
  const manifests = wanted === null ? all : all.filter(({ artifactType }) => artifactType === wanted)
  return jsonAnswer(
    200,
    { schemaVersion: 2, mediaType: INDEX_MEDIA_TYPE, manifests },
    { 'Content-Type': INDEX_MEDIA_TYPE, ...(wanted !== null && { 'OCI-Filters-Applied': 'artifactType' }) },
  )
}
