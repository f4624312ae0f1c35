/**
 * No secret at a wrong host: each row of {@link leakRows} runs against a registry that tries it and a listener that must
 * get no secret. Then it runs again with the policy of URLs switched off, and must leak: so every row can fail.
 */
import { once } from 'node:events'
import { createServer as createPlainServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { text } from 'node:stream/consumers'
import { TLSSocket } from 'node:tls'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Credential } from '../../src/oras/credentials/credential.js'
import { OciError } from '../../src/oras/errors/oci-error.js'
import { digestOf } from '../../src/oras/oci/digest.js'
import { Repository } from '../../src/oras/registry/repository.js'
import type { TlsOptions } from '../../src/oras/http/tls/tls-options.js'
import { catchError } from '../support/catch-error.js'
import { type LeakPorts, type LeakRow, leakRows, type LeakSecret, urlTricks } from '../support/leak-rows.js'
import { randomContent } from '../support/make-artifact.js'
import { skipBecause } from '../support/skip-because.js'
import { resolveAllNames } from '../support/resolve-all-names.js'
import { type Certificates, makeCertificates, opensslMissing } from '../support/make-certificates.js'

const seam = vi.hoisted(() => ({ isOff: false }))
vi.mock(import('../../src/oras/registry/connection/url-policy.js'), async (importActual) => {
  const actual = await importActual()
  return {
    ...actual,
    checkUrl: (kind, raw, from, policy) => {
      if (!seam.isOff) return actual.checkUrl(kind, raw, from, policy)
      const url = new URL(raw, from)
      // The HTTP client accepts no user in a URL.
      url.username = url.password = ''
      return url
    },
    isRegistry: (url, registry) => seam.isOff || actual.isRegistry(url, registry),
  }
})

const PASSWORD = 'passw0rd-s3cret'
const TOKEN = 't0ken-s3cret'
const IDENTITY = 'identity-s3cret'
const BASIC = Buffer.from(`robot:${PASSWORD}`).toString('base64')
const USER = { username: 'robot', password: PASSWORD }
const blob = randomContent(10)

interface Heard {
  readonly url: string
  /** What must not have come. */
  readonly secrets: readonly string[]
}

