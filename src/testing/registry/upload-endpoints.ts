/** Uploads: opened or saved by a mount, filled, closed by a digest, or cancelled. */
import { type Digest, type DigestAlgorithm, digestAlgorithm } from '../../oras/oci/digest.js'
import { type Answer, methodNotAllowed, Refusal } from './answer.js'
import { expectDigest } from './blob-endpoints.js'
import type { Exchange } from './exchange.js'
import type { RegistryState } from './registry-state.js'
import { isRepository } from './route.js'
import { UploadSession } from './upload-session.js'

/**
 * Answers at `/v2/<name>/blobs/uploads/`: mounts a blob, takes it in one request, or opens a session. A mount that does
 * not say from where takes the blob from anywhere.
 *
 * @param mounting `false`: no blob is ever mounted; a session is opened instead, as the specification allows.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#mounting-a-blob-from-another-repository
 */
export async function answerUploads(
  exchange: Exchange,
  state: RegistryState,
  repository: string,
  mounting: boolean,
): Promise<Answer> {
  const { method, query, body } = exchange
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
  // Not a session of the registry: if the connection breaks, nobody knows where to go on.
  const session = new UploadSession('', repository, digestAlgorithm(digest))
  await session.append(body)
  return finish(session, state, digest)
}

/**
 * Answers at `/v2/<name>/blobs/uploads/<id>`: more bytes, the end, how far it got, or never mind.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-a-blob-in-chunks
 */
export async function answerUpload(
  exchange: Exchange,
  state: RegistryState,
  repository: string,
  id: string,
): Promise<Answer> {
  const { method, query } = exchange
  const session = state.findSession(repository, id)
  if (!session) throw new Refusal(404, 'BLOB_UPLOAD_UNKNOWN', `repository ${repository} has no upload ${id}`)

  switch (method) {
    case 'GET':
      return { status: 204, headers: { Location: session.location, Range: session.range } }
    case 'DELETE':
      state.closeSession(session)
      return { status: 204 }
    case 'PATCH':
      await receive(exchange, session, state)
      return accepted(session)
    case 'PUT': {
      const digest = expectDigest(query.get('digest') ?? '')
      await receive(exchange, session, state)
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

async function receive(exchange: Exchange, session: UploadSession, state: RegistryState): Promise<void> {
  expectNext(exchange, session)
  await session.append(exchange.body)
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

/** Refuses bytes that do not continue those that are there; the session survives. */
function expectNext({ headers, query }: Exchange, session: UploadSession): void {
  const range = headers['content-range']
  if (range !== undefined) {
    // Not the header of RFC 9110: there is no unit and no total length.
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
