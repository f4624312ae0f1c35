import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { RegistryError } from '../../../../src/oras/errors/oci-error.js'
import { Repository } from '../../../../src/oras/registry/repository.js'
import { catchError } from '../../../support/catch-error.js'
import { fakeFetch, sendRequest } from '../../../support/fake-fetch.js'
import { serveHttp } from '../../../support/serve-http.js'

describe('Endpoint: a challenge that cannot be answered', () => {
  it.each([
    ['a realm that is not safe', 'Bearer realm="http://10.0.0.1/token"', 'anonymous' as const],
    ['a login that nobody finds', 'Basic realm="x"', () => Promise.reject(new Error('the vault is closed'))],
  ])('closes the connection: %s', async (_, challenge, credentials) => {
    let closed: Promise<unknown> = Promise.reject(new Error('nobody asked'))
    closed.catch(() => {})
    const server = await serveHttp((_request, response) => {
      closed = once(response, 'close')
      // An answer that never ends.
      response.writeHead(401, { 'content-length': 1_000_000, 'www-authenticate': challenge }).write('x')
    })

    await catchError(() => new Repository(`${server.host}/a`, { credentials }).fetchManifest('latest'))

    await closed
  })
})

describe('Endpoint: answers', () => {
  it.each(['HEAD', 'PUT', 'POST'])('takes a web page for no answer to %s, whatever its status', async (method) => {
    const { fetch } = fakeFetch(() => ({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } }))

    const error = await catchError(() => sendRequest('registry.example', { fetch }, { method }))

    expect(error).toBeInstanceOf(RegistryError)
    expect(error.message).toBe('Cannot try: the answer is a web page')
    expect(error.hint).toBe(
      'An OCI registry does not answer like this: check the host, the port and proxies on the way.',
    )
  })

  it('leaves the type of a blob that is read to its digest', async () => {
    const { fetch } = fakeFetch(() => ({ status: 200, headers: { 'content-type': 'text/html' } }))

    expect((await sendRequest('registry.example', { fetch })).status).toBe(200)
  })
})