describe.skipIf(skipBecause(opensslMissing(), 'no secret at a wrong host'))('no secret at a wrong host', () => {
  let certificates: Certificates
  let ports: LeakPorts
  let row: LeakRow
  let plainRegistry: number
  // Connections are shared among calls with the same object.
  let trusting: Readonly<Record<'alone' | 'withCertificate', TlsOptions>>
  const servers: Server[] = []
  const heard: Heard[] = []

  beforeAll(async () => {
    const names = ['evil', 'evilregistry', 'cdn.registry', 'registry.example.evil', 'registry']
    const addresses = ['::1', '0.0.0.0', '::ffff:127.0.0.1']
    certificates = await makeCertificates([
      ...names.map((name) => `DNS:${name}.example`),
      'DNS:a.localhost',
      ...addresses.map((address) => `IP:${address}`),
    ])
    const { server, ca, client } = certificates
    // `insecure` for the registry alone: with the policy off, any host that is taken for the registry need not prove its
    // identity. (Node 22.23 accepts no certificate for an IPv6 address.)
    const alone = { ca: ca.cert, caOnly: true, insecure: true }
    trusting = { alone, withCertificate: { ...alone, cert: client.cert, key: client.key } }
    const tls = { cert: server.cert, key: server.key, ca: ca.cert, requestCert: true, rejectUnauthorized: false }
    const listen = async (made: Server, host: string, port = 0): Promise<number> => {
      servers.push(made.listen(port, host))
      await once(made, 'listening')
      return (made.address() as AddressInfo).port
    }
    const registry = await listen(createSecureServer(tls, answerAsRegistry), '127.0.0.1')
    const secure = await listen(createSecureServer(tls, hear), '127.0.0.1')
    await listen(createSecureServer(tls, hear), '::1', secure)
    const plain = await listen(createPlainServer(hear), '127.0.0.1')
    plainRegistry = await listen(createPlainServer(answerAsRegistry), '127.0.0.1')
    ports = { registry, secure, plain }

    resolveAllNames()
  })
  beforeEach(() => {
    heard.length = 0
    seam.isOff = false
  })
  afterAll(async () => {
    vi.restoreAllMocks()
    for (const server of servers as (Server & { closeAllConnections(): void })[]) {
      server.closeAllConnections()
      server.close()
    }
    await certificates?.close()
  })

  const hear: RequestListener = (request, response) => {
    void (async () => {
      const body = await text(request).catch(() => '')
      heard.push({ url: request.url ?? '', secrets: findSecrets(request, body) })
      if (row.answers === 'a redirect back and forth' && request.url === '/x') {
        response.writeHead(307, { location: `https://registry.example:${ports.registry}/forth` }).end()
        return
      }
      const challenges = {
        'a Bearer challenge': `Bearer realm="https://evil.example:${ports.secure}/token"`,
        'a Basic challenge': 'Basic realm="x"',
        'a challenge with the realm of the registry': `Bearer realm="https://registry.example:${ports.registry}/token"`,
      }
      const challenge = challenges[row.answers as keyof typeof challenges]
      if (challenge === undefined || request.headers.authorization !== undefined) response.writeHead(404).end()
      else response.writeHead(401, { 'www-authenticate': challenge }).end()
    })()
  }

  const answerAsRegistry: RequestListener = (request, response) => {
    void (async () => {
      await text(request).catch(() => '')
      const { url = '', method, headers } = request
      const isBasic = row.secret === 'password' && row.kind !== 'realm' && row.kind !== 'token'
      const login = isBasic ? `Basic ${BASIC}` : `Bearer ${TOKEN}`
      response.setHeader('set-cookie', `session=${TOKEN}`)
      if (url.startsWith('/token') && row.kind === 'token') {
        response.writeHead(row.status ?? 307, { location: row.url(ports) }).end()
      } else if (url.startsWith('/token')) {
        response.end(JSON.stringify({ token: TOKEN }))
      } else if (url === '/forth') {
        response.writeHead(307, { location: `https://evil.example:${ports.secure}/last` }).end()
      } else if (row.kind === 'realm') {
        response
          .writeHead(401, { 'www-authenticate': `Bearer realm="${row.url(ports).replaceAll('\\', '\\\\')}"` })
          .end()
      } else if (row.secret !== 'client certificate' && headers.authorization !== login) {
        const challenge = login.startsWith('Basic') ? 'Basic realm="x"' : 'Bearer realm="/token"'
        response.writeHead(401, { 'www-authenticate': challenge }).end()
      } else if (row.kind === 'redirect') {
        response.writeHead(row.status ?? 307, { location: row.url(ports) }).end()
      } else if (row.kind === 'location') {
        const isOpening = method === 'POST'
        response.writeHead(isOpening ? 202 : 404, isOpening ? { location: row.url(ports) } : {}).end()
      } else {
        response.setHeader('link', `<${row.url(ports)}>; rel="next"`)
        response.end('{"name":"a","tags":["1"]}')
      }
    })()
  }

  async function attack(): Promise<unknown> {
    const isCertificate = row.secret === 'client certificate'
    const repository = new Repository(`registry.example:${row.isPlain ? plainRegistry : ports.registry}/a`, {
      plainHttp: row.isPlain === true,
      credentials: isCertificate ? 'anonymous' : credentialFor(row.secret),
      tls: isCertificate ? trusting.withCertificate : trusting.alone,
      access: row.kind === 'location' ? 'push' : 'pull',
      retry: false,
      ...(row.trustedHosts && { trustedHosts: row.trustedHosts }),
    })
    const once = async (): Promise<void> => {
      if (row.kind === 'location') await repository.put(blob)
      else if (row.kind === 'link' || row.reads === 'tags') for await (const _ of repository.tags());
      else if (row.reads === 'manifest') await repository.fetchManifest('latest')
      else if (row.reads === 'head') await repository.has(blob.descriptor)
      else for await (const _ of repository.get(blob.descriptor).open());
    }
    const error = await catchError(once).catch(() => undefined)
    // A value that came from another host may leak only at the next call.
    await catchError(once).catch(() => undefined)
    return error
  }

  const kinds = ['realm', 'token', 'redirect', 'location', 'link'] as const
  describe.each(kinds)('through a %s', (kind) => {
    const mine = leakRows.filter((each) => each.kind === kind)

    it.each(mine.map((each) => [each.title, each] as const))('%s', async (_, each) => {
      row = each
      const error = await attack()

      expect(heard.filter(({ secrets }) => secrets.length > 0)).toEqual([])
      expect(error === undefined || error instanceof OciError).toBe(true)

      // Without the policy the same attack must succeed, or this row would prove nothing.
      seam.isOff = true
      await attack()
      expect(heard.some(({ secrets }) => secrets.length > 0)).toBe(true)
    })
  })

  // The sixth kind of URL is never fetched, so no rule can be switched off.
  it.each(urlTricks)('through the urls of a descriptor, which are not fetched: %s', async (_, url) => {
    row = { title: '', kind: 'location', secret: 'token', url: () => '' }
    const descriptor = { ...blob.descriptor, digest: digestOf(Buffer.from(url(ports))), urls: [url(ports)] }
    const repository = new Repository(`registry.example:${ports.registry}/a`, {
      credentials: USER,
      tls: trusting.alone,
    })

    await catchError(async () => {
      for await (const _chunk of repository.get(descriptor).open());
    })

    expect(heard).toEqual([])
  })

  it('is tested in enough rows, each with a unique title', () => {
    const titles = leakRows.map(({ kind, title }) => `${kind} ${title}`)

    expect(new Set(titles).size).toBe(titles.length)
    expect(titles.length).toBeGreaterThanOrEqual(60)
  })
})

function credentialFor(secret: LeakSecret): Credential {
  return secret === 'identity token' ? { identityToken: IDENTITY } : USER
}

function findSecrets(request: IncomingMessage, body: string): readonly string[] {
  const { socket, rawHeaders, url } = request
  const certificate = socket instanceof TLSSocket ? socket.getPeerCertificate() : {}
  const said = [...rawHeaders, url, body].join('\n')
  const found = [PASSWORD, TOKEN, IDENTITY, BASIC].filter((secret) => said.includes(secret))
  const headers = rawHeaders.filter((name) => /^(?:authorization|cookie|proxy-authorization)$/i.test(name))
  return [...found, ...headers, ...(Object.keys(certificate).length > 0 ? ['client certificate'] : [])]
}
