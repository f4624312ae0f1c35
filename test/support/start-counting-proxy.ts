/** Starts a proxy before a registry that counts requests and bytes. */
import { once } from 'node:events'
import { createServer, request as sendRequest } from 'node:http'

interface CountedRequest {
  readonly method: string
  readonly path: string
  readonly status: number
  /** Of the request's body. */
  readonly bytesIn: number
}

export interface CountingProxy {
  readonly host: string
  readonly requests: readonly CountedRequest[]
  clearRequests(): void
  close(): Promise<void>
}

/** Starts a proxy for one registry; it passes the Host header on, so that the registry's Locations lead back to it. */
export async function startCountingProxy(registry: string): Promise<CountingProxy> {
  const requests: CountedRequest[] = []
  const { hostname, port } = new URL(`http://${registry}`)
  // No connection is closed while a test waits.
  const server = createServer({ keepAliveTimeout: 0 }, (incoming, outgoing) => {
    const { method = '', url: path = '', headers } = incoming
    let bytesIn = 0
    incoming.on('data', (chunk: Buffer) => (bytesIn += chunk.length))
    const upstream = sendRequest({ hostname, port, method, path, headers }, (answer) => {
      requests.push({ method, path, status: answer.statusCode ?? 0, bytesIn })
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      answer.pipe(outgoing)
    })
    upstream.on('error', () => outgoing.destroy())
    outgoing.on('close', () => upstream.destroy())
    incoming.pipe(upstream)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    host: `127.0.0.1:${(server.address() as { port: number }).port}`,
    requests,
    clearRequests: () => void requests.splice(0),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
