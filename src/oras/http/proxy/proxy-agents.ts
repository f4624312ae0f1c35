/** Agents that connect through a proxy: by CONNECT for https, by absolute URLs for http. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Agent, ClientRequest } from 'node:http'
import type { Socket } from 'node:net'
import { checkServerIdentity, type ConnectionOptions } from 'node:tls'
import { HttpProxyAgent } from 'http-proxy-agent'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { proxyLogin } from './proxy-login.js'
import { proxyConnectError, invalidProxyAnswer, proxyError } from './proxy-error.js'

/** A proxy, and the TLS options for the proxy and for the host behind it. */
export interface ProxyRoute {
  readonly proxy: URL
  readonly toProxy: ConnectionOptions
  readonly toTarget: ConnectionOptions
}

// How long an idle connection is kept, in milliseconds.
const IDLE = 30_000

/** Creates the agent for URLs of one scheme. */
export function createProxyAgent(protocol: string, route: ProxyRoute): Agent {
  return protocol === 'https:' ? new TunnelAgent(route) : new ForwardAgent(route)
}

type TunnelOptions = Parameters<HttpsProxyAgent<string>['connect']>[1]

// The packages cannot cancel a connection that is not established yet. So each connection is made by an agent of its own
// that gets a signal: a request that is cancelled closes its connection.
class TunnelAgent extends HttpsProxyAgent<string> {
  readonly #route: ProxyRoute

  constructor(route: ProxyRoute) {
    super(describeProxy(route)[0], { keepAlive: true })
    // The package ignores the other options of its constructor.
    Object.assign(this.options, { timeout: IDLE })
    this.#route = route
  }

  override async connect(request: ClientRequest, options: TunnelOptions): Promise<Socket> {
    const { proxy, toTarget } = this.#route
    return connecting(request, proxy, async (signal) => {
      const maker = new HttpsProxyAgent(...describeProxy(this.#route, signal))
      let status = NaN
      maker.once('proxyConnect', (answer: { readonly statusCode: number }) => (status = answer.statusCode))
      const socket = await limitAnswer(() =>
        maker.connect(request, {
          ...options,
          ...toTarget,
          // Node would compare the certificate with the name of the proxy if the target is an IP address.
          checkServerIdentity: (_name: string, certificate) =>
            checkServerIdentity(toTarget.servername ?? options.host ?? '', certificate),
        } as TunnelOptions),
      )
      if (status === 200) return socket
      // The package would return the proxy's refusal as a response of the registry, and a challenge in it would get a login.
      socket.destroy()
      throw refusal(proxy, status)
    })
  }
}

class ForwardAgent extends HttpProxyAgent<string> {
  readonly #route: ProxyRoute

  constructor(route: ProxyRoute) {
    const [proxy, { headers }] = describeProxy(route)
    super(proxy, { keepAlive: true, timeout: IDLE, headers })
    this.#route = route
  }

  override async connect(...[request, options]: Parameters<HttpProxyAgent<string>['connect']>): Promise<Socket> {
    return connecting(request, this.#route.proxy, async (signal) =>
      new HttpProxyAgent(...describeProxy(this.#route, signal)).connect(request, options),
    )
  }
}

/** Connects for a request; the connection is closed if the request is aborted. */
async function connecting(
  request: ClientRequest,
  proxy: URL,
  connect: (signal: AbortSignal) => Promise<Socket>,
): Promise<Socket> {
  const closer = new AbortController()
  const close = (): void => closer.abort()
  // A request without a connection emits only these events when it is aborted.
  request.once('abort', close)
  request.once('close', close)
  try {
    if (request.destroyed) close()
    closer.signal.throwIfAborted()
    return await connect(closer.signal)
  } catch (error) {
    throw proxyConnectError(proxy, error)
  } finally {
    request.off('abort', close)
    request.off('close', close)
  }
}

/** The arguments for the packages. The URL has no password: they would write it into URLs and debug output. */
function describeProxy({ proxy, toProxy }: ProxyRoute, signal?: AbortSignal): [URL, DescribedProxy] {
  const { username, password, hostname } = proxy
  const address = new URL(proxy)
  address.username = ''
  address.password = ''
  const isName = !/^\[|^[\d.]+$/.test(hostname)
  return [
    address,
    {
      ...toProxy,
      ...(isName && { servername: hostname }),
      ...(signal && { signal }),
      keepAlive: true,
      headers: username === '' && password === '' ? {} : { 'Proxy-Authorization': proxyLogin(proxy) },
    },
  ]
}

type DescribedProxy = ConnectionOptions & {
  readonly headers: Record<string, string>
  readonly keepAlive: true
  readonly signal?: AbortSignal
}

const MAX_ANSWER = 64 * 1024

/** Ends the connection if the proxy's answer to CONNECT is too long: the package reads without a limit. */
async function limitAnswer(connect: () => Promise<Socket>): Promise<Socket> {
  const opened: Socket[] = []
  const note = (message: unknown): void => void opened.push((message as { readonly socket: Socket }).socket)
  // The socket is created before `connect` waits for anything, so it is this one. Node 20 does not report TLS sockets.
  subscribe('net.client.socket', note)
  let connected: Promise<Socket>
  try {
    connected = connect()
  } finally {
    unsubscribe('net.client.socket', note)
  }
  const checks = opened.map((socket) => {
    const check = (): void => {
      if (socket.bytesRead > MAX_ANSWER) socket.destroy(new Error(`the answer is longer than ${MAX_ANSWER} bytes`))
    }
    socket.on('readable', check)
    return () => socket.off('readable', check)
  })
  try {
    return await connected
  } finally {
    for (const stop of checks) stop()
  }
}

function refusal({ host }: URL, status: number): Error {
  if (status === 407) return proxyError(`the proxy ${host} wants a login (407)`, 'ERR_PROXY_LOGIN')
  if (!(status >= 100 && status <= 599)) return invalidProxyAnswer(host)
  return proxyError(
    `the proxy ${host} answered ${status} in place of a connection`,
    status >= 500 ? 'ERR_PROXY_GATEWAY' : 'ERR_PROXY_REFUSED',
  )
}
