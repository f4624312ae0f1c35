/** Starts a token server for Distribution: it signs what a user may do, and the registry trusts the signature. */
import { execFileSync } from 'node:child_process'
import { createHash, createPublicKey, randomUUID, sign } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

export interface TokenServer {
  /** The part of Distribution's configuration for it. */
  readonly settings: {
    readonly realm: string
    readonly service: string
    readonly issuer: string
    /** The file of the certificate whose key signs. */
    readonly rootcertbundle: string
  }
  /** How each token was asked for: `GET` or `POST`, by whom, and its scopes. */
  readonly asked: readonly { readonly method: string; readonly user: string; readonly scopes: readonly string[] }[]
  /** Until when the registry accepts each token, in milliseconds since 1970, in the order in which they were issued. */
  readonly expirations: readonly number[]
  forget(): void
  close(): Promise<void>
}

const ISSUER = 'test-issuer'
const SERVICE = 'test-registry'

/**
 * Starts it on a free port. The user may do everything, anonymous clients may pull; another password is refused.
 *
 * @param options `lifetimes`: for how many seconds the first tokens are valid, one after the other, instead of 300;
 * `identityToken`: the identity token that `POST` accepts for the user.
 */
export async function startTokenServer(
  user: { readonly username: string; readonly password: string },
  options: { readonly lifetimes?: readonly number[]; readonly identityToken?: string } = {},
): Promise<TokenServer> {
  const { identityToken } = options
  const lifetimes = [...(options.lifetimes ?? [])]
  const folder = await mkdtemp(join(tmpdir(), 'oras-helm-tokens-'))
  const certificate = join(folder, 'certificate.pem')
  const keyFile = join(folder, 'key.pem')
  const subject = ['-subj', '/CN=tokens', '-days', '30']
  const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', keyFile]
  execFileSync('openssl', ['req', '-x509', ...key, '-out', certificate, ...subject], { stdio: 'ignore' })
  const privateKey = await readFile(keyFile)
  const keyId = formatKeyId(await readFile(certificate))
  const asked: { method: string; user: string; scopes: readonly string[] }[] = []
  const expirations: number[] = []

  const makeToken = (name: string, scopes: readonly string[], lifetime: number): string => {
    const now = Math.floor(Date.now() / 1000)
    expirations.push((now + lifetime) * 1000)
    const access = scopes.flatMap((scope) => {
      const [, type, resource, actions = ''] = /^([^:]+):(.+):([^:]+)$/.exec(scope) ?? []
      const allowed = actions.split(',').filter((action) => name !== '' || action === 'pull')
      return type === undefined || allowed.length === 0 ? [] : [{ type, name: resource, actions: allowed }]
    })
    const claims = { iss: ISSUER, sub: name, aud: SERVICE, jti: randomUUID(), access }
    const parts = [
      { typ: 'JWT', alg: 'RS256', kid: keyId },
      // The registry allows for clocks that differ by a minute.
      { ...claims, iat: now, nbf: now - 10, exp: now + lifetime - 60 },
    ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    const signature = sign('RSA-SHA256', Buffer.from(parts.join('.')), privateKey).toString('base64url')
    return [...parts, signature].join('.')
  }

  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    void (async () => {
      const { method = '', headers, url = '' } = request
      const query = new URL(url, 'http://localhost').searchParams
      const form = method === 'POST' ? new URLSearchParams(await text(request)) : query
      const login = Buffer.from((headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString()
      const isUser =
        method === 'POST'
          ? identityToken !== undefined && form.get('refresh_token') === identityToken
          : login === `${user.username}:${user.password}`
      const isAnonymous = method === 'GET' && login === ''
      const scopes = form.getAll('scope').flatMap((scope) => scope.split(' '))
      asked.push({ method, user: isUser ? user.username : (login.split(':')[0] ?? ''), scopes })
      response.setHeader('content-type', 'application/json')
      if (!isUser && !isAnonymous) {
        response.writeHead(401).end('{"errors":[{"code":"UNAUTHORIZED","message":"no such user"}]}')
        return
      }
      const lifetime = lifetimes.shift() ?? 300
      const token = makeToken(isUser ? user.username : '', scopes, lifetime)
      response.end(JSON.stringify({ token, access_token: token, expires_in: lifetime }))
    })().catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const realm = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`
  return {
    settings: { realm, service: SERVICE, issuer: ISSUER, rootcertbundle: certificate },
    asked,
    expirations,
    forget: () => void asked.splice(0),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The name that libtrust gives to a key: the first 240 bits of a hash of it, in twelve groups of base32. */
function formatKeyId(certificate: Buffer): string {
  const key = createPublicKey(certificate).export({ type: 'spki', format: 'der' })
  const hash = createHash('sha256').update(key).digest().subarray(0, 30)
  const bits = [...hash].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const letters = bits.match(/.{5}/g) ?? []
  const base32 = letters.map((each) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[parseInt(each, 2)]).join('')
  return (base32.match(/.{4}/g) ?? []).join(':')
}
