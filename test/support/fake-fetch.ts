/** A fetch for a registry client whose requests never leave the process. */
import type { Fetch } from '../../src/oras/http/fetch.js'
import type { ConnectionOptions } from '../../src/oras/registry/connection/connection-options.js'
import type { ClientRequest, ClientResponse } from '../../src/oras/registry/connection/endpoint.js'
import { RegistryClient } from '../../src/oras/registry/connection/registry-client.js'

/** Answers by the path of the URL, and records the URLs; nothing leaves the process. */
export function fakeFetch(answer: (url: URL) => { status: number; headers?: Record<string, string> }): {
  fetch: Fetch
  sent: { url: string; method: string; authorization: string | undefined }[]
} {
  const sent: { url: string; method: string; authorization: string | undefined }[] = []
  const fetching: Fetch = async (url, { method, headers }) => {
    sent.push({ url, method, authorization: headers['authorization'] })
    const { status, headers: given = {} } = answer(new URL(url))
    return { status, headers: new Headers(given), body: null }
  }
  return { fetch: fetching, sent }
}

/** Asks a registry for something, as one request. */
export const sendRequest = (
  registryHost: string,
  options: ConnectionOptions,
  request: Partial<ClientRequest> = {},
): Promise<ClientResponse> =>
  new RegistryClient(registryHost, 'a', options).send({
    method: 'GET',
    url: 'blobs/x',
    action: 'try',
    expect: [200],
    scopes: [],
    signal: undefined,
    ...request,
  })
