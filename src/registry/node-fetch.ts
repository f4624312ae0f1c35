/** The one door to node-fetch: the library's own way to send a request. */
import { Readable } from 'node:stream'
import type { FetchError } from 'node-fetch'
import type { FindAgent } from './agents.js'
import type { Fetch } from './fetch.js'

const CHUNK = 1024 * 1024

/** Makes a fetch that sends by node-fetch, over the connections that `findAgent` chooses. */
export function createNodeFetch(findAgent: FindAgent): Fetch {
  return async (url, { body, duplex, ...init }) => {
    // Loading it takes longer than loading the rest of the library: only who sends something has to wait for it.
    const [{ default: nodeFetch, FetchError }, agent] = await Promise.all([
      import('node-fetch'),
      findAgent(new URL(url)),
    ])
    return nodeFetch(url, {
      ...init,
      body: duplex ? toStream(body as AsyncIterable<Uint8Array>, init.signal) : body,
      // Inflating would hide how many bytes came, and the digests are those of the bytes as they came.
      compress: false,
      highWaterMark: CHUNK,
      agent,
    }).catch((error: unknown) => {
      throw error instanceof FetchError ? withoutUrl(error) : error
    })
  }
}

// node-fetch forgets the signal when the answer has ended, although the body may still be on its way: it listens itself.
function toStream(body: AsyncIterable<Uint8Array>, signal: AbortSignal): Readable {
  return Readable.from(body, { objectMode: false, highWaterMark: CHUNK, signal })
}

// The message of a FetchError begins with the URL, whose query may be a secret.
function withoutUrl({ message, code }: FetchError): Error {
  return Object.assign(new Error(message.replace(/^request to .* failed, reason: /s, '')), { code })
}
