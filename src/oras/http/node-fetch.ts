/** The library's own way to send a request: by node-fetch, which no other file imports. */
import { Readable } from 'node:stream'
import type { FetchError } from 'node-fetch'
import { NetworkError } from '../errors/oci-error.js'
import { codeOf } from '../errors/system-error.js'
import type { FindAgent } from './agents.js'
import type { Fetch, FetchInit } from './fetch.js'
import { isProxyError, proxyError, proxyHint } from './proxy/proxy-error.js'
import { redactUrl } from './redact.js'

const CHUNK = 1024 * 1024

/** Makes a fetch that sends by node-fetch, over the connections that `findAgent` chooses. */
export function createNodeFetch(findAgent: FindAgent): Fetch {
  return async (url, init) => {
    try {
      return await send(findAgent, url, init)
    } catch (error) {
      if (!(error instanceof Error)) throw error
      const plain = error.name === 'FetchError' ? withoutUrl(error as FetchError) : error
      throw isProxyError(error) ? blameProxy(plain, url, init) : plain
    }
  }
}

async function send(
  findAgent: FindAgent,
  url: string,
  { body, duplex, ...init }: FetchInit,
): ReturnType<typeof import('node-fetch').default> {
  // Loading it takes longer than loading the rest of the library: only who sends something has to wait for it.
  const [{ default: nodeFetch }, agent] = await Promise.all([import('node-fetch'), findAgent(new URL(url))])
  // node-fetch would break a body whose signal has aborted where nobody can catch it.
  init.signal.throwIfAborted()
  const response = await nodeFetch(url, {
    ...init,
    body: duplex ? toStream(body as AsyncIterable<Uint8Array>, init.signal) : body,
    // Inflating would hide how many bytes came, and the digests are those of the bytes as they came.
    compress: false,
    highWaterMark: CHUNK,
    agent,
  })
  // The one status that no registry has: a proxy that reads plain http says it in the registry's place.
  if (response.status !== 407) return response
  // It belongs to nobody who would read it.
  if (response.body instanceof Readable) response.body.destroy()
  throw proxyError('a proxy wants a login (407)', 'ERR_PROXY_LOGIN')
}

// node-fetch forgets the signal when the answer has ended, although the body may still be on its way: it listens itself.
function toStream(body: AsyncIterable<Uint8Array>, signal: AbortSignal): Readable {
  return Readable.from(body, { objectMode: false, highWaterMark: CHUNK, signal })
}

// The message of a FetchError begins with the URL, whose query may be a secret.
function withoutUrl({ message, code }: FetchError): Error {
  return Object.assign(new Error(message.replace(/^request to .* failed, reason: /s, '')), { code })
}

function blameProxy(cause: Error, url: string, { method }: FetchInit): NetworkError {
  const shown = redactUrl(new URL(url))
  return new NetworkError(`Cannot ${method} ${shown}: ${cause.message}`, {
    method,
    url: shown,
    cause,
    hint: proxyHint(codeOf(cause)),
  })
}
