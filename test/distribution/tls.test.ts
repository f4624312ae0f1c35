/** The Distribution registry behind a private CA, which may want certificates of its clients. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NetworkError } from '../../src/oras/errors/oci-error.js'
import { pullChart, pushChart } from '../../src/index.js'
import { Repository } from '../../src/oras/registry/repository.js'
import type { TlsOptions } from '../../src/oras/http/tls/tls-options.js'
import { catchError } from '../support/catch-error.js'
import { type Certificates, makeCertificates, opensslMissing } from '../support/make-certificates.js'
import { type Distribution, distributionMissing, startDistribution } from '../support/start-distribution.js'

const missing = distributionMissing() ?? opensslMissing()
if (missing) console.warn(`Skipped: the Distribution registry with TLS, because ${missing}.`)

const MYCHART = join(import.meta.dirname, '../../examples/mychart')

describe.skipIf(missing)('on the Distribution registry with TLS', () => {
  let made: Certificates
  let open: Distribution
  let closed: Distribution
  beforeAll(async () => {
    made = await makeCertificates()
    const tls = { certificate: made.server.certPath, key: made.server.keyPath }
    open = await startDistribution({ htpasswd: true, tls })
    closed = await startDistribution({ tls: { ...tls, clientCa: made.ca.certPath } })
  })
  afterAll(async () => {
    await open.close()
    await closed.close()
    await made.close()
  })

  /** Pushes a chart and pulls it back. */
  const travel = async ({ host, credentials }: Distribution, tls: TlsOptions | undefined): Promise<string> => {
    const options = { plainHttp: false, tls, credentials }
    await pushChart(MYCHART, `oci://${host}/charts`, options)
    return (await pullChart(`oci://${host}/charts/mychart`, options)).chart.metadata.name
  }

  it('a chart travels with the CA, and a password', async () => {
    expect(await travel(open, { ca: made.ca.cert })).toBe('mychart')
    expect(await travel(open, { ca: made.ca.cert, caOnly: true })).toBe('mychart')
    expect(await travel(open, { insecure: true })).toBe('mychart')
  })

  it.each<[string, (made: Certificates) => TlsOptions | undefined]>([
    ['without the CA', () => undefined],
    ['with another CA', ({ otherCa }) => ({ ca: otherCa.cert })],
  ])('no chart travels %s', async (_, tls) => {
    const error = await catchError(() => travel(open, tls(made)))

    expect(error).toBeInstanceOf(NetworkError)
    expect(error.hint).toBe(
      'The certificate is not trusted: name its CA by the option tls.ca, or by NODE_EXTRA_CA_CERTS.',
    )
  })

  it('a chart travels with a certificate of the client, where one is required', async () => {
    const { ca, client, encryptedKey } = made

    expect(await travel(closed, { ca: ca.cert, cert: client.cert, key: client.key })).toBe('mychart')
    expect(await travel(closed, { ca: ca.cert, cert: client.cert, key: encryptedKey, passphrase: 's3cret' })).toBe(
      'mychart',
    )
  })

  it.each<[string, (made: Certificates) => TlsOptions]>([
    ['without a certificate of the client', () => ({})],
    ['with a certificate of the client that is not trusted', ({ stranger: { cert, key } }) => ({ cert, key })],
  ])('no chart travels %s, where one is required', async (_, tls) => {
    const error = await catchError(() => travel(closed, { ca: made.ca.cert, ...tls(made) }))

    expect(error).toBeInstanceOf(NetworkError)
    expect(error.hint).toBe(
      'The registry wants a client certificate that it trusts: set or correct tls.cert and tls.key.',
    )
  })

  it('http is told apart', async () => {
    const error = await catchError(() => new Repository(`${open.host}/a`, { plainHttp: true }).resolve('v1'))

    expect(error).toHaveProperty('answer.status', 400)
  })
})
