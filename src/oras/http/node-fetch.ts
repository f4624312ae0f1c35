/** Sends requests with node-fetch, the default; no other file imports that package. */
import { Readable } from 'node:stream'
import type { FetchError } from 'node-fetch'
import { NetworkError } from '../errors/oci-error.js'
import { codeOf } from '../errors/system-error.js'
import type { FindAgent } from './agents.js'
import type { Fetch, FetchInit } from './fetch.js'
import { isProxyError, proxyError, proxyHint } from './proxy/proxy-error.js'
import { redactUrl } from './redact.js'

const CHUNK = 1024 * 1024

/** Creates a {@link Fetch} that uses node-fetch with the agents that `findAgent` chooses. */
export function createNodeFetch(findAgent: FindAgent): Fetch {
  return async (url, init) => {
    try {
      return await send(findAgent, url, init)
    } catch (error) {
      if (!(error instanceof Error)) throw error
      const plain = error.name === 'FetchError' ? withoutUrl(error as FetchError) : error
      throw isProxyError(error) ? toNetworkError(plain, url, init) : plain
    }
  }
}

async function send(
  findAgent: FindAgent,
  url: string,
  { body, duplex, ...init }: FetchInit,
): ReturnType<typeof import('node-fetch').default> {
  // Loading node-fetch takes longer than loading the rest of the library, so it is loaded with the first request.
  const [{ default: nodeFetch }, agent] = await Promise.all([import('node-fetch'), findAgent(new URL(url))])
  // If the signal has aborted already, node-fetch destroys the body with an error that no code can catch.
  init.signal.throwIfAborted()
  const response = await nodeFetch(url, {
    ...init,
    body: duplex ? toStream(body as AsyncIterable<Uint8Array>, init.signal) : body,
    // Sizes and digests are those of the bytes on the wire, so nothing is decompressed.
    compress: false,
    highWaterMark: CHUNK,
    agent,
  })
  // No registry answers 407: it comes from a proxy that forwards plain http.
  if (response.status !== 407) return response
  if (response.body instanceof Readable) response.body.destroy()
  throw proxyError('a proxy wants a login (407)', 'ERR_PROXY_LOGIN')
}

// When the response has ended, node-fetch no longer listens to the signal, although the request body may still be sent:
// so the stream listens itself.
function toStream(body: AsyncIterable<Uint8Array>, signal: AbortSignal): Readable {
  return Readable.from(body, { objectMode: false, highWaterMark: CHUNK, signal })
}

// The message of a FetchError begins with the URL, and its query may hold a secret.
function withoutUrl({ message, code }: FetchError): Error {
  return Object.assign(new Error(message.replace(/^request to .* failed, reason: /s, '')), { code })
}

function toNetworkError(cause: Error, url: string, { method }: FetchInit): NetworkError {
  const shown = redactUrl(new URL(url))
  return new NetworkError(`Cannot ${method} ${shown}: ${cause.message}`, {
    method,
    url: shown,
    cause,
    hint: proxyHint(codeOf(cause)),
  })
}
