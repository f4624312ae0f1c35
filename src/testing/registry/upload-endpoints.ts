/** The upload endpoints: mount a blob, upload it whole or in chunks, or cancel the upload session. */
import { type Digest, type DigestAlgorithm, digestAlgorithm } from '../../oras/oci/digest.js'
import { type Answer, methodNotAllowed, Refusal } from './answer.js'
import { expectDigest } from './blob-endpoints.js'
import type { RegistryRequest } from './registry-request.js'
import type { RegistryState } from './registry-state.js'
import { isRepository } from './route.js'
import { UploadSession } from './upload-session.js'

/**
 * Answers `/v2/<name>/blobs/uploads/`: mounts a blob, stores a monolithic upload, or opens an upload session. A mount
 * without `from` finds the blob in any repository.
 *
 * @param mounting `false`: every mount opens an upload session instead, as the specification allows.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#mounting-a-blob-from-another-repository
 */
export async function answerUploads(
  request: RegistryRequest,
  state: RegistryState,
  repository: string,
  mounting: boolean,
): Promise<Answer> {
  const { method, query, body } = request
  if (method !== 'POST') throw methodNotAllowed(method, ['POST'])

  const mount = query.get('mount')
  const from = query.get('from')
  const algorithm = expectAlgorithm(query.get('digest-algorithm') ?? 'sha256')
  if (from !== null && !isRepository(from)) {
    throw new Refusal(400, 'NAME_INVALID', `"${from}" is not the name of a repository`)
  }
  if (mount !== null) {
    const digest = expectDigest(mount)
    const bytes = from === null ? state.findBlobAnywhere(digest) : state.findBlob(from, digest)
    if (bytes && mounting) {
      state.addBlob(repository, digest, bytes)
      return created(repository, digest)
    }
    return accepted(state.openSession(repository, algorithm))
  }

  const text = query.get('digest')
  if (text === null) return accepted(state.openSession(repository, algorithm))
  const digest = expectDigest(text)
  // Not kept by the registry: the client has no location to continue at if the connection breaks.
  const session = new UploadSession('', repository, digestAlgorithm(digest))
  await session.append(body)
  return finish(session, state, digest)
}

/**
 * Answers `/v2/<name>/blobs/uploads/<id>`: takes a chunk, finishes, reports the progress, or cancels.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-a-blob-in-chunks
 */
export async function answerUpload(
  request: RegistryRequest,
  state: RegistryState,
  repository: string,
  id: string,
): Promise<Answer> {
  const { method, query } = request
  const session = state.findSession(repository, id)
  if (!session) throw new Refusal(404, 'BLOB_UPLOAD_UNKNOWN', `repository ${repository} has no upload ${id}`)

  switch (method) {
    case 'GET':
      return { status: 204, headers: { Location: session.location, Range: session.range } }
    case 'DELETE':
      state.closeSession(session)
      return { status: 204 }
    case 'PATCH':
      await receive(request, session, state)
      return accepted(session)
    case 'PUT': {
      const digest = expectDigest(query.get('digest') ?? '')
      await receive(request, session, state)
      return finish(session, state, digest)
    }
    default:
      throw methodNotAllowed(method, ['GET', 'PATCH', 'PUT', 'DELETE'])
  }
}

function expectAlgorithm(text: string): DigestAlgorithm {
  if (text === 'sha256' || text === 'sha512') return text
  throw new Refusal(400, 'DIGEST_INVALID', `"${text}" is neither sha256 nor sha512`)
}

async function receive(request: RegistryRequest, session: UploadSession, state: RegistryState): Promise<void> {
  expectNext(request, session)
  await session.append(request.body)
  if (state.findSession(session.repository, session.id)) return
  throw new Refusal(404, 'BLOB_UPLOAD_UNKNOWN', `upload ${session.id} was cancelled while bytes came in`)
}

function finish(session: UploadSession, state: RegistryState, expected: Digest): Answer {
  state.closeSession(session)
  const digest = session.digest(expected)
  if (digest !== expected) {
    throw new Refusal(400, 'DIGEST_INVALID', `${session.size} bytes with digest ${digest} came instead of ${expected}`)
  }
  state.addBlob(session.repository, digest, { pieces: session.pieces, size: session.size })
  return created(session.repository, digest)
}

/** Refuses a chunk that does not continue the bytes received so far. The upload session stays open. */
function expectNext({ headers, query }: RegistryRequest, session: UploadSession): void {
  const range = headers['content-range']
  if (range !== undefined) {
    // Unlike in RFC 9110, this header has no unit and no total length in the distribution specification.
    const [, first, last] = /^(\d+)-(\d+)$/.exec(range) ?? []
    if (first === undefined) throw new Refusal(400, 'BLOB_UPLOAD_INVALID', `"${range}" is not <first>-<last>`)
    if (Number(first) !== session.size) {
      throw new Refusal(416, 'RANGE_INVALID', `the next byte is ${session.size}, not ${first}`, progress(session))
    }
    const length = headers['content-length']
    if (length !== undefined && Number(length) !== Number(last) + 1 - session.size) {
      throw new Refusal(400, 'SIZE_INVALID', `${length} bytes are not the range ${range}`)
    }
  }
  if (!session.isCurrent(query.get('_state'))) {
    throw new Refusal(404, 'BLOB_UPLOAD_INVALID', 'this is not the location that the last answer gave')
  }
}

function progress(session: UploadSession): Record<string, string> {
  return { Location: session.location, Range: session.range, 'Docker-Upload-UUID': session.id }
}

function accepted(session: UploadSession): Answer {
  return { status: 202, headers: progress(session) }
}

function created(repository: string, digest: Digest): Answer {
  return {
    status: 201,
    headers: { Location: `/v2/${repository}/blobs/${digest}`, 'Docker-Content-Digest': digest },
  }
}
