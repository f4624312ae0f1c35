/** A server in a thread of its own, so that its work is not measured as that of the client. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { type Answer, findAnswer } from './worst-input.js'

const server = createServer({ maxHeaderSize: 64 * 1024 }, (request, response) => {
  const { method, url, headers } = request
  request.resume()
  request.on('end', () => {
    const answer = findAnswer(workerData as readonly Answer[], `${method} ${url}`, headers.authorization !== undefined)
    response.writeHead(answer.status ?? 200, answer.headers).end(answer.body)
  })
})
server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port))
