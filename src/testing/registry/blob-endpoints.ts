/** The blob endpoint: checks, reads and deletes a blob, whole or by range. */
import { type Digest, parseDigest } from '../../oras/oci/digest.js'
import { type Answer, methodNotAllowed, Refusal } from './answer.js'
import type { RegistryRequest } from './registry-request.js'
import type { RegistryState } from './registry-state.js'
import { sliceBytes } from './stored-bytes.js'

/**
 * Answers `/v2/<name>/blobs/<digest>`.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-blobs
 */
export function answerBlob(request: RegistryRequest, state: RegistryState, repository: string, text: string): Answer {
  const { method, headers } = request
  if (!['HEAD', 'GET', 'DELETE'].includes(method)) throw methodNotAllowed(method, ['HEAD', 'GET', 'DELETE'])
  const digest = expectDigest(text)
  const bytes = state.findBlob(repository, digest)
  if (!bytes) throw new Refusal(404, 'BLOB_UNKNOWN', `repository ${repository} has no blob ${digest}`)

  if (method === 'DELETE') {
    state.removeBlob(repository, digest)
    return { status: 202 }
  }
  const described = {
    'Content-Type': 'application/octet-stream',
    'Docker-Content-Digest': digest,
    'Accept-Ranges': 'bytes',
  }
  const range = method === 'GET' ? parseRange(headers['range'], bytes.size) : undefined
  if (!range) return { status: 200, headers: described, body: bytes.pieces }

  const { start, end } = range
  if (start >= end) {
    const message = `the blob has only ${bytes.size} bytes`
    throw new Refusal(416, 'RANGE_INVALID', message, { 'Content-Range': `bytes */${bytes.size}` })
  }
  return {
    status: 206,
    headers: { ...described, 'Content-Range': `bytes ${start}-${end - 1}/${bytes.size}` },
    body: sliceBytes(bytes, start, end),
  }
}

/**
 * Parses a digest.
 *
 * @throws {Refusal} 400 if the digest is invalid, or its algorithm is neither sha256 nor sha512.
 */
export function expectDigest(text: string): Digest {
  try {
    return parseDigest(text)
  } catch {
    throw new Refusal(400, 'DIGEST_INVALID', `"${text}" is neither a sha256 nor a sha512 digest`)
  }
}

/** Parses the header `Range`. Several ranges and other units are ignored, as RFC 9110 allows. `end` is exclusive. */
function parseRange(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (first === '' && last === '') return undefined
  if (first === '') return { start: Math.max(0, size - Number(last)), end: size }
  return { start: Number(first), end: last === '' ? size : Math.min(size, Number(last) + 1) }
}
