/** Charts through a real forward proxy with a password, to Distribution by http and by https. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { NetworkError } from '../../src/oras/errors/oci-error.js'
import { type ConnectionOptions, pullChart, pushChart } from '../../src/index.js'
import { catchError } from '../support/catch-error.js'
import { type Certificates, makeCertificates, opensslMissing } from '../support/make-certificates.js'
import { type Distribution, distributionMissing, startDistribution } from '../support/start-distribution.js'
import { type Squid, squidMissing, startSquid } from '../support/start-squid.js'

const missing = distributionMissing() ?? opensslMissing() ?? squidMissing()
if (missing) console.warn(`Skipped: charts through squid, because ${missing}.`)

const MYCHART = join(import.meta.dirname, '../../examples/mychart')

describe.skipIf(missing).each(['http', 'https'])('through squid to the Distribution registry by %s', (scheme) => {
  let made: Certificates
  let squid: Squid
  let distribution: Distribution
  let reference: string
  let options: ConnectionOptions
  beforeAll(async () => {
    made = await makeCertificates()
    squid = await startSquid()
    const tls = { certificate: made.server.certPath, key: made.server.keyPath, clientCa: made.ca.certPath }
    distribution = await startDistribution(scheme === 'https' ? { tls } : {})
    // Squid alone knows where this name leads: what does not go through it does not arrive.
    reference = `oci://${distribution.host.replace('127.0.0.1', 'registry.example')}/charts`
    const { cert, key } = made.client
    options = { plainHttp: scheme === 'http', tls: { ca: made.ca.cert, cert, key } }
  })
  afterAll(async () => {
    await distribution.close()
    await squid.close()
    await made.close()
  })
  const name = `${scheme.toUpperCase()}_PROXY`
  const proxy = (password = squid.user.password): string =>
    `http://${squid.user.username}:${encodeURIComponent(password)}@${squid.host}`
  beforeEach(() => void vi.stubEnv(name, proxy()))
  afterEach(() => void vi.unstubAllEnvs())

  it('a chart is pushed and pulled back, by the environment and by the option', async () => {
    const { digest } = await pushChart(MYCHART, reference, options)
    vi.unstubAllEnvs()
    const pulled = await pullChart(`${reference}/mychart`, { ...options, proxy: proxy() })

    expect(pulled.digest).toBe(digest)
    // A tunnel is in the log when it has ended, and these are kept: for https, the name that only squid knows must do.
    const requests = await squid.requests()
    if (scheme === 'http') expect(requests.filter(({ method }) => method === 'PUT').length).toBeGreaterThanOrEqual(2)
    expect(requests.every(({ user }) => user === 'testuser')).toBe(true)
  })

  it.each([
    ['a wrong password', () => proxy('wr0ng-s3cret')],
    ['no password', () => `http://${squid.host}`],
  ])('is not reached with %s, and the error has no secret in it', async (_, value) => {
    vi.stubEnv(name, value())

    const error = await catchError(() => pushChart(MYCHART, reference, options))

    expect(error).toBeInstanceOf(NetworkError)
    expect(error.message).toMatch(/wants a login \(407\)$/)
    expect(error.hint).toBe(
      'Put user and password into the URL of the proxy, percent-encoded: http://user:password@host:port.',
    )
    const shown = `${error.stack} ${JSON.stringify(error)} ${String((error.cause as Error).stack)}`
    expect(shown).not.toMatch(/s3cret|testuser/)
    expect(shown).not.toContain(Buffer.from('testuser:wr0ng-s3cret').toString('base64'))
  })

  it('is not used for a host of NO_PROXY, nor for this machine', async () => {
    vi.stubEnv('NO_PROXY', '.example')

    const error = await catchError(() => pushChart(MYCHART, reference, { ...options, retry: false }))
    await pushChart(MYCHART, `oci://${distribution.host}/charts`, options)

    expect(error).toBeInstanceOf(NetworkError)
    expect(error.message).toMatch(/: (ENOTFOUND|EAI_AGAIN)$/)
    expect((await squid.requests()).filter(({ target }) => target.includes('127.0.0.1'))).toEqual([])
  })

  it('tells what squid cannot reach from what the registry says', async () => {
    const error = await catchError(() =>
      pushChart(MYCHART, 'oci://registry.example:1/charts', { ...options, retry: false }),
    )

    if (scheme === 'https') {
      expect(error).toBeInstanceOf(NetworkError)
      expect(error.hint).toBe(
        'The proxy does not reach the registry: check the host of the registry, or name it in NO_PROXY.',
      )
    } else expect(error).toHaveProperty('answer.status', 503)
  })

  it('leaves nothing behind that would keep a process alive, and writes no password when it is debugged', async () => {
    const script = join(import.meta.dirname, '../support/ask-in-process.ts')
    const { host } = new URL(reference.replace('oci:', 'http:'))
    const args = ['--import', 'tsx', script, host, scheme, JSON.stringify({ ca: made.ca.cert, ...keysOf(made) })]

    const env = { ...process.env, DEBUG: '*' }
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env, timeout: 100_000 })

    expect(stdout.trim()).toBe('not found')
    expect(stderr).toContain(`Creating new ${scheme === 'http' ? 'Http' : 'Https'}ProxyAgent`)
    expect(stderr).not.toContain(encodeURIComponent(squid.user.password))
  })
})

function keysOf({ client: { cert, key } }: Certificates): { readonly cert: string; readonly key: string } {
  return { cert, key }
}
