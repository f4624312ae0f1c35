/** Sends a request and counts what comes back, by whatever fetch it is given. */
import { NetworkError, OciError } from '../errors/oci-error.js'
import { BrokenConnection, networkHint } from './broken-connection.js'
import { codeOf } from '../errors/system-error.js'
import type { Fetch, FetchResponse } from './fetch.js'
import { redactUrl } from './redact.js'
import { stoppable, untilAborted } from '../signals.js'
import { DEFAULT_TIMEOUT, SilenceTimer } from './silence-timer.js'
import { UploadBody } from './upload-body.js'

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
  /**
   * When it is sent again, beside over a kept connection that had died: `unanswered`, if there was no answer; `never`.
   * Unset: also if the answer is one that comes from being busy or broken.
   */
  readonly repeat?: 'unanswered' | 'never'
  /**
   * So many bytes of a good answer are read before it is handed over, so that one that breaks off before is asked for
   * again. What is longer is read on in vain: a little more than this is handed over, and the connection closed. Such an
   * answer is a short one: all of it has to come within twice the time that the other side may be silent.
   */
  readonly readAhead?: number
  /** Whether its answer is a secret: what it warns of is not told then, for it may be the same. */
  readonly isSecret?: boolean
  readonly signal: AbortSignal | undefined
}

export interface TransportResponse {
  readonly status: number
  header(name: string): string | undefined
  /** The body; ending early is an error, and leaving early closes the connection. May be read once. */
  read(): AsyncIterable<Uint8Array>
  /** Gives the connection back: reads a short body to its end, closes on a long or a slow one. Rejects if it is cancelled. */
  discard(): Promise<void>
  /** Closes the connection, whoever waits for it. */
  close(): void
}

/** Sends a request and answers when the headers are there. */
export type Transport = (request: TransportRequest) => Promise<TransportResponse>

/** What goes into every request, and how long it is waited for. */
export interface TransportOptions {
  /** How many milliseconds the other side may be silent; a short answer may take twice as long. Default: five minutes. */
  readonly timeout?: number | undefined
  /** Who sends the requests. Default: `oras-helm`. */
  readonly userAgent?: string | undefined
}

const SHORT_BODY = 64 * 1024
const PATIENCE = 5000

const STALLED =
  'The registry, or something on the way, has stalled: try again, or allow more time with the option timeout.'

/** Makes the transport of a registry. */
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
  const watch = (kind: 'silent' | 'slow', milliseconds: number): SilenceTimer =>
    new SilenceTimer(milliseconds, () => {
      const what = kind === 'silent' ? 'no byte came for' : 'the answer was not complete after'
      stalled = new BrokenConnection(kind, `${what} ${milliseconds} ms`)
      closer.abort(stalled)
    })
  const watchSilence = (): SilenceTimer => watch('silent', timeout)
  const silence = watchSilence()
  const opened = body?.open(signal)
  const upload =
    opened === undefined || opened instanceof Uint8Array ? undefined : new UploadBody(opened, body?.size ?? 0, silence)

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

  silence.restart()
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
  // A fetch of somebody else's may not listen to its signal.
  const response = await untilAborted(answer, signal)
    .catch(fail)
    .finally(() => silence.close())

  const expected = method === 'HEAD' ? undefined : lengthOf(response)
  async function* read(): AsyncGenerator<Uint8Array, void, undefined> {
    const reading = watchSilence()
    const whole = request.readAhead === undefined ? undefined : watch('slow', 2 * timeout)
    let size = 0
    let isWhole = false
    try {
      reading.restart()
      whole?.restart()
      for await (const chunk of stoppable(response.body ?? [], signal)) {
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
      // Answered before it was sent whole, the body would go on travelling with nobody waiting for it.
      if (!isWhole || (upload && !upload.isSent)) closer.abort()
    }
    // A connection that breaks while the reader lags can end the stream without an error.
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
      const timer = setTimeout(() => closer.abort(), PATIENCE)
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
  // A fetch that inflates on its own delivers other bytes than Content-Length counts.
  if (length === null || (encoding !== null && encoding !== 'identity')) return undefined
  return response.status === 204 || response.status === 304 ? undefined : Number(length)
}

function reasonOf(error: unknown): string {
  const code = codeOf(error)
  if (code !== '') return code
  return error instanceof Error ? error.message : String(error)
}
