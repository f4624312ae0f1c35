/** The manifest endpoint: stores, reads and deletes manifests, by tag or digest. */
import { createDigester, type Digest, digestAlgorithm } from '../../oras/oci/digest.js'
import { type Manifest, MANIFEST_LIMIT, parseManifest } from '../../oras/oci/manifest.js'
import { isManifest, MANIFEST_MEDIA_TYPES } from '../../oras/oci/media-types.js'
import { type Answer, methodNotAllowed, Refusal } from './answer.js'
import { expectDigest } from './blob-endpoints.js'
import type { RegistryRequest } from './registry-request.js'
import { describeReferrer } from './referrer.js'
import type { RegistryState } from './registry-state.js'
import { isTag } from './route.js'

/**
 * Answers `/v2/<name>/manifests/<tag or digest>`.
 *
 * @param sparse Whether a manifest may name blobs and manifests that its repository does not have.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests
 */
export async function answerManifest(
  request: RegistryRequest,
  state: RegistryState,
  repository: string,
  text: string,
  sparse: boolean,
): Promise<Answer> {
  const { method } = request
  const reference = expectReference(text)
  if (method === 'PUT') return putManifest(request, state, repository, reference, sparse)
  if (!['HEAD', 'GET', 'DELETE'].includes(method)) throw methodNotAllowed(method, ['HEAD', 'GET', 'PUT', 'DELETE'])

  const { tag, digest } = reference
  const found = state.findManifest(repository, tag ?? (digest as Digest))
  if (!found) throw new Refusal(404, 'MANIFEST_UNKNOWN', `repository ${repository} has no manifest ${text}`)
  if (method === 'DELETE') {
    if (tag !== undefined) state.removeTag(repository, tag)
    else state.removeManifest(repository, found.digest)
    return { status: 202 }
  }
  return {
    status: 200,
    headers: { 'Content-Type': found.mediaType, 'Docker-Content-Digest': found.digest },
    body: found.bytes.pieces,
  }
}

interface ManifestReference {
  readonly tag?: string
  readonly digest?: Digest
}

function expectReference(text: string): ManifestReference {
  if (text.includes(':')) return { digest: expectDigest(text) }
  if (!isTag(text)) throw new Refusal(400, 'TAG_INVALID', `"${text}" is neither a tag nor a digest`)
  return { tag: text }
}

async function putManifest(
  { headers, query, body }: RegistryRequest,
  state: RegistryState,
  repository: string,
  { tag, digest: expected }: ManifestReference,
  sparse: boolean,
): Promise<Answer> {
  const asked = tag === undefined ? expectTags(query.getAll('tag')) : []
  const bytes = await readManifest(body)
  const mediaType = (headers['content-type'] ?? '').split(';')[0]?.trim() ?? ''
  if (!isManifest({ mediaType })) {
    throw invalid(`Content-Type is "${mediaType}", but must be one of ${MANIFEST_MEDIA_TYPES.join(', ')}`)
  }

  const digester = createDigester(expected && digestAlgorithm(expected))
  digester.update(bytes)
  const digest = digester.digest()
  if (expected && digest !== expected) {
    throw new Refusal(400, 'DIGEST_INVALID', `a manifest with digest ${digest} came instead of ${expected}`)
  }

  let manifest: Manifest
  try {
    manifest = parseManifest(bytes, mediaType)
  } catch (error) {
    throw invalid((error as Error).message)
  }
  if (!sparse) expectComplete(manifest, state, repository)
  const referrer = describeReferrer(manifest, { mediaType, digest, size: bytes.length })
  const stored = { digest, mediaType, bytes: { pieces: [bytes], size: bytes.length }, referrer }
  state.addManifest(repository, stored, tag === undefined ? asked : [tag])
  return {
    status: 201,
    headers: {
      Location: `/v2/${repository}/manifests/${digest}`,
      'Docker-Content-Digest': digest,
      ...(referrer && { 'OCI-Subject': referrer.subject }),
      ...(asked.length > 0 && { 'OCI-Tag': asked }),
    },
  }
}

/** Checks the tags in the query of a `PUT` by digest. One invalid tag refuses the whole request. */
function expectTags(texts: readonly string[]): readonly string[] {
  for (const text of texts) if (!isTag(text)) throw new Refusal(400, 'TAG_INVALID', `"${text}" is not a tag`)
  return [...new Set(texts)]
}

/** Reads a manifest. Bytes above the limit are read and discarded, because a client gets the refusal only then. */
async function readManifest(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of body) {
    size += piece.length
    if (size <= MANIFEST_LIMIT) pieces.push(piece)
  }
  if (size > MANIFEST_LIMIT) {
    throw new Refusal(413, 'MANIFEST_INVALID', `the manifest has ${size} bytes, and ${MANIFEST_LIMIT} are allowed`)
  }
  return Buffer.concat(pieces)
}

/** Refuses a manifest whose blobs or manifests are not in the repository. Only its `subject` may be missing. */
function expectComplete({ config, layers, manifests }: Manifest, state: RegistryState, repository: string): void {
  for (const { digest, mediaType } of config ? [config, ...layers] : layers) {
    // Non-distributable layers are stored elsewhere.
    if (/\.(?:nondistributable|foreign)\./.test(mediaType)) continue
    if (!state.findBlob(repository, digest)) throw missing(`repository ${repository} has no blob ${digest}`)
  }
  for (const { digest } of manifests) {
    if (!state.findManifest(repository, digest)) throw missing(`repository ${repository} has no manifest ${digest}`)
  }
}

function missing(message: string): Refusal {
  return new Refusal(400, 'MANIFEST_BLOB_UNKNOWN', message)
}

function invalid(message: string): Refusal {
  return new Refusal(400, 'MANIFEST_INVALID', message)
}
