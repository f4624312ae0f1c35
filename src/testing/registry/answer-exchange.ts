/** From a request to its answer: find the endpoint, ask whether it may, let it answer. */
import { type Answer, jsonAnswer, methodNotAllowed, Refusal } from './answer.js'
import { answerBlob } from './blob-endpoints.js'
import type { Exchange } from './exchange.js'
import { answerManifest } from './manifest-endpoints.js'
import { answerReferrers } from './referrers-endpoint.js'
import type { RegistryAuth } from './registry-auth.js'
import type { RegistryState } from './registry-state.js'
import { parseRoute, type Route } from './route.js'
import { answerTags } from './tag-endpoints.js'
import { answerUpload, answerUploads } from './upload-endpoints.js'

/** What the endpoints work with. */
export interface Registry {
  readonly state: RegistryState
  readonly auth: RegistryAuth | undefined
  /** Whether blobs are mounted from one repository into another. */
  readonly mounting: boolean
  /** Whether a manifest may name what its repository lacks. */
  readonly sparse: boolean
}

/** Answers a request. Refusals are answers too: nothing is thrown but what a broken connection throws. */
export async function answerExchange(exchange: Exchange, registry: Registry): Promise<Answer> {
  try {
    const route = parseRoute(exchange.path)
    if (route.kind !== 'token') registry.auth?.expectAccess(exchange, route)
    return await answerRoute(exchange, route, registry)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return error.answer
  }
}

function answerRoute(exchange: Exchange, route: Route, registry: Registry): Answer | Promise<Answer> {
  const { state, auth, mounting, sparse } = registry
  switch (route.kind) {
    case 'base':
      if (exchange.method !== 'GET' && exchange.method !== 'HEAD') throw methodNotAllowed(exchange.method, ['GET'])
      return jsonAnswer(200, {})
    case 'token':
      if (!auth) throw new Refusal(404, 'UNSUPPORTED', 'there is no token endpoint')
      return auth.answerToken(exchange)
    case 'blob':
      return answerBlob(exchange, state, route.repository, route.digest)
    case 'uploads':
      return answerUploads(exchange, state, route.repository, mounting)
    case 'upload':
      return answerUpload(exchange, state, route.repository, route.id)
    case 'manifest':
      return answerManifest(exchange, state, route.repository, route.reference, sparse)
    case 'referrers':
      return answerReferrers(exchange, state, route.repository, route.digest)
    case 'tags':
      return answerTags(exchange, state, route.repository)
  }
}
