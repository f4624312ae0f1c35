/** The one door to HTTP: sends a request, once more if a kept connection had died, and counts what comes back. */
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { Readable } from 'node:stream'
import nodeFetch from 'node-fetch'
import { NetworkError, OciError } from '../errors.js'
import { networkHint } from './network-hint.js'
import { redactUrl } from './redact-url.js'

/** What a {@link Fetch} is called with. */
export interface FetchInit {
  readonly method: string
  readonly headers: Record<string, string>
  /** Redirects are followed by the library, which decides where secrets may go. */
  readonly redirect: 'manual'
  readonly signal: AbortSignal
  /** Set for bodies that stream. */
  readonly duplex?: 'half'
  /** A `Uint8Array`, or an `AsyncIterable` of them for large bodies; loosely typed so that any `fetch` fits. */
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body?: any
}

/** What a {@link Fetch} answers with: the part of a WHATWG `Response` that the library reads. */
export interface FetchResponse {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: AsyncIterable<Uint8Array | string> | null
}

/** Sends one HTTP request: the global `fetch`, `node-fetch`, or one of your own. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>

/** A body that opens again, so that a request can be sent again. */
export interface RequestBody {
  /** In bytes; sent as Content-Length. */
  readonly size: number
  open(signal: AbortSignal): Uint8Array | AsyncIterable<Uint8Array>
}

export interface TransportRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: RequestBody
  readonly signal: AbortSignal | undefined
}

export interface TransportResponse {
  readonly status: number
  header(name: string): string | undefined
  /** The body; ending early is an error. May be read once. */
  read(): AsyncIterable<Uint8Array>
  /** Gives the connection back: reads a short body to its end, closes on a long one. */
  discard(): Promise<void>
  /** Closes the connection, whoever waits for it. */
  close(): void
}

/** Sends a request and answers when the headers are there. */
export type Transport = (request: TransportRequest) => Promise<TransportResponse>

const CHUNK = 1024 * 1024
const SHORT_BODY = 64 * 1024
const DEAD_CONNECTION = new Set(['ECONNRESET', 'EPIPE'])

// Idle connections are kept for all calls of the process; node does not let them hold the process open.
const agents = { 'http:': new HttpAgent({ keepAlive: true }), 'https:': new HttpsAgent({ keepAlive: true }) }

const fetchByNode: Fetch = (url, { body, duplex, ...init }) =>
  nodeFetch(url, {
    ...init,
    body: duplex ? Readable.from(body as AsyncIterable<Uint8Array>, { objectMode: false, highWaterMark: CHUNK }) : body,
    // Inflating would hide how many bytes came, and the digests are those of the bytes as they came.
    compress: false,
    highWaterMark: CHUNK,
    agent: (target) => (target.protocol === 'https:' ? agents['https:'] : agents['http:']),
  })

/** Makes the transport of a registry; `fetch` replaces the library's own way to send a request. */
export function createTransport(fetch: Fetch = fetchByNode): Transport {
  return async (request) => {
    request.signal?.throwIfAborted()
    try {
      return await send(fetch, request)
    } catch (error) {
      // The server may close a kept connection just when it is used again: not a fault, and nothing was answered.
      if (!(error instanceof NetworkError) || !DEAD_CONNECTION.has(codeOf(error.cause))) throw error
      return send(fetch, request)
    }
  }
}

async function send(fetch: Fetch, request: TransportRequest): Promise<TransportResponse> {
  const { method, url, body } = request
  const closer = new AbortController()
  const signal = request.signal ? AbortSignal.any([request.signal, closer.signal]) : closer.signal
  let sourceError: Error | undefined
  const opened = body?.open(signal)
  const stream = opened === undefined || opened instanceof Uint8Array ? undefined : opened

  const fail = (cause: unknown): never => {
    request.signal?.throwIfAborted()
    if (sourceError !== undefined) throw sourceError
    if (cause instanceof OciError) throw cause
    const shown = redactUrl(url)
    throw new NetworkError(`Cannot ${method} ${shown}: ${reasonOf(cause)}`, {
      method,
      url: shown,
      cause,
      hint: networkHint(codeOf(cause)),
    })
  }

  const response = await fetch(url.href, {
    method,
    headers: {
      'accept-encoding': 'identity',
      'user-agent': 'oras-helm',
      ...(body && { 'content-length': String(body.size) }),
      ...request.headers,
    },
    redirect: 'manual',
    signal,
    ...(stream && { duplex: 'half' as const, body: watched(stream, (error) => (sourceError = error as Error)) }),
    ...(opened instanceof Uint8Array && { body: opened }),
  }).catch(fail)

  const expected = method === 'HEAD' ? undefined : lengthOf(response)
  async function* read(): AsyncGenerator<Uint8Array, void, undefined> {
    let size = 0
    try {
      for await (const chunk of response.body ?? []) {
        const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
        size += bytes.length
        yield bytes
      }
    } catch (error) {
      fail(error)
    }
    // A connection that breaks while the reader lags can end the stream without an error.
    if (expected !== undefined && size !== expected) {
      fail(new Error(`the body ended after ${size} of ${expected} bytes`))
    }
  }

  return {
    status: response.status,
    header: (name) => response.headers.get(name) ?? undefined,
    read,
    async discard() {
      let size = 0
      try {
        for await (const chunk of read()) if ((size += chunk.length) > SHORT_BODY) break
      } catch {
        closer.abort()
      }
    },
    close: () => closer.abort(),
  }
}

async function* watched(
  source: AsyncIterable<Uint8Array>,
  onError: (error: unknown) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* source
  } catch (error) {
    onError(error)
    throw error
  }
}

function lengthOf(response: FetchResponse): number | undefined {
  const encoding = response.headers.get('content-encoding')
  const length = response.headers.get('content-length')
  // A fetch that inflates on its own delivers other bytes than Content-Length counts.
  if (length === null || (encoding !== null && encoding !== 'identity')) return undefined
  return response.status === 204 || response.status === 304 ? undefined : Number(length)
}

// node-fetch puts the code on its error; the global fetch puts it on the cause.
function codeOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    const code = (at as { code?: unknown }).code
    if (typeof code === 'string') return code
  }
  return ''
}

function reasonOf(error: unknown): string {
  const code = codeOf(error)
  if (code !== '') return code
  return error instanceof Error ? error.message : String(error)
}
