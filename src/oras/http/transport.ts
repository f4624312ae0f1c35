/** Sends one request with a given `fetch`: adds the idle timeout, checks the length of the body, and makes typed errors. */
import { NetworkError, OciError } from '../errors/oci-error.js'
import { BrokenConnection, networkHint } from './broken-connection.js'
import { codeOf } from '../errors/system-error.js'
import type { Fetch, FetchResponse } from './fetch.js'
import { redactUrl } from './redact.js'
import { abortable, untilAborted } from '../signals.js'
import { DEFAULT_TIMEOUT, IdleTimer } from './idle-timer.js'
import { UploadBody } from './upload-body.js'

/** A request body that can be opened again, so that the request can be sent again. */
export interface RequestBody {
  /** In bytes; sent as Content-Length. */
  readonly size: number
  open(signal: AbortSignal): Uint8Array | AsyncIterable<Uint8Array>
}

/** One request. */
export interface TransportRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: RequestBody
  /**
   * When it is retried: `unanswered` if there was no response; `never`. A stale kept connection is always retried.
   *
   * @default after no response, and after a status such as 503
   */
  readonly repeat?: 'unanswered' | 'never'
  /**
   * Reads the body of a 200 up to this many bytes before the response is returned, so that a broken connection is retried.
   * If the body is longer, a little more than this is returned and the connection is closed. The whole body must come
   * within twice the idle timeout.
   */
  readonly readAhead?: number
  /** Whether the response holds a secret: then its warnings are not reported, because they may repeat the secret. */
  readonly isSecret?: boolean
  readonly signal: AbortSignal | undefined
}

/** The response to one request. */
export interface TransportResponse {
  readonly status: number
  header(name: string): string | undefined
  /** Reads the body, once. A body that ends early is an error; leaving the iteration early closes the connection. */
  read(): AsyncIterable<Uint8Array>
  /** Reads a short body to its end, so that the connection can be used again; closes it if the body is long or slow. */
  discard(): Promise<void>
  /** Closes the connection; a pending read fails. */
  close(): void
}

/** Sends a request; resolves when the headers of the response are there. */
export type Transport = (request: TransportRequest) => Promise<TransportResponse>

/** Options for all requests of a transport. */
export interface TransportOptions {
  /**
   * The idle timeout in milliseconds: how long no byte may come or go. A whole short response may take twice
   * as long.
   *
   * @default 300_000
   */
  readonly timeout?: number | undefined
  /**
   * The header `user-agent`.
   *
   * @default `'oras-helm'`
   */
  readonly userAgent?: string | undefined
}

const SHORT_BODY = 64 * 1024
const DISCARD_TIMEOUT = 5000

const STALLED =
  'The registry, or something on the way, has stalled: try again, or allow more time with the option timeout.'

/** Creates the transport of a registry; the options must be checked already. */
export function createTransport(fetch: Fetch, options: TransportOptions = {}): Transport {
  const { timeout = DEFAULT_TIMEOUT, userAgent = 'oras-helm' } = options
  return async (request) => {
    request.signal?.throwIfAborted()
    return send(fetch, { timeout, userAgent }, request)
  }
}

async function send(
  fetch: Fetch,
  { timeout, userAgent }: { readonly timeout: number; readonly userAgent: string },
  request: TransportRequest,
): Promise<TransportResponse> {
  const { method, url, body } = request
  const closer = new AbortController()
  const signal = request.signal ? AbortSignal.any([request.signal, closer.signal]) : closer.signal
  let stalled: Error | undefined
  const watch = (kind: 'idle' | 'slow', milliseconds: number): IdleTimer =>
    new IdleTimer(milliseconds, () => {
      const what = kind === 'idle' ? 'no byte came for' : 'the answer was not complete after'
      stalled = new BrokenConnection(kind, `${what} ${milliseconds} ms`)
      closer.abort(stalled)
    })
  const startIdleTimer = (): IdleTimer => watch('idle', timeout)
  const idleTimer = startIdleTimer()
  const opened = body?.open(signal)
  const upload =
    opened === undefined || opened instanceof Uint8Array
      ? undefined
      : new UploadBody(opened, body?.size ?? 0, idleTimer)

  const fail = (thrown: unknown): never => {
    request.signal?.throwIfAborted()
    if (upload?.error !== undefined) throw upload.error
    if (thrown instanceof OciError) throw thrown
    const cause = stalled ?? thrown
    const shown = redactUrl(url)
    throw new NetworkError(`Cannot ${method} ${shown}: ${reasonOf(cause)}`, {
      method,
      url: shown,
      cause,
      hint: stalled ? STALLED : networkHint(codeOf(cause)),
    })
  }

  idleTimer.restart()
  const answer = fetch(url.href, {
    method,
    headers: {
      'accept-encoding': 'identity',
      'user-agent': userAgent,
      ...(body && { 'content-length': String(body.size) }),
      ...request.headers,
    },
    redirect: 'manual',
    signal,
    ...(upload && { duplex: 'half' as const, body: upload.bytes() }),
    ...(opened instanceof Uint8Array && { body: opened }),
  })
  // The user's own fetch may not listen to its signal.
  const response = await untilAborted(answer, signal)
    .catch(fail)
    .finally(() => idleTimer.close())

  const expected = method === 'HEAD' ? undefined : lengthOf(response)
  async function* read(): AsyncGenerator<Uint8Array, void, undefined> {
    const reading = startIdleTimer()
    const whole = request.readAhead === undefined ? undefined : watch('slow', 2 * timeout)
    let size = 0
    let isWhole = false
    try {
      reading.restart()
      whole?.restart()
      for await (const chunk of abortable(response.body ?? [], signal)) {
        reading.pause()
        const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
        size += bytes.length
        yield bytes
        reading.restart()
      }
      isWhole = true
    } catch (error) {
      fail(error)
    } finally {
      reading.close()
      whole?.close()
      // If the response came before the request body was sent whole, the rest would still be sent for nothing.
      if (!isWhole || (upload && !upload.isSent)) closer.abort()
    }
    // A connection that breaks while the reader is slow can end the stream without an error.
    if (expected !== undefined && size !== expected) {
      fail(new BrokenConnection('short', `the body ended after ${size} of ${expected} bytes`))
    }
  }

  return {
    status: response.status,
    header: (name) => response.headers.get(name) ?? undefined,
    read,
    async discard() {
      let size = 0
      const timer = setTimeout(() => closer.abort(), DISCARD_TIMEOUT)
      try {
        for await (const chunk of read()) if ((size += chunk.length) > SHORT_BODY) break
      } catch {
        closer.abort()
        request.signal?.throwIfAborted()
      } finally {
        clearTimeout(timer)
      }
    },
    close: () => closer.abort(),
  }
}

function lengthOf(response: FetchResponse): number | undefined {
  const encoding = response.headers.get('content-encoding')
  const length = response.headers.get('content-length')
  // If fetch has decompressed the body, Content-Length is not its length.
  if (length === null || (encoding !== null && encoding !== 'identity')) return undefined
  return response.status === 204 || response.status === 304 ? undefined : Number(length)
}

function reasonOf(error: unknown): string {
  const code = codeOf(error)
  if (code !== '') return code
  return error instanceof Error ? error.message : String(error)
}
