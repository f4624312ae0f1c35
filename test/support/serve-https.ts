/** Starts an https server that answers as the test says, and records the clients and the requests. */
import { once } from 'node:events'
import { createServer, type Server, type ServerOptions } from 'node:https'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { onTestFinished } from 'vitest'

export interface SecureRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** The common name of the client's certificate, if it showed one. */
  readonly client: string | undefined
  /** The name that the client asked for (SNI). */
  readonly servername: string | undefined
}

export interface SecureHost {
  /** `localhost` and a port. */
  readonly host: string
  readonly port: number
  readonly requests: readonly SecureRequest[]
  /** How often a client has spoken TLS with it to the end. */
  readonly connections: number
}

/** Every client is asked for a certificate, and served without one unless the options say otherwise. */
export async function serveHttps(
  options: ServerOptions,
  answer: (request: SecureRequest, response: ServerResponse) => unknown = (_request, response) =>
    response.writeHead(404, { 'content-length': 0 }).end(),
): Promise<SecureHost> {
  const requests: SecureRequest[] = []
  let connections = 0
  const server: Server = createServer(
    { requestCert: true, rejectUnauthorized: false, ...options },
    (incoming, response) => {
      const { method = '', url: path = '', headers } = incoming
      const socket = incoming.socket as TLSSocket
      const request = {
        method,
        path,
        headers,
        client: (socket.getPeerCertificate() as { subject?: { CN?: string } } | undefined)?.subject?.CN,
        servername: (socket as TLSSocket & { servername?: string | false }).servername || undefined,
      }
      requests.push(request)
      incoming.resume()
      void answer(request, response)
    },
  )
    .on('secureConnection', () => connections++)
    .on('tlsClientError', () => {})
    .listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    host: `localhost:${port}`,
    port,
    requests,
    get connections() {
      return connections
    },
  }
}
