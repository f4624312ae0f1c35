/** Starts a server that speaks bytes, for answers that no HTTP library would send. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface RawHost {
  /** `127.0.0.1` and a port. */
  readonly host: string
  readonly url: string
  /** The head of every request: its first line and its headers, as they came. */
  readonly heads: readonly string[]
  /** How many connections were opened. */
  readonly connections: number
}

/**
 * Calls `answer` whenever the head of a request has come; bodies are thrown away. Every connection is broken when the
 * test ends.
 *
 * @param answer `count`: how many requests have come so far, this one included.
 */
export async function serveRaw(answer: (socket: Socket, count: number) => void): Promise<RawHost> {
  const heads: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let text = ''
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      const end = text.indexOf('\r\n\r\n')
      if (end < 0) return
      const head = text.slice(0, end)
      text = ''
      if (!/^[A-Z]+ \/\S* HTTP\/1\.1\r\n/.test(head)) return
      heads.push(head)
      answer(socket, heads.length)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    host,
    url: `http://${host}`,
    heads,
    get connections() {
      return sockets.size
    },
  }
}
