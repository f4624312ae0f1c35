import { describe, expect, it } from 'vitest'
import { RegistryClient } from '../../../../src/oras/registry/connection/registry-client.js'
import { fakeFetch, sendRequest } from '../../../support/fake-fetch.js'

describe('RegistryClient: addresses', () => {
  it.each<[host: string, plainHttp: boolean | undefined, url: string]>([
    ['localhost', undefined, 'http://localhost/'],
    ['LOCALHOST:5000', undefined, 'http://localhost:5000/'],
    ['127.0.0.1:5000', undefined, 'http://127.0.0.1:5000/'],
    ['127.8.8.8', undefined, 'http://127.8.8.8/'],
    ['[::1]:5000', undefined, 'http://[::1]:5000/'],
    ['10.0.0.1:5000', undefined, 'https://10.0.0.1:5000/'],
    ['ghcr.io', undefined, 'https://ghcr.io/'],
    ['localhost.example', undefined, 'https://localhost.example/'],
    ['ghcr.io:443', undefined, 'https://ghcr.io/'],
    ['localhost:5000', false, 'https://localhost:5000/'],
    ['ghcr.io', true, 'http://ghcr.io/'],
    ['ghcr.io', false, 'https://ghcr.io/'],
  ])('reaches %s with plainHttp: %s at %s', async (host, plainHttp, url) => {
    const { fetch, sent } = fakeFetch(() => ({ status: 200 }))

    await sendRequest(host, { fetch, ...(plainHttp !== undefined && { plainHttp }) })

    expect(sent.map((request) => request.url)).toEqual([`${url}v2/a/blobs/x`])
  })

  it('writes tags and digests as references', () => {
    const client = new RegistryClient('host:5000', 'a/b', {})

    expect([client.format('v1'), client.format('sha256:00')]).toEqual(['host:5000/a/b:v1', 'host:5000/a/b@sha256:00'])
  })
})
