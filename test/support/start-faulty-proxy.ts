/** Starts a proxy before a registry that breaks connections after so many bytes of a body or of an answer. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Where a connection breaks: after so many bytes of the request's body, or of the whole answer. */
export interface Fault {
  readonly side: 'request' | 'answer'
  readonly after: number
}

export interface FaultyProxy {
  /** `127.0.0.1` and a port. */
  readonly host: string
  close(): Promise<void>
}

const HEAD = /^[A-Z]+ \S+ HTTP\/1\.1\r\n/

/**
 * Starts a proxy for a registry of this machine.
 *
 * @param chooseFault Gets the head of each request: its first line and its headers.
 */
export async function startFaultyProxy(
  port: number,
  chooseFault: (head: string) => Fault | undefined,
): Promise<FaultyProxy> {
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    const close = (): void => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket
        .setNoDelay()
        .on('error', close)
        .on('close', () => {
          sockets.delete(socket)
          close()
        })
    }

    let fault: Fault | undefined
    let left = Infinity
    const pass = (chunk: Buffer, side: Fault['side']): void => {
      const to = side === 'request' ? upstream : client
      if (fault?.side !== side) return void to.write(chunk)
      const part = chunk.subarray(0, left)
      left -= chunk.length
      // Written first, because bytes that come together with the end of the connection may be lost.
      to.write(part, () => void (left < 0 && client.resetAndDestroy()))
    }
    client.on('data', (chunk) => {
      const text = chunk.toString('latin1')
      if (!HEAD.test(text)) return pass(chunk, 'request')
      const head = text.slice(0, text.indexOf('\r\n\r\n') + 4)
      fault = chooseFault(head)
      left = fault?.after ?? Infinity
      upstream.write(chunk.subarray(0, head.length))
      if (chunk.length > head.length) pass(chunk.subarray(head.length), 'request')
    })
    upstream.on('data', (chunk) => pass(chunk, 'answer'))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
