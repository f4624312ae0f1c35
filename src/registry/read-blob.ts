/** Reads a blob to its end, also over connections that do not last as long. */
import { setTimeout as sleep } from 'node:timers/promises'
import { NetworkError } from '../errors.js'
import type { Descriptor } from '../oci/descriptor.js'
import type { ClientResponse, RegistryClient, RequestOptions } from './registry-client.js'

const MAX_CONTINUATIONS = 100
const MAX_FRUITLESS = 3
const PAUSE = 100

/**
 * Reads the bytes, unchecked; leaving early closes the connection. A body that breaks off is gone on with, by a part of
 * the blob or, where the registry gives none, by the whole of it once more, as long as that brings new bytes.
 *
 * @throws {NetworkError} if three answers in a row bring nothing new, or after a hundred continuations.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14
 */
export async function* readBlob(
  client: RegistryClient,
  descriptor: Descriptor,
  options: RequestOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { size } = descriptor
  let got = 0
  let fruitless = 0
  let isAnswered = false
  let givesParts = true
  let broken: NetworkError | undefined

  for (let continuations = 0; continuations <= MAX_CONTINUATIONS && fruitless < MAX_FRUITLESS; continuations++) {
    if (fruitless > 0) await sleep(fruitless * PAUSE, undefined, { signal: options.signal })
    const before = got
    try {
      const response = await requestBlob(client, descriptor, givesParts ? got : 0, options)
      isAnswered = true
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
      if (!(error instanceof NetworkError) || !isAnswered) throw error
      if (got >= size) return
      broken = error
    }
    fruitless = got > before ? 0 : fruitless + 1
  }
  throw broken as NetworkError
}

/** @param start The first byte that is wanted; for 0, the whole is asked for, and nothing else expected. */
function requestBlob(
  client: RegistryClient,
  { digest }: Descriptor,
  start: number,
  options: RequestOptions,
): Promise<ClientResponse> {
  return client.send({
    method: 'GET',
    url: `blobs/${digest}`,
    action: `read ${digest} from ${client.name}`,
    expect: start > 0 ? [200, 206, 416] : [200],
    ...(start > 0 && { headers: { range: `bytes=${start}-` } }),
    ...options,
  })
}

/** Tells whether the answer is the part that begins at `start`, of a blob of the right size. */
function isPart(response: ClientResponse, start: number, size: number): boolean {
  const [, first, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/i.exec(response.header('content-range') ?? '') ?? []
  return response.status === 206 && Number(first) === start && (total === '*' || Number(total) === size)
}
