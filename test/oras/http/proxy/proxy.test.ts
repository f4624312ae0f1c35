/** The option proxy and the environment: what goes through a proxy, what the proxy sees, and how it can fail. */
import type { ServerOptions } from 'node:https'
import type { Duplex } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { NetworkError } from '../../../../src/oras/errors/oci-error.js'
import type { ConnectionOptions } from '../../../../src/oras/registry/connection/connection-options.js'
import { createProxyFinder } from '../../../../src/oras/http/proxy/find-proxy.js'
import { Repository } from '../../../../src/oras/registry/repository.js'
import { startRegistry } from '../../../../src/testing/index.js'
import { catchError } from '../../../support/catch-error.js'
import { eventually } from '../../../support/eventually.js'
import { readContent } from '../../../../src/oras/oci/content.js'
import { randomContent } from '../../../support/make-artifact.js'
import {
  type Certificates,
  makeCertificates,
  type MadeCertificate,
  opensslMissing,
} from '../../../support/make-certificates.js'
import { serveHttp } from '../../../support/serve-http.js'
import { serveHttps } from '../../../support/serve-https.js'
import { serveProxy } from '../../../support/serve-proxy.js'
import { serveRaw } from '../../../support/serve-raw.js'
import { skipWaiting } from '../../../support/skip-waiting.js'
import { skipBecause } from '../../../support/skip-because.js'

const LOGIN = `Basic ${Buffer.from('us er:p@ss/wörd').toString('base64')}`

/** Sets variables for one test. */
function setVariables(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
  onTestFinished(() => void vi.unstubAllEnvs())
}

describe('a registry that speaks http, through a proxy', () => {
  it('is reached by requests with whole URLs', async () => {
    const registry = await startRegistry()
    onTestFinished(() => registry.close())
    const proxy = await serveProxy()
    const blob = randomContent(3_000_000)
    const repository = new Repository(`${registry.host}/a`, { access: 'push', proxy: `http://${proxy.host}` })

    await repository.put(blob)
    expect(await readContent(repository.get(blob.descriptor))).toHaveLength(3_000_000)

    expect(registry.requests.length).toBe(proxy.requests.length)
    for (const { target, headers } of proxy.requests) {
      expect(target).toMatch(new RegExp(`^http://${registry.host}/v2/a/`))
      expect(headers).not.toHaveProperty('proxy-authorization')
    }
  })

  it('reuses its connection to the proxy', async () => {
    const registry = await serveHttp((_request, response) => response.writeHead(404, { 'content-length': 0 }).end())
    const proxy = await serveProxy()

    for (let call = 0; call < 3; call++)
      await new Repository(`${registry.host}/a`, { proxy: `http://${proxy.host}` }).resolve('v1')

    expect(proxy.requests).toHaveLength(3)
    expect(proxy.open).toBe(1)
  })

  it('shows the password of the proxy to the proxy alone', async () => {
    const registry = await serveHttp((_request, response) => response.writeHead(404).end())
    const proxy = await serveProxy()

    // This proxy forwards every header: what the registry does not get was not sent to the proxy.
    await new Repository(`${registry.host}/a`, { proxy: `http://us%20er:p%40ss%2Fw%C3%B6rd@${proxy.host}` }).resolve(
      'v1',
    )
    expect(proxy.requests[0]?.headers['proxy-authorization']).toBe(LOGIN)

    await new Repository(`${registry.host}/a`, { proxy: false }).resolve('v1')
    expect(registry.requests.at(-1)?.headers).not.toHaveProperty('proxy-authorization')
  })

  it('reports it if the proxy wants a login', async () => {
    const proxy = await serveProxy({ status: 407 })
    const options = { proxy: `http://user:s3cret@${proxy.host}` }

    const error = await catchError(() => new Repository('127.0.0.1:1/a', options).resolve('v1'))

    expect(error).toBeInstanceOf(NetworkError)
    expect(error).toMatchObject({
      message: 'Cannot HEAD http://127.0.0.1:1/v2/a/manifests/v1: a proxy wants a login (407)',
      hint: 'Put user and password into the URL of the proxy, percent-encoded: http://user:password@host:port.',
    })
    expect(everythingIn(error)).not.toMatch(/s3cret|czNjcmV0/)
  })
})

const missing = skipBecause(opensslMissing(), 'https through proxies')

