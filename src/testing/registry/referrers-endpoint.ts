/** The referrers endpoint: lists the manifests whose subject is a given digest. */
import { INDEX_MEDIA_TYPE } from '../../oras/oci/media-types.js'
import { type Answer, jsonAnswer, methodNotAllowed } from './answer.js'
import { expectDigest } from './blob-endpoints.js'
import type { RegistryRequest } from './registry-request.js'
import type { RegistryState } from './registry-state.js'

/**
 * Answers `/v2/<name>/referrers/<digest>` with an index of the referrers, in the order of their push. The index is empty
 * for an unknown manifest or repository, too: 404 would mean that the registry has no referrers endpoint.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers
 */
export function answerReferrers(
  { method, query }: RegistryRequest,
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
