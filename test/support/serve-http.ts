/** Starts an HTTP server that answers as the test says, and records the requests. */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface ServedRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface ServedHost {
  /** `127.0.0.1` and a port. */
  readonly host: string
  readonly url: string
  /** In the order in which their bodies were complete. */
  readonly requests: readonly ServedRequest[]
}

/** Connections are kept, and every one is broken when the test ends. */
export async function serveHttp(
  answer: (request: ServedRequest, response: ServerResponse) => unknown,
): Promise<ServedHost> {
  const requests: ServedRequest[] = []
  const server = createServer({ keepAliveTimeout: 0 }, (incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('error', () => {})
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming
      const request = { method, path: url, headers, body: Buffer.concat(chunks) }
      requests.push(request)
      void answer(request, response)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return { host, url: `http://${host}`, requests }
}