describe.skipIf(missing)('a registry that speaks https, through a proxy', () => {
  let made: Certificates
  beforeAll(async () => {
    made = await makeCertificates()
  })
  afterAll(() => made.close())

  const servedBy = ({ cert, key }: MadeCertificate): ServerOptions => ({ cert, key, ca: made.ca.cert })
  const open = (host: string, options: ConnectionOptions): Repository =>
    new Repository(`${host}/a`, { plainHttp: false, tls: { ca: made.ca.cert }, ...options })

  it('is reached in a tunnel, which is used again', async () => {
    const registry = await serveHttps(servedBy(made.server))
    const proxy = await serveProxy()
    const tls = { ca: made.ca.cert }

    for (let call = 0; call < 3; call++)
      await open(registry.host, { tls, proxy: `http://us%20er:p%40ss%2Fw%C3%B6rd@${proxy.host}` }).resolve('v1')

    expect(registry.requests).toHaveLength(3)
    expect(registry.requests.every(({ headers }) => headers['proxy-authorization'] === undefined)).toBe(true)
    expect(proxy.requests).toMatchObject([
      { method: 'CONNECT', target: registry.host, headers: { 'proxy-authorization': LOGIN } },
    ])
  })

  it.each([
    ['registry.example', 'DNS:registry.example', 'DNS:localhost,IP:127.0.0.1'],
    ['127.0.0.1', 'IP:127.0.0.1', 'DNS:localhost,DNS:registry.example'],
  ])('must have a certificate for %s', async (name, right, wrong) => {
    const registry = await serveHttps(servedBy(await made.issue(right)))
    const impostor = await serveHttps(servedBy(await made.issue(wrong)))
    const proxy = `http://${(await serveProxy({ toLoopback: true })).host}`

    expect(await open(`${name}:${registry.port}`, { proxy }).resolve('v1')).toBeUndefined()
    const error = await catchError(() => open(`${name}:${impostor.port}`, { proxy }).resolve('v1'))

    expect(error).toBeInstanceOf(NetworkError)
    expect(error.message).toMatch(/: ERR_TLS_CERT_ALTNAME_INVALID$/)
    expect(registry.requests.map(({ servername }) => servername)).toEqual([
      name === '127.0.0.1' ? undefined : 'registry.example',
    ])
    expect(impostor.requests).toEqual([])
  })

  it('may lie behind a proxy that speaks https, as one that speaks http may', async () => {
    const registry = await serveHttp((_request, response) => response.writeHead(404, { 'content-length': 0 }).end())
    const proxy = await serveProxy({ tls: made.server })
    const impostor = await serveProxy({ tls: made.elsewhere })
    const ask = ({ host }: { host: string }): Promise<unknown> =>
      open(registry.host, { plainHttp: true, proxy: `https://user:s3cret@${host}` }).resolve('v1')

    expect(await ask(proxy)).toBeUndefined()
    expect(proxy.requests).toMatchObject([
      { method: 'HEAD', servername: 'localhost', headers: { 'proxy-authorization': expect.any(String) } },
    ])
    expect(await catchError(() => ask(impostor))).toBeInstanceOf(NetworkError)
    expect(impostor.requests).toEqual([])
  })

  it('must have a certificate that is trusted', async () => {
    const registry = await serveHttps(servedBy(made.server))
    const proxy = `http://${(await serveProxy()).host}`

    const error = await catchError(() => open(registry.host, { tls: undefined, proxy }).resolve('v1'))

    expect(error).toBeInstanceOf(NetworkError)
    expect(error.hint).toMatch(/^The certificate is not trusted/)
    expect(registry.requests).toEqual([])
  })

  it('is the only one for which tls options hold: client certificate, name, insecure', async () => {
    const registry = await serveHttps(servedBy(made.elsewhere))
    const proxy = await serveProxy({ tls: made.server })
    const { ca, client } = made
    const options = { proxy: `https://${proxy.host}` }
    const own = { cert: client.cert, key: client.key, servername: 'other.example' }

    await open(registry.host, { ...options, tls: { ca: ca.cert, ...own } }).resolve('v1')
    expect(registry.requests).toMatchObject([{ client: 'client', servername: 'other.example' }])
    expect(proxy.requests).toMatchObject([{ method: 'CONNECT', client: undefined }])

    await open(registry.host, { ...options, tls: { ca: ca.cert, insecure: true } }).resolve('v1')
    expect(registry.requests).toHaveLength(2)

    // Options for the registry do not make the proxy trusted.
    const error = await catchError(() => open(registry.host, { ...options, tls: { insecure: true } }).resolve('v1'))
    expect(error).toBeInstanceOf(NetworkError)
    expect(error).toMatchObject({
      message: expect.stringContaining(`: the proxy ${proxy.host} cannot be reached: `) as string,
      hint: 'Check the URL of the proxy, in the option proxy or in HTTPS_PROXY and HTTP_PROXY; proxy: false uses none.',
    })
    expect(proxy.requests).toHaveLength(2)
  })

  it.each([
    [
      407,
      'wants a login (407)',
      'Put user and password into the URL of the proxy, percent-encoded: http://user:password@host:port.',
    ],
    [
      403,
      'answered 403 in place of a connection',
      'The proxy does not let this host or port through: allow it there, or name the host in NO_PROXY.',
    ],
    [
      502,
      'answered 502 in place of a connection',
      'The proxy does not reach the registry: check the host of the registry, or name it in NO_PROXY.',
    ],
    [
      401,
      'answered 401 in place of a connection',
      'The proxy does not let this host or port through: allow it there, or name the host in NO_PROXY.',
    ],
  ])('is not logged in to if the proxy answers %i', async (status, reason, hint) => {
    const tokens = await serveHttp((_request, response) => response.end('{"token":"t"}'))
    const proxy = await serveProxy({
      onConnect: (socket) =>
        socket.end(
          `HTTP/1.1 ${status} No\r\nWWW-Authenticate: Bearer realm="${tokens.url}/token"\r\n` +
            'WWW-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n',
        ),
    })
    let lookups = 0
    const credentials = (): undefined => void lookups++
    const options = { credentials, proxy: `http://user:s3cret@${proxy.host}`, retry: false } as const

    const error = await catchError(() => open('registry.example', options).resolve('v1'))

    expect(error).toBeInstanceOf(NetworkError)
    expect(error).toMatchObject({
      message: `Cannot HEAD https://registry.example/v2/a/manifests/v1: the proxy ${proxy.host} ${reason}`,
      hint,
    })
    expect(everythingIn(error)).not.toMatch(/s3cret|czNjcmV0/)
    expect({ lookups, asked: tokens.requests }).toEqual({ lookups: 0, asked: [] })
    await eventually(() => expect(proxy.open).toBe(0))
  })

  const NO_ANSWER = 'What listens there may be no proxy: check its host, its port, and whether it wants http or https.'
  it.each<[string, (socket: Duplex) => unknown]>([
    ['hangs up', (socket) => socket.end()],
    ['speaks another protocol', (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n\r\n')],
    ['sends an invalid header', (socket) => socket.end('HTTP/1.1 200 OK\r\nnonsense\r\n\r\n')],
    ['sends an empty line', (socket) => socket.end('\r\n\r\n')],
  ])('fails with a hint if the proxy %s', async (_, onConnect) => {
    const proxy = await serveProxy({ onConnect })

    const error = await catchError(() =>
      open('registry.example', { proxy: `http://${proxy.host}`, retry: false }).resolve('v1'),
    )

    expect(error).toBeInstanceOf(NetworkError)
    expect(error).toMatchObject({
      message: `Cannot HEAD https://registry.example/v2/a/manifests/v1: the proxy ${proxy.host} did not answer in HTTP`,
      hint: NO_ANSWER,
    })
    await eventually(() => expect(proxy.open).toBe(0))
  })

  // Node 20 does not report a TLS connection before it is established.
  const watched = process.version.startsWith('v20.') ? ['http'] : ['http', 'https']
  it.each(watched)('does not read an answer to CONNECT without end, from an %s proxy', async (scheme) => {
    let sent = 0
    const onConnect = (socket: Duplex): void => {
      socket.write('HTTP/1.1 200 OK\r\n')
      const more = (): void => {
        while (!socket.destroyed && socket.write(`x: ${'y'.repeat(1000)}\r\n`)) sent += 1000
      }
      socket.on('drain', more)
      more()
    }
    const proxy = await serveProxy({ onConnect, ...(scheme === 'https' && { tls: made.server }) })

    const error = await catchError(() =>
      open('registry.example', { proxy: `${scheme}://${proxy.host}`, timeout: 20_000, retry: false }).resolve('v1'),
    )

    expect(error).toBeInstanceOf(NetworkError)
    expect(error.hint).toBe(NO_ANSWER)
    await eventually(() => expect(proxy.open).toBe(0))
    expect(sent).toBeLessThan(32 * 1024 * 1024)
  })

  it.each(['http', 'https'])('can be cancelled while an %s proxy keeps it waiting', async (scheme) => {
    let heard = (): void => {}
    const asked = new Promise<void>((resolve) => (heard = resolve))
    const proxy = await serveProxy({ onConnect: () => heard(), ...(scheme === 'https' && { tls: made.server }) })
    const controller = new AbortController()
    const answer = catchError(() =>
      open('registry.example', { proxy: `${scheme}://${proxy.host}` }).resolve('v1', { signal: controller.signal }),
    )
    await asked
    const reason = new Error('enough')
    controller.abort(reason)

    expect(await answer).toBe(reason)
    await eventually(() => expect(proxy.open).toBe(0))
  })

  it('can be cancelled while TLS is not answered in the tunnel', async () => {
    let heard = (): void => {}
    const asked = new Promise<void>((resolve) => (heard = resolve))
    const proxy = await serveProxy({
      onConnect: (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        socket.once('data', () => heard())
      },
    })
    const controller = new AbortController()
    const answer = catchError(() =>
      open('registry.example', { proxy: `http://${proxy.host}` }).resolve('v1', { signal: controller.signal }),
    )
    await asked
    controller.abort()

    expect(await answer).toBe(controller.signal.reason)
    await eventually(() => expect(proxy.open).toBe(0))
  })

  it('fails after a silence of the proxy', async () => {
    skipWaiting()
    const proxy = await serveProxy({ onConnect: () => {} })

    const error = await catchError(() =>
      open('registry.example', { proxy: `http://${proxy.host}`, timeout: 300, retry: false }).resolve('v1'),
    )

    expect(error).toBeInstanceOf(NetworkError)
    expect(error.message).toBe('Cannot HEAD https://registry.example/v2/a/manifests/v1: no byte came for 300 ms')
    await eventually(() => expect(proxy.open).toBe(0))
  })

  it('is not blamed if the proxy cannot be reached', async () => {
    const proxy = await serveRaw((socket) => socket.destroy())
    const options = { proxy: 'http://user:s3cret@127.0.0.1:1', retry: false } as const

    for (const plainHttp of [true, false]) {
      const error = await catchError(() => open(proxy.host, { ...options, plainHttp }).resolve('v1'))
      expect(error).toBeInstanceOf(NetworkError)
      expect(error).toMatchObject({
        message: expect.stringMatching(/: the proxy 127\.0\.0\.1:1 cannot be reached: ECONNREFUSED$/) as string,
        hint: 'Check the URL of the proxy, in the option proxy or in HTTPS_PROXY and HTTP_PROXY; proxy: false uses none.',
      })
      expect(everythingIn(error)).not.toMatch(/s3cret|czNjcmV0/)
    }
    expect(proxy.heads).toEqual([])
  })
})

describe('the environment', () => {
  const ask = async (host: string, options?: ConnectionOptions): Promise<unknown> =>
    new Repository(`${host}/a`, { plainHttp: true, ...options }).resolve('v1')

  it('names a proxy, in upper or lower case, with or without a scheme', async () => {
    const registry = await serveHttp((_request, response) => response.writeHead(404, { 'content-length': 0 }).end())
    const proxy = await serveProxy({ toLoopback: true })
    const { port } = new URL(registry.url)

    for (const [name, value] of [
      ['HTTP_PROXY', `http://${proxy.host}`],
      ['http_proxy', `http://${proxy.host}/`],
      ['HTTP_PROXY', proxy.host],
    ] as const) {
      setVariables({ [name]: value })
      await ask(`registry.example:${port}`)
      vi.unstubAllEnvs()
    }

    expect(proxy.requests.map(({ target }) => target)).toEqual(
      Array(3).fill(`http://registry.example:${port}/v2/a/manifests/v1`),
    )
  })

  it('gives way to the option, which may also say "no proxy"', async () => {
    const proxy = await serveProxy({ status: 404 })
    const other = await serveProxy({ status: 404 })
    const registry = await serveHttp((_request, response) => response.writeHead(404).end())
    setVariables({ HTTP_PROXY: `http://${other.host}`, NO_PROXY: 'registry.example' })

    await ask('registry.example', { proxy: `http://${proxy.host}` })
    await ask('other.example', { proxy: { url: proxy.host, noProxy: 'registry.example' } })
    await ask(registry.host, { proxy: { url: proxy.host, noProxy: '127.0.0.0/8' } })
    await ask(registry.host, { proxy: false })

    expect(proxy.requests.map(({ target }) => new URL(target).host)).toEqual(['registry.example', 'other.example'])
    expect(other.requests).toEqual([])
    expect(registry.requests).toHaveLength(2)
  })

  it.each([
    ['of https for https', { HTTPS_PROXY: 'http://a:1', HTTP_PROXY: 'http://b:1' }, 'https://registry.example/', 'a:1'],
    ['of http for http', { HTTPS_PROXY: 'http://a:1', HTTP_PROXY: 'http://b:1' }, 'http://registry.example/', 'b:1'],
    [
      'in upper case first',
      { HTTPS_PROXY: 'http://a:1', https_proxy: 'http://b:1' },
      'https://registry.example/',
      'a:1',
    ],
    [
      'in lower case if the other is empty',
      { HTTPS_PROXY: '', https_proxy: 'http://b:1' },
      'https://registry.example/',
      'b:1',
    ],
    ['with a user and no scheme', { HTTPS_PROXY: 'user:pass@a:1' }, 'https://registry.example/', 'a:1'],
    ['as an address', { HTTPS_PROXY: '[::1]:3128' }, 'https://registry.example/', '[::1]:3128'],
    ['on no port', { HTTPS_PROXY: 'https://a' }, 'https://registry.example/', 'a'],
    [
      'not for http in a CGI program',
      { HTTP_PROXY: 'http://a:1', REQUEST_METHOD: 'GET' },
      'http://registry.example/',
      undefined,
    ],
    [
      'for https in a CGI program',
      { HTTPS_PROXY: 'http://a:1', REQUEST_METHOD: 'GET' },
      'https://registry.example/',
      'a:1',
    ],
    [
      'not for whom NO_PROXY names',
      { HTTPS_PROXY: 'http://a:1', no_proxy: 'example' },
      'https://registry.example/',
      undefined,
    ],
    [
      'not if it is not usable and not needed',
      { HTTPS_PROXY: 'socks5://a:1', NO_PROXY: '*' },
      'https://registry.example/',
      undefined,
    ],
    ['not for localhost', { HTTPS_PROXY: 'http://a:1' }, 'https://localhost:5000/', undefined],
  ])('names a proxy %s', (_, variables, url, host) => {
    setVariables(variables as Record<string, string>)

    expect(createProxyFinder(undefined)(new URL(url))?.host).toBe(host)
  })

  it.each(['socks5://user:s3cret@127.0.0.1:1080', 'http://user:s3cret@[::1', 'ftp://s3cret'])(
    'is refused with %s',
    async (value) => {
      setVariables({ HTTP_PROXY: value })

      const error = await catchError(() => ask('registry.example'))

      expect(error).toBeInstanceOf(NetworkError)
      expect(error).toMatchObject({
        message:
          'Cannot HEAD http://registry.example/v2/a/manifests/v1: the variable HTTP_PROXY holds no URL of an http or https proxy',
        hint: 'Write the proxy as http://host:port or https://host:port; SOCKS is not supported. To use no proxy, set proxy: false.',
      })
      expect(everythingIn(error)).not.toContain('s3cret')
    },
  )
})

describe('the option proxy', () => {
  const PROXY = 'the option proxy must be the URL of an http or https proxy, an object with one, or false'
  it.each<[unknown, string]>([
    ['socks5://user:s3cret@127.0.0.1:1080', PROXY],
    ['http://', PROXY],
    ['', PROXY],
    [true, PROXY],
    [null, PROXY],
    [{}, PROXY],
    [{ url: 1 }, PROXY],
    [
      { url: 'http://a', noProxy: ['b'] },
      'the option proxy.noProxy must be a string of hosts between commas, not a list',
    ],
  ])('cannot be %j', (proxy, message) => {
    const open = (): unknown => new Repository('localhost:1/a', { proxy: proxy as string })

    expect(open).toThrow(new TypeError(message))
  })

  it.each(['http://a', false] as const)('cannot be %j with fetch', (proxy) => {
    const open = (): unknown => new Repository('localhost:1/a', { fetch: async () => Promise.reject(), proxy })

    expect(open).toThrow(new TypeError('the option proxy cannot be used with fetch'))
  })
})

/** Everything of an error that can be printed. */
function everythingIn(error: Error): string {
  const parts: string[] = []
  for (let at: unknown = error; at instanceof Error; at = at.cause)
    parts.push(at.stack ?? '', at.message, JSON.stringify(at), JSON.stringify(Object.getOwnPropertyDescriptors(at)))
  return parts.join('\n')
}
