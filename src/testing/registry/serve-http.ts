/** The HTTP server of the embedded registry: the only file that uses node:http. */
import { setMaxListeners } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, type ConnectionReset, jsonAnswer } from './answer.js'
import type { RegistryRequest } from './registry-request.js'
import type { OpenEntry, RequestLog } from './request-log.js'

/** Where and how to serve. */
export interface ServeOptions {
  readonly port: number
  readonly host: string
  /** Milliseconds to wait before each answer. */
  readonly delay: number
  readonly log: RequestLog
}

/** A server that is listening. */
export interface HttpServer {
  readonly port: number
  /** Breaks all connections, and resolves when they are closed. */
  close(): Promise<void>
}

/** Starts a server. An error that `answer` throws is sent with status 500. */
export async function serveHttp(
  answer: (request: RegistryRequest) => Promise<Answer | ConnectionReset>,
  { port, host, delay, log }: ServeOptions,
): Promise<HttpServer> {
  const closing = new AbortController()
  // Every delayed answer adds a listener: one for each request at the same time.
  setMaxListeners(0, closing.signal)
  const server = createServer((request, response) => {
    const entry = log.add(request.method ?? '', request.url ?? '', request.headers.authorization ?? '')
    response.once('close', () => log.end(entry))
    handle(request, response, entry).catch((error: unknown) => fail(error, response, entry))
  })
  const handle = async (request: IncomingMessage, response: ServerResponse, entry: OpenEntry): Promise<void> => {
    const answered = await answer(toRegistryRequest(request, entry))
    if (delay > 0) await sleep(delay, undefined, { signal: closing.signal })
    if ('reset' in answered) response.destroy()
    else await send(answered, response, entry)
  }

  await listen(server, port, host)
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      closing.abort()
      return stop(server)
    },
  }
}

function toRegistryRequest(request: IncomingMessage, entry: OpenEntry): RegistryRequest {
  const { method = '', url: path = '' } = request
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)])
  const query = path.includes('?') ? path.slice(path.indexOf('?')) : ''
  return {
    method,
    path,
    query: new URLSearchParams(query),
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: readBody(request, entry),
  }
}

async function* readBody(request: IncomingMessage, entry: OpenEntry): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    entry.bytesIn += chunk.length
    yield chunk
  }
}

async function send(answer: Answer, response: ServerResponse, entry: OpenEntry): Promise<void> {
  const { status, headers = {}, body = [] } = answer
  const pieces = typeof body === 'string' ? [Buffer.from(body)] : body instanceof Uint8Array ? [body] : body
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value as string | string[])
  const isFramed = response.hasHeader('Content-Length') || response.hasHeader('Transfer-Encoding')
  if (!isFramed && status !== 204 && status !== 304) {
    // For HEAD, too, where Node would leave it out.
    response.setHeader(
      'Content-Length',
      pieces.reduce((sum, piece) => sum + piece.length, 0),
    )
  }
  entry.status = status
  const counted = function* () {
    for (const piece of entry.method === 'HEAD' ? [] : pieces) {
      entry.bytesOut += piece.length
      yield piece
    }
  }
  await pipeline(Readable.from(counted()), response)
}

function fail(error: unknown, response: ServerResponse, entry: OpenEntry): void {
  // Usually the connection broke, and no answer can be sent.
  if (response.destroyed || response.headersSent) return void response.destroy()
  const message = `the test registry failed: ${String(error)}`
  send(jsonAnswer(500, { errors: [{ code: 'UNKNOWN', message }] }), response, entry).catch(() => response.destroy())
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

async function stop(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    // An error means that it was already stopped.
    server.close(() => resolve())
    server.closeAllConnections()
  })
  // The system's handles are freed one turn of the event loop after "close".
  await sleep(0)
}
