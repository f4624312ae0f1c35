/** The option tls: whom the library trusts, and who sees its certificate. */
import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import type { ServerOptions } from 'node:https'
import { join } from 'node:path'
import * as nodeTls from 'node:tls'
import { inspect, promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { NetworkError } from '../../../../src/oras/errors/oci-error.js'
import { readContent } from '../../../../src/oras/oci/content.js'
import type { ConnectionOptions } from '../../../../src/oras/registry/connection/connection-options.js'
import { Repository } from '../../../../src/oras/registry/repository.js'
import type { TlsOptions } from '../../../../src/oras/http/tls/tls-options.js'
import { catchError } from '../../../support/catch-error.js'
import { randomContent } from '../../../support/make-artifact.js'
import {
  type Certificates,
  makeCertificates,
  type MadeCertificate,
  opensslMissing,
} from '../../../support/make-certificates.js'
import { serveHttps } from '../../../support/serve-https.js'
import { skipBecause } from '../../../support/skip-because.js'

const UNTRUSTED = 'The certificate is not trusted: name its CA by the option tls.ca, or by NODE_EXTRA_CA_CERTS.'

const missing = skipBecause(opensslMissing(), 'the option tls')

describe.skipIf(missing)('the option tls', () => {
  let made: Certificates
  beforeAll(async () => {
    made = await makeCertificates()
  })
  afterAll(() => made.close())

  const servedBy = ({ cert, key }: MadeCertificate): ServerOptions => ({ cert, key, ca: made.ca.cert })
  const open = (host: string, options: ConnectionOptions): Repository =>
    new Repository(`${host}/a`, { plainHttp: false, ...options })
  /** Asks for a tag that is not there. */
  const ask = (host: string, tls?: TlsOptions): Promise<unknown> => open(host, { tls }).resolve('v1')

  it.each<[string, (made: Certificates) => TlsOptions]>([
    ['as text', ({ ca }) => ({ ca: ca.cert })],
    ['as bytes', ({ ca }) => ({ ca: Buffer.from(ca.cert) })],
    ['in a list', ({ ca, otherCa }) => ({ ca: [otherCa.cert, Buffer.from(ca.cert)] })],
    ['in a bundle with comments', ({ ca, otherCa }) => ({ ca: `# ours\n${otherCa.cert}\n# theirs\r\n${ca.cert}` })],
    ['alone', ({ ca }) => ({ ca: ca.cert, caOnly: true })],
  ])('trusts a CA that is given %s', async (_, tls) => {
    const server = await serveHttps(servedBy(made.server))

    expect(await ask(server.host, tls(made))).toBeUndefined()
    expect(server.requests).toHaveLength(1)
  })

  it.each<[string, (made: Certificates) => TlsOptions | undefined]>([
    ['is not set', () => undefined],
    ['names nothing', () => ({})],
    ['names another CA', ({ otherCa }) => ({ ca: otherCa.cert })],
    ['names another CA and no other', ({ otherCa }) => ({ ca: otherCa.cert, caOnly: true })],
    ['names a client certificate alone', ({ client }) => ({ cert: client.cert, key: client.key })],
  ])('trusts no other certificate if it %s', async (_, tls) => {
    const server = await serveHttps(servedBy(made.server))

    const error = await catchError(() => ask(server.host, tls(made)))

    expect(error).toBeInstanceOf(NetworkError)
    expect(error).toMatchObject({
      message: `Cannot HEAD https://${server.host}/v2/a/manifests/v1: SELF_SIGNED_CERT_IN_CHAIN`,
      hint: UNTRUSTED,
    })
    expect(server.requests).toEqual([])
  })

  it('reports a certificate for another name, unless servername is that name', async () => {
    const server = await serveHttps(servedBy(made.elsewhere))
    const { ca } = made

    const error = await catchError(() => ask(server.host, { ca: ca.cert }))

    expect(error).toBeInstanceOf(NetworkError)
    expect(error).toMatchObject({
      message: `Cannot HEAD https://${server.host}/v2/a/manifests/v1: ERR_TLS_CERT_ALTNAME_INVALID`,
      hint: 'The certificate is for another name: use one of its names as the host, or set tls.servername.',
    })
    expect(await ask(server.host, { ca: ca.cert, servername: 'other.example' })).toBeUndefined()
    expect(server.requests.map(({ servername }) => servername)).toEqual(['other.example'])
  })

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('shows the certificate of the client, %s', async (version) => {
    const { ca, client, stranger, encryptedKey } = made
    const options = { ...servedBy(made.server), rejectUnauthorized: true, minVersion: version, maxVersion: version }
    const server = await serveHttps(options)
    const trusting = { ca: ca.cert, cert: client.cert }

    await ask(server.host, { ...trusting, key: client.key })
    await ask(server.host, { ...trusting, key: Buffer.from(encryptedKey), passphrase: 's3cret' })
    expect(server.requests.map((request) => request.client)).toEqual(['client', 'client'])

    for (const tls of [{ ca: ca.cert }, { ca: ca.cert, cert: stranger.cert, key: stranger.key }]) {
      const error = await catchError(() => open(server.host, { tls, retry: false }).resolve('v1'))
      expect(error).toBeInstanceOf(NetworkError)
    }
    expect(server.requests).toHaveLength(2)
  })

  it('does not use the client certificate and servername for token servers and redirects', async () => {
    const blob = randomContent(1000)
    const { ca, client } = made
    const storage = await serveHttps(servedBy(made.server), async (_request, response) => {
      response.end(await readContent(blob))
    })
    const tokens = await serveHttps(servedBy(made.server), (_request, response) => response.end('{"token":"t"}'))
    const registry = await serveHttps(servedBy(made.server), ({ headers }, response) =>
      headers.authorization === undefined
        ? response.writeHead(401, { 'www-authenticate': `Bearer realm="https://${tokens.host}/token"` }).end()
        : response.writeHead(307, { location: `https://${storage.host}/blob` }).end(),
    )
    const tls = { ca: ca.cert, cert: client.cert, key: client.key, servername: 'registry.example' }

    await readContent(open(registry.host, { tls }).get(blob.descriptor))

    expect(registry.requests.map((each) => [each.client, each.servername])).toEqual([
      ['client', 'registry.example'],
      ['client', 'registry.example'],
    ])
    for (const { requests } of [tokens, storage])
      expect(requests.map((each) => [each.client, each.servername])).toEqual([[undefined, 'localhost']])
  })

  it('accepts any certificate of the registry with insecure, but of no other host', async () => {
    const tokens = await serveHttps(servedBy(made.server))
    const registry = await serveHttps(servedBy(made.elsewhere), (_request, response) =>
      response.writeHead(401, { 'www-authenticate': `Bearer realm="https://${tokens.host}/token"` }).end(),
    )

    const error = await catchError(() => ask(registry.host, { insecure: true }))

    expect(error).toBeInstanceOf(NetworkError)
    expect(error.message).toMatch(/^Cannot GET https:\/\/localhost:\d+\/token\S*: SELF_SIGNED_CERT_IN_CHAIN$/)
    expect(registry.requests).toHaveLength(1)
    expect(tokens.requests).toEqual([])
  })

  it('shares connections among calls that give the same object, and with no other', async () => {
    const server = await serveHttps(servedBy(made.server))
    const tls = { ca: made.ca.cert }

    for (let call = 0; call < 3; call++) await ask(server.host, tls)
    expect(server.connections).toBe(1)
    await ask(server.host, { ...tls })
    expect(server.connections).toBe(2)
  })

  it('adds the CAs of SSL_CERT_FILE, unless ca is to be alone', async () => {
    const server = await serveHttps(servedBy(made.server))
    vi.stubEnv('SSL_CERT_FILE', made.ca.certPath)
    onTestFinished(() => void vi.unstubAllEnvs())

    expect(await ask(server.host, { ca: made.otherCa.cert })).toBeUndefined()
    const error = await catchError(() => ask(server.host, { ca: made.otherCa.cert, caOnly: true }))
    expect(error).toMatchObject({ hint: UNTRUSTED })
  })

  it.each([
    ['is not there', (folder: string) => join(folder, 'missing.pem')],
    ['is a folder', (folder: string) => folder],
    ['never ends', () => '/dev/zero'],
  ])('ignores SSL_CERT_FILE if it %s', async (_, path) => {
    const server = await serveHttps(servedBy(made.server))
    vi.stubEnv('SSL_CERT_FILE', path(made.folder))
    onTestFinished(() => void vi.unstubAllEnvs())

    expect(await ask(server.host, { ca: made.ca.cert })).toBeUndefined()
  })

  it('takes the valid certificates of SSL_CERT_FILE, and ignores the rest', async () => {
    const server = await serveHttps(servedBy(made.server))
    const path = join(made.folder, 'broken.pem')
    const broken = made.otherCa.cert.replace(/[A-Z]{3}/g, 'AAA')
    await writeFile(path, `${broken}${made.ca.cert}${made.otherCa.cert.slice(0, 300)}`)
    vi.stubEnv('SSL_CERT_FILE', path)
    onTestFinished(() => void vi.unstubAllEnvs())

    expect(await ask(server.host, { ca: made.otherCa.cert })).toBeUndefined()
  })

  const run = promisify(execFile)
  const script = join(import.meta.dirname, '../../../support/ask-in-process.ts')
  const inProcess = async (env: Record<string, string>, host: string, tls?: TlsOptions): Promise<string> => {
    const args = ['--import', 'tsx', script, host, 'https', JSON.stringify(tls ?? {})]
    const { stdout } = await run(process.execPath, args, { env: { ...process.env, ...env } })
    return stdout.trim()
  }

  it('trusts the CAs of NODE_EXTRA_CA_CERTS and of SSL_CERT_FILE, without the option and with it', async () => {
    const server = await serveHttps(servedBy(made.server))
    const other = { ca: made.otherCa.cert }

    for (const name of ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'])
      for (const tls of [undefined, other])
        expect(await inProcess({ [name]: made.ca.certPath }, server.host, tls), `${name} ${tls ? 'and ca' : ''}`).toBe(
          'not found',
        )
    expect(await inProcess({ NODE_EXTRA_CA_CERTS: made.ca.certPath }, server.host, { ...other, caOnly: true })).toBe(
      'SELF_SIGNED_CERT_IN_CHAIN',
    )
  })

  it.skipIf(skipBecause(!('getCACertificates' in nodeTls) && 'this Node does not tell them', 'the CAs of the system'))(
    'trusts the CAs of the system, if Node lists them',
    async () => {
      const server = await serveHttps(servedBy(made.server))
      const folder = join(made.folder, 'system')
      await mkdir(folder)
      await writeFile(join(folder, 'ca.pem'), made.ca.cert)

      expect(await inProcess({ SSL_CERT_DIR: folder }, server.host)).toBe('not found')
      expect(await inProcess({ SSL_CERT_DIR: folder }, server.host, { ca: made.otherCa.cert, caOnly: true })).toBe(
        'SELF_SIGNED_CERT_IN_CHAIN',
      )
    },
  )

  it.each<[string, (made: Certificates) => unknown, string]>([
    ['null', () => null, 'the option tls must be an object, not null'],
    ['a text', () => 'pem', 'the option tls must be an object, not a string'],
    [
      'a member of Node',
      () => ({ rejectUnauthorized: false }),
      'the option tls.rejectUnauthorized is not known: known are ca, caOnly, cert, key, passphrase, servername, insecure',
    ],
    ['a ca that is no PEM', () => ({ ca: '/etc/ca.crt' }), CA],
    ['a ca of the wrong type', () => ({ ca: 1 }), CA],
    ['an empty list', () => ({ ca: [] }), CA],
    ['a list with a hole', ({ ca }) => ({ ca: [ca.cert, undefined] }), CA],
    ['a key as ca', ({ ca }) => ({ ca: ca.key }), CA],
    [
      'a broken ca',
      ({ ca }) => ({ ca: [ca.cert, ca.cert.slice(0, 200)] }),
      'the option tls.ca cannot be read: certificate 2 is broken',
    ],
    ['caOnly without ca', () => ({ caOnly: true }), 'the option tls.caOnly needs tls.ca'],
    [
      'a text as insecure',
      () => ({ insecure: 'false' }),
      'the option tls.insecure must be true or false, not a string',
    ],
    [
      'an empty servername',
      () => ({ servername: '' }),
      'the option tls.servername must be a host name, not an empty string',
    ],
    ['cert without key', ({ client }) => ({ cert: client.cert }), 'the options tls.cert and tls.key need each other'],
    ['key without cert', ({ client }) => ({ key: client.key }), 'the options tls.cert and tls.key need each other'],
    ['a passphrase alone', () => ({ passphrase: 'x' }), 'the option tls.passphrase needs tls.key'],
    [
      'a key as cert',
      ({ client }) => ({ cert: client.key, key: client.key }),
      'the option tls.cert must be PEM with a certificate in it',
    ],
    [
      'a key of another',
      ({ client, stranger }) => ({ cert: client.cert, key: stranger.key }),
      'the option tls.key cannot be used: it is not the key of tls.cert',
    ],
  ])('refuses %s before anything is sent', (_, tls, message) => {
    const options = { tls: tls(made) as TlsOptions }

    expect(() => new Repository('localhost:1/a', options)).toThrow(new TypeError(message))
  })

  it('does not show the passphrase or the key, whatever the registry says', async () => {
    const { ca, client, encryptedKey } = made
    const inLines = encryptedKey.split('\n').slice(1, -2)
    const said = `s3cret, ${encodeURIComponent('s3cret')}, ${inLines.join('')} and ${String(inLines[1])}`
    const server = await serveHttps(servedBy(made.server), (_request, response) => {
      response.writeHead(400, { 'content-type': 'text/plain', 'x-request-id': 'r-s3cret' }).end(said)
    })
    const tls = { ca: ca.cert, cert: client.cert, key: encryptedKey, passphrase: 's3cret' }

    const error = await catchError(() => readContent(open(server.host, { tls }).get(randomContent(3).descriptor)))

    const shown = inspect(error, { depth: 9, showHidden: true })
    expect(error.message).toContain('REDACTED, REDACTED, REDACTED')
    expect(shown).not.toContain('s3cret')
    expect(inLines.filter((line) => shown.includes(line.slice(0, 16)))).toEqual([])
  })

  it('does not show a passphrase that is wrong, or the key', () => {
    const { client, encryptedKey } = made
    const open = (): unknown =>
      new Repository('localhost:1/a', { tls: { cert: client.cert, key: encryptedKey, passphrase: 'wr0ng' } })

    expect(open).toThrow(/^the option tls\.key cannot be used: ERR_[A-Z_]+$/)
  })

  it('cannot be used with fetch', () => {
    const open = (): unknown => new Repository('localhost:1/a', { fetch: async () => Promise.reject(), tls: {} })

    expect(open).toThrow(new TypeError('the option tls cannot be used with fetch'))
  })
})

const CA = 'the option tls.ca must be PEM with certificates in it: a text, bytes, or a list of them'
