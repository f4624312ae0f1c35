/** Says whether a request goes through the proxy that the environment names. */
import { vi } from 'vitest'
import { createProxyFinder } from '../../src/oras/http/proxy/find-proxy.js'

/** A list of hosts, and the URL of a request. */
export interface ProxyQuestion {
  readonly noProxy: string
  readonly url: string
}

export function decideProxy({ noProxy, url }: ProxyQuestion): 'proxy' | 'direct' {
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY']) vi.stubEnv(name, 'http://proxy.test:3128')
  vi.stubEnv('NO_PROXY', noProxy)
  try {
    return createProxyFinder(undefined)(new URL(url)) ? 'proxy' : 'direct'
  } finally {
    vi.unstubAllEnvs()
  }
}
