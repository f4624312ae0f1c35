/** Requests for blobs: HEAD, and GET that resumes after a broken connection. */
import { setTimeout as sleep } from 'node:timers/promises'
import { NetworkError } from '../errors/oci-error.js'
import type { Descriptor } from '../oci/descriptor.js'
import { protocolError } from './connection/answer-error.js'
import type { ClientResponse, RequestOptions } from './connection/endpoint.js'
import type { RegistryClient } from './connection/registry-client.js'

/** Asks whether the repository has a blob. */
export async function hasBlob(
  client: RegistryClient,
  descriptor: Descriptor,
  options: RequestOptions,
): Promise<boolean> {
  const { digest } = descriptor
  const response = await client.send({
    method: 'HEAD',
    url: `blobs/${digest}`,
    action: `look for blob ${digest} in ${client.name}`,
    expect: [200, 404],
    scopes: options.scopes,
    signal: options.signal,
  })
  await response.discard()
  return response.status === 200
}

const MAX_CONTINUATIONS = 100
const MAX_EMPTY_ANSWERS = 3
const PAUSE = 100

/**
 * Reads the bytes of a blob, unverified; leaving the iteration early closes the connection. If the connection breaks, the
 * reading resumes: by a range request, or from the start if the registry does not support ranges.
 *
 * @param options `preview`: how many bytes to request at first; the rest is requested when these have been read.
 * @throws {NetworkError} if three responses in a row bring no new bytes, or after a hundred requests.
 * @throws {RegistryError} if the blob comes in more than a hundred parts.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14
 */
export async function* readBlob(
  client: RegistryClient,
  descriptor: Descriptor,
  options: RequestOptions & { readonly preview?: number | undefined },
): AsyncGenerator<Uint8Array, void, undefined> {
  const { preview, ...request } = options
  const { size } = descriptor
  let got = 0
  let emptyAnswers = 0
  let supportsRanges = true
  let answer: ClientResponse | undefined
  let broken: NetworkError | undefined

  for (let continuations = 0; continuations <= MAX_CONTINUATIONS && emptyAnswers < MAX_EMPTY_ANSWERS; continuations++) {
    if (emptyAnswers > 0) await sleep(emptyAnswers * PAUSE, undefined, { signal: options.signal })
    const before = got
    try {
      const isPreview = got === 0 && preview !== undefined && preview < size
      const range = isPreview ? `bytes=0-${preview - 1}` : got > 0 ? `bytes=${got}-` : undefined
      const response = await requestBlob(client, descriptor, supportsRanges ? range : undefined, request)
      answer = response
      if (response.status !== 200 && !isRequestedRange(response, got, size)) {
        // Closed, not discarded: the body may be long, and some registries announce a body that never comes.
        response.close()
        supportsRanges = false
        continue
      }
      let known = response.status === 206 ? 0 : got
      for await (const chunk of response.read()) {
        const fresh = chunk.subarray(known)
        known = Math.max(0, known - chunk.length)
        got += fresh.length
        if (fresh.length > 0) yield fresh
      }
      // A part may be smaller than the range of the request.
      if (response.status === 200 || got >= size) return
    } catch (error) {
      if (!(error instanceof NetworkError) || !answer) throw error
      if (got >= size) return
      answer.excludeMirror()
      broken = error
    }
    emptyAnswers = got > before ? 0 : emptyAnswers + 1
  }
  throw (
    broken ?? protocolError(answer as ClientResponse, (answer as ClientResponse).attempt, 'it comes in too many parts')
  )
}

/** @param range The header `range`; without it, the whole blob is requested, and only a 200 is expected. */
function requestBlob(
  client: RegistryClient,
  { digest }: Descriptor,
  range: string | undefined,
  options: RequestOptions,
): Promise<ClientResponse> {
  return client.send({
    method: 'GET',
    url: `blobs/${digest}`,
    action: `read ${digest} from ${client.name}`,
    expect: range === undefined ? [200] : [200, 206, 416],
    ...(range !== undefined && { headers: { range } }),
    ...options,
  })
}

/** Tells whether the response is the part that begins at `start`, of a blob of the right size. */
function isRequestedRange(response: ClientResponse, start: number, size: number): boolean {
  const [, first, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/i.exec(response.header('content-range') ?? '') ?? []
  return response.status === 206 && Number(first) === start && (total === '*' || Number(total) === size)
}
