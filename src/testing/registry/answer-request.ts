/** Answers a request: finds its endpoint, checks the login, and calls the endpoint. */
import { type Answer, jsonAnswer, methodNotAllowed, Refusal } from './answer.js'
import { answerBlob } from './blob-endpoints.js'
import type { RegistryRequest } from './registry-request.js'
import { answerManifest } from './manifest-endpoints.js'
import { answerReferrers } from './referrers-endpoint.js'
import type { RegistryAuth } from './registry-auth.js'
import type { RegistryState } from './registry-state.js'
import { parseRoute, type Route } from './route.js'
import { answerTags, type TestRegistryLinks } from './tag-endpoints.js'
import { answerUpload, answerUploads } from './upload-endpoints.js'

/** The state and settings that the endpoints use. */
export interface Registry {
  readonly state: RegistryState
  readonly auth: RegistryAuth | undefined
  /** Whether blobs can be mounted from other repositories. */
  readonly mounting: boolean
  /** Whether a manifest may name blobs and manifests that its repository does not have. */
  readonly sparse: boolean
  /** How lists of tags name their next page. */
  readonly links: TestRegistryLinks
}

/** Answers a request. A refusal is returned as an answer, too; only a broken connection throws. */
export async function answerRequest(request: RegistryRequest, registry: Registry): Promise<Answer> {
  try {
    const route = parseRoute(request.path)
    if (route.kind !== 'token') registry.auth?.expectAccess(request, route)
    return await answerRoute(request, route, registry)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return error.answer
  }
}

function answerRoute(request: RegistryRequest, route: Route, registry: Registry): Answer | Promise<Answer> {
  const { state, auth, mounting, sparse } = registry
  switch (route.kind) {
    case 'base':
      if (request.method !== 'GET' && request.method !== 'HEAD') throw methodNotAllowed(request.method, ['GET'])
      return jsonAnswer(200, {})
    case 'token':
      if (!auth) throw new Refusal(404, 'UNSUPPORTED', 'there is no token endpoint')
      return auth.answerToken(request)
    case 'blob':
      return answerBlob(request, state, route.repository, route.digest)
    case 'uploads':
      return answerUploads(request, state, route.repository, mounting)
    case 'upload':
      return answerUpload(request, state, route.repository, route.id)
    case 'manifest':
      return answerManifest(request, state, route.repository, route.reference, sparse)
    case 'referrers':
      return answerReferrers(request, state, route.repository, route.digest)
    case 'tags':
      return answerTags(request, state, route.repository, registry.links)
  }
}
