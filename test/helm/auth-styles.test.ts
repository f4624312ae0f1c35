/** Every way in which registries ask for a login: charts are pushed and pulled, and a refusal comes at once. */
import { describe, expect, it, onTestFinished } from 'vitest'
import { createChart } from '../../src/helm/load/create-chart.js'
import type { Credential } from '../../src/oras/credentials/credential.js'
import { UnauthorizedError } from '../../src/oras/errors/oci-error.js'
import { pullChart } from '../../src/helm/pull-chart.js'
import { pushChart } from '../../src/helm/push-chart.js'
import { startRegistry, type TestRegistry, type TestRegistryAuth } from '../../src/testing/index.js'
import { catchError } from '../support/catch-error.js'
import { serveHttp } from '../support/serve-http.js'

const USER = { username: 'robot', password: 'pässword-s3cret' }

type Style = Omit<Partial<TestRegistryAuth>, 'username' | 'password'>

const STYLES: readonly (readonly [style: string, auth: Style, credentials?: Credential])[] = [
  ['Basic', { scheme: 'basic' }],
  ['Basic in upper case', { scheme: 'basic', challenges: 'upper-case' }],
  ['Basic behind another scheme', { scheme: 'basic', challenges: 'joined' }],
  ['Bearer by GET', { scheme: 'bearer' }],
  ['Bearer by POST alone', { scheme: 'bearer', tokenMethods: ['POST'] }],
  ['Bearer by GET and POST', { scheme: 'bearer', tokenMethods: ['GET', 'POST'] }],
  ['Bearer with an identity token', { scheme: 'bearer', identityToken: 'identity' }, { identityToken: 'identity' }],
  ['Basic and Bearer', { scheme: 'both' }],
  ['Bearer in upper case', { scheme: 'bearer', challenges: 'upper-case' }],
  ['Bearer without quotes', { scheme: 'bearer', challenges: 'unquoted' }],
  ['challenges joined in one header', { scheme: 'both', challenges: 'joined' }],
  ['challenges split over headers', { scheme: 'both', challenges: 'split' }],
  ['a relative realm', { scheme: 'bearer', realm: '/token' }],
  ['a realm without its scheme', { scheme: 'bearer', realm: '//HOST/token' }],
  ['a realm on another host', { scheme: 'bearer', realm: 'http://FOREIGN/token' }],
  ['tokens that say nothing of their end', { scheme: 'bearer', expiresIn: null }],
  ['tokens that say they last for a second', { scheme: 'bearer', expiresIn: 1 }],
  ['tokens that say they last for ages', { scheme: 'bearer', expiresIn: 1e300 }],
  ['tokens that are good for one request', { scheme: 'bearer', tokenUses: 1 }],
  ['tokens that are good for two requests', { scheme: 'bearer', tokenUses: 2 }],
  ['tokens that run out before the manifest is there', { scheme: 'bearer', tokenUses: 5 }],
  ['a look at the first scope alone', { scheme: 'bearer', firstScopeOnly: true }],
  ['a scope of its own', { scheme: 'bearer', requiredScope: 'aws' }],
  ['a scope that is missing at first', { scheme: 'bearer', requiredScope: 'repository:gate:pull' }],
  ['Basic after a token that has run out', { scheme: 'bearer', basicAfterBadLogin: true, tokenUses: 2 }],
  ['Basic after a bad login, where Basic will do', { scheme: 'both', basicAfterBadLogin: true, tokenUses: 3 }],
]

async function startStyle(auth: Style): Promise<TestRegistry> {
  // Known only when the server listens, and used only later.
  const tokens = await serveHttp(async ({ path, headers, method, body }, response) => {
    const sent = new Headers(headers as Record<string, string>)
    for (const name of ['host', 'connection', 'content-length']) sent.delete(name)
    const init = { method, headers: sent, ...(method === 'POST' && { body: new Uint8Array(body) }) }
    const answer = await fetch(`${registry.url}${path}`, init)
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
  })
  const port = await findPort()
  const realm = auth.realm?.replace('FOREIGN', tokens.host).replace('HOST', `127.0.0.1:${port}`)
  const registry: TestRegistry = await startRegistry({
    port,
    auth: { scheme: 'basic', ...USER, ...auth, ...(realm !== undefined && { realm }) },
  })
  onTestFinished(() => registry.close())
  return registry
}

async function findPort(): Promise<number> {
  const registry = await startRegistry()
  await registry.close()
  return registry.port
}

const chart = createChart([
  { path: 'Chart.yaml', bytes: Buffer.from('apiVersion: v2\nname: demo\nversion: 1.2.3\n') },
  { path: 'values.yaml', bytes: Buffer.from('a: 1\n') },
])

const cases = STYLES.map(([style, auth, credentials = USER]) => [style, auth, credentials] as const)

describe.each(cases)('a registry with %s', (_, auth, credentials) => {
  it.each(['helm', 'split'] as const)('accepts a chart in the format %s, and returns it', async (format) => {
    const registry = await startStyle(auth)
    const reference = `${registry.host}/charts/demo:1.2.3`

    const { digest } = await pushChart(await chart, reference, { format, credentials, concurrency: 1 })
    const pulled = await pullChart(reference, { credentials, concurrency: 1 })

    expect(pulled.digest).toBe(digest)
    expect(pulled.chart.files.map(({ path }) => path)).toEqual((await chart).files.map(({ path }) => path))
    expect(registry.tags('charts/demo')).toEqual({ '1.2.3': digest })
    expect(registry.openSessions).toBe(0)
  })

  it('mounts from another repository, or sends the blobs', async () => {
    const registry = await startStyle(auth)
    await pushChart(await chart, `${registry.host}/first:1`, { credentials, concurrency: 1 })

    const { digest } = await pushChart(await chart, `${registry.host}/second:1`, {
      credentials,
      mountFrom: ['first'],
      concurrency: 1,
    })

    expect(registry.tags('second')).toEqual({ 1: digest })
  })

  it.each([
    ['without a login', 'anonymous'],
    ['with a wrong password', { ...USER, password: 'wrong' }],
    ['with a wrong identity token', { identityToken: 'wrong' }],
  ] as const)('refuses a push %s, after a few requests', async (_title, wrong) => {
    const registry = await startStyle(auth)

    const error = await catchError(async () =>
      pushChart(await chart, `${registry.host}/demo:1`, { credentials: wrong }),
    )

    expect(error).toBeInstanceOf(UnauthorizedError)
    expect(registry.requests.length).toBeLessThanOrEqual(5)
    expect(registry.repositories()).toEqual([])
  })
})
