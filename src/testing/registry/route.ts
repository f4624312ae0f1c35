/** The endpoints of the embedded registry, by the path of a request. */
import { parseRepository, parseTag } from '../../oras/oci/reference.js'
import { Refusal } from './answer.js'

/** An endpoint, with the repository and the name or digest in its path. */
export type Route =
  | { readonly kind: 'base' }
  | { readonly kind: 'token' }
  | { readonly kind: 'blob'; readonly repository: string; readonly digest: string }
  | { readonly kind: 'uploads'; readonly repository: string }
  | { readonly kind: 'upload'; readonly repository: string; readonly id: string }
  | { readonly kind: 'manifest'; readonly repository: string; readonly reference: string }
  | { readonly kind: 'referrers'; readonly repository: string; readonly digest: string }
  | { readonly kind: 'tags'; readonly repository: string }

// The first part is greedy, because "blobs/uploads" is a valid repository name.
const PATH =
  /^\/v2\/(.+)\/(?:(tags\/list)|(blobs\/uploads\/)([^/]*)|blobs\/([^/]+)|manifests\/([^/]+)|referrers\/([^/]+))$/

/**
 * Finds the endpoint for the path of a request.
 *
 * ```text
 * /v2/                              /v2/<name>/blobs/uploads/         /v2/<name>/manifests/<tag or digest>
 * /v2/<name>/blobs/<digest>         /v2/<name>/blobs/uploads/<id>     /v2/<name>/tags/list
 * /v2/<name>/referrers/<digest>     /token, /token/
 * ```
 *
 * @throws {Refusal} 404 for any other path, 400 for an invalid repository name.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#endpoints
 */
export function parseRoute(path: string): Route {
  const plain = decode(path.split('?')[0] as string)
  if (plain === '/v2/' || plain === '/v2') return { kind: 'base' }
  if (plain === '/token' || plain === '/token/') return { kind: 'token' }

  const parts = PATH.exec(plain)
  if (!parts) throw new Refusal(404, 'UNSUPPORTED', `there is no endpoint at ${plain}`)
  const [, repository = '', tags, uploads, id, digest, reference, subject] = parts
  if (!isRepository(repository)) {
    throw new Refusal(400, 'NAME_INVALID', `"${repository}" is not the name of a repository`)
  }
  if (tags) return { kind: 'tags', repository }
  if (uploads) return id ? { kind: 'upload', repository, id } : { kind: 'uploads', repository }
  if (digest !== undefined) return { kind: 'blob', repository, digest }
  if (subject !== undefined) return { kind: 'referrers', repository, digest: subject }
  return { kind: 'manifest', repository, reference: reference as string }
}

/** Tells whether a text is a valid repository name. */
export function isRepository(text: string): boolean {
  return parses(() => parseRepository('registry', text))
}

/** Tells whether a text is a valid tag. */
export function isTag(text: string): boolean {
  return parses(() => parseTag(text))
}

function parses(parse: () => string): boolean {
  try {
    parse()
    return true
  } catch {
    return false
  }
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    throw new Refusal(400, 'NAME_INVALID', `${path} is not percent-encoded text`)
  }
}
