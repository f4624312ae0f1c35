/** The requests about blobs: is it there, and its bytes, also over connections that do not last as long. */
import { setTimeout as sleep } from 'node:timers/promises'
import { NetworkError } from '../errors/oci-error.js'
import type { Descriptor } from '../oci/descriptor.js'
import { protocolError } from './connection/answer-error.js'
import type { ClientResponse, RequestOptions } from './connection/endpoint.js'
import type { RegistryClient } from './connection/registry-client.js'

/** Asks whether the repository has the blob. */
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
const MAX_FRUITLESS = 3
const PAUSE = 100

/**
 * Reads the bytes, unchecked; leaving early closes the connection. A body that breaks off is gone on with, by a part of
 * the blob or, where the registry gives none, by the whole of it once more, as long as that brings new bytes.
 *
 * @param options `preview`: how many bytes to ask for at first; the rest is asked for when these have been read.
 * @throws {NetworkError} if three answers in a row bring nothing new, or after a hundred continuations.
 * @throws {RegistryError} if it comes in more than a hundred parts.
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
  let fruitless = 0
  let givesParts = true
  let answer: ClientResponse | undefined
  let broken: NetworkError | undefined

  for (let continuations = 0; continuations <= MAX_CONTINUATIONS && fruitless < MAX_FRUITLESS; continuations++) {
    if (fruitless > 0) await sleep(fruitless * PAUSE, undefined, { signal: options.signal })
    const before = got
    try {
      const isPreview = got === 0 && preview !== undefined && preview < size
      const range = isPreview ? `bytes=0-${preview - 1}` : got > 0 ? `bytes=${got}-` : undefined
      const response = await requestBlob(client, descriptor, givesParts ? range : undefined, request)
      answer = response
      if (response.status !== 200 && !isPart(response, got, size)) {
        // Not discarded: what comes may be long, and some registries announce a body that never does.
        response.close()
        givesParts = false
        continue
      }
      let known = response.status === 206 ? 0 : got
      for await (const chunk of response.read()) {
        const fresh = chunk.subarray(known)
        known = Math.max(0, known - chunk.length)
        got += fresh.length
        if (fresh.length > 0) yield fresh
      }
      // A part may be smaller than what was asked for.
      if (response.status === 200 || got >= size) return
    } catch (error) {
      if (!(error instanceof NetworkError) || !answer) throw error
      if (got >= size) return
      answer.giveUp()
      broken = error
    }
    fruitless = got > before ? 0 : fruitless + 1
  }
  throw (
    broken ?? protocolError(answer as ClientResponse, (answer as ClientResponse).attempt, 'it comes in too many parts')
  )
}

/** @param range Unset, the whole is asked for, and nothing else expected. */
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

/** Tells whether the answer is the part that begins at `start`, of a blob of the right size. */
function isPart(response: ClientResponse, start: number, size: number): boolean {
  const [, first, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/i.exec(response.header('content-range') ?? '') ?? []
  return response.status === 206 && Number(first) === start && (total === '*' || Number(total) === size)
}
