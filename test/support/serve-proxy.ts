/** Starts a forward proxy that lets everything through, or answers as the test says, and records the requests. */
import { once } from 'node:events'
import { createServer, request as sendRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { connect, type AddressInfo, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { onTestFinished } from 'vitest'

interface ProxiedRequest {
  readonly method: string
  /** A whole URL, or `host:port` after CONNECT. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
  /** The common name of the client's certificate, if this is an https proxy and was shown one. */
  readonly client: string | undefined
  /** The name that the client asked for (SNI), if this is an https proxy. */
  readonly servername: string | undefined
}

export interface ServedProxy {
  /** `127.0.0.1` and a port; `localhost` and a port with TLS. */
  readonly host: string
  readonly requests: readonly ProxiedRequest[]
  /** The connections of clients that are open. */
  readonly open: number
}

export interface ProxyBehaviour {
  /** Makes it an https proxy. */
  readonly tls?: { readonly cert: string; readonly key: string }
  /** Handles a CONNECT: what it writes is the proxy's answer. */
  readonly onConnect?: (socket: Duplex) => unknown
  /** The status of every answer outside of tunnels, in place of the registry's. */
  readonly status?: number
  /** Where names lead, in place of what DNS says: all to this machine. */
  readonly toLoopback?: boolean
}

export async function serveProxy(behaviour: ProxyBehaviour = {}): Promise<ServedProxy> {
  const requests: ProxiedRequest[] = []
  const sockets = new Set<Socket>()
  const { tls, onConnect, status, toLoopback } = behaviour
  const note = ({ method = '', url: target = '', headers, socket }: IncomingMessage): void => {
    const certificate = tls && (socket as TLSSocket).getPeerCertificate()
    requests.push({
      method,
      target,
      headers,
      client: (certificate as { subject?: { CN?: string } })?.subject?.CN,
      servername: (socket as TLSSocket & { servername?: string | false }).servername || undefined,
    })
  }
  const find = (target: string): { hostname: string; port: number } => {
    const { hostname, port } = new URL(target)
    return { hostname: toLoopback ? '127.0.0.1' : hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80) }
  }

  const server = tls ? createSecureServer({ ...tls, requestCert: true, rejectUnauthorized: false }) : createServer()
  server
    .on('request', (incoming: IncomingMessage, outgoing) => {
      note(incoming)
      if (status !== undefined) return outgoing.writeHead(status, { 'content-length': 0 }).end()
      const { method, url = '', headers } = incoming
      const { pathname, search } = new URL(url)
      const upstream = sendRequest({ ...find(url), method, path: pathname + search, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
        answer.pipe(outgoing)
      })
      upstream.on('error', () => outgoing.destroy())
      incoming.pipe(upstream)
    })
    .on('connect', (incoming: IncomingMessage, socket: Duplex) => {
      note(incoming)
      socket.on('error', () => {})
      // A socket of an http server does not close with the other side by itself, and does not hear of it unless it reads.
      socket.on('end', () => socket.end())
      if (onConnect) return onConnect(socket.resume())
      const { hostname, port } = find(`http://${incoming.url}`)
      const upstream = connect(port, hostname, () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
        upstream.pipe(socket).pipe(upstream)
      })
      upstream.on('error', () => socket.destroy()).on('close', () => socket.destroy())
      socket.on('close', () => upstream.destroy())
    })
    .on('connection', (socket: Socket) => {
      sockets.add(socket.on('error', () => {}))
      socket.on('close', () => sockets.delete(socket))
    })
    .on('tlsClientError', () => {})
    .listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    host: `${tls ? 'localhost' : '127.0.0.1'}:${port}`,
    requests,
    get open() {
      return sockets.size
    },
  }
}
