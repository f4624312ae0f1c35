/** Distribution with tokens that a separate server signs, as with hosted registries. */
import { execFile, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Credential } from '../../src/oras/credentials/credential.js'
import { UnauthorizedError } from '../../src/oras/errors/oci-error.js'
import { checkedContent } from '../../src/oras/oci/content.js'
import { digestOf } from '../../src/oras/oci/digest.js'
import { pullChart } from '../../src/helm/pull-chart.js'
import { pushChart } from '../../src/helm/push-chart.js'
import { Repository } from '../../src/oras/registry/repository.js'
import { catchError } from '../support/catch-error.js'
import { randomContent } from '../support/make-artifact.js'
import { opensslMissing } from '../support/make-certificates.js'
import { skipBecause } from '../support/skip-because.js'
import { type CountingProxy, startCountingProxy } from '../support/start-counting-proxy.js'
import { type Distribution, distributionMissing, startDistribution } from '../support/start-distribution.js'
import { startTokenServer, type TokenServer } from '../support/start-token-server.js'

const USER = { username: 'testuser', password: 's3cret' }
const LOGINS: readonly (readonly [string, Credential, string])[] = [
  ['a password', USER, 'GET'],
  ['an identity token', { identityToken: 'an-identity-token' }, 'POST'],
]
const MYCHART = join(import.meta.dirname, '../../examples/mychart')
const missing = skipBecause(distributionMissing() ?? opensslMissing(), 'Distribution with tokens')

const methodsOf = ({ requests }: CountingProxy): string =>
  requests.map(({ method, status }) => (status === 401 ? `${method}!` : method)).join(' ')

describe.skipIf(missing)('Distribution with tokens', () => {
  let tokens: TokenServer
  let distribution: Distribution
  let proxy: CountingProxy
  beforeAll(async () => {
    tokens = await startTokenServer(USER, { identityToken: 'an-identity-token' })
    distribution = await startDistribution({ token: tokens.settings })
    proxy = await startCountingProxy(distribution.host)
  })
  afterAll(async () => {
    await proxy.close()
    await distribution.close()
    await tokens.close()
  })
  beforeEach(() => {
    proxy.clearRequests()
    tokens.forget()
  })

  describe.each(LOGINS)('and %s', (_, credentials, method) => {
    const name = method.toLowerCase()

    it.each([
      ['helm', 'HEAD! HEAD POST POST PUT PUT PUT'],
      ['split', 'HEAD! HEAD POST POST POST PUT PUT PUT PUT'],
    ] as const)('takes a chart in the format %s, with two requests more than without tokens', async (format, plan) => {
      const reference = `${proxy.host}/${name}/${format}:v1`

      const { digest } = await pushChart(MYCHART, reference, { format, credentials })

      const sorted = (text: string): readonly string[] => text.split(' ').toSorted()
      expect(sorted(methodsOf(proxy))).toEqual(sorted(plan))
      expect(tokens.asked).toEqual([
        { method, user: USER.username, scopes: [`repository:${name}/${format}:pull,push`] },
      ])
      expect((await pullChart(reference, { credentials })).digest).toBe(digest)
    })

    it('needs three requests for a chart that is there', async () => {
      const reference = `${proxy.host}/${name}/again:v1`
      await pushChart(MYCHART, reference, { credentials })
      proxy.clearRequests()
      tokens.forget()

      const { status } = await pushChart(MYCHART, reference, { credentials })

      expect([status, methodsOf(proxy), tokens.asked.length]).toEqual(['unchanged', 'HEAD! HEAD', 1])
    })

    it('mounts from another repository with a token for both', async () => {
      await pushChart(MYCHART, `${proxy.host}/${name}/from:v1`, { credentials })
      proxy.clearRequests()
      tokens.forget()

      const from = `${name}/from`
      const { uploaded } = await pushChart(MYCHART, `${proxy.host}/${name}/to:v1`, { credentials, mountFrom: [from] })

      expect(uploaded.map(({ mediaType }) => mediaType)).toEqual(['application/vnd.oci.image.manifest.v1+json'])
      expect(tokens.asked.map(({ scopes }) => scopes)).toEqual([
        [`repository:${name}/to:pull,push`],
        [`repository:${name}/to:pull,push`, `repository:${from}:pull`],
      ])
      expect(proxy.requests.some(({ method: sent }) => sent === 'PUT')).toBe(true)
    })
  })

  it('lets anonymous clients pull with a token, but not push', async () => {
    const reference = `${proxy.host}/open:v1`
    const { digest } = await pushChart(MYCHART, reference, { credentials: USER })
    tokens.forget()

    expect((await pullChart(reference, { credentials: 'anonymous' })).digest).toBe(digest)
    expect(tokens.asked.map(({ user, scopes }) => [user, scopes])).toEqual([['', ['repository:open:pull']]])
    const error = await catchError(() => pushChart(MYCHART, `${proxy.host}/open:v2`, { credentials: 'anonymous' }))
    expect(error).toBeInstanceOf(UnauthorizedError)
  })

  it('refuses a wrong password after one try, and the error does not show it', async () => {
    const wrong = { username: 'testuser', password: 'wr0ng-s3cret' }

    const error = await catchError(() => pushChart(MYCHART, `${proxy.host}/refused:v1`, { credentials: wrong }))

    expect(error).toBeInstanceOf(UnauthorizedError)
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain('wr0ng')
    expect([tokens.asked.length, proxy.requests.length]).toEqual([1, 1])
  })

  const noSkopeo = spawnSync('skopeo', ['--version']).error && 'skopeo is not installed'
  it.skipIf(skipBecause(noSkopeo, 'skopeo with tokens'))('agrees with skopeo on what a login is', async () => {
    const { digest } = await pushChart(MYCHART, `${distribution.host}/skopeo:v1`, { credentials: USER })

    const login = ['--creds', `${USER.username}:${USER.password}`, '--tls-verify=false']
    const { stdout } = await promisify(execFile)('skopeo', [
      'inspect',
      ...login,
      '--raw',
      `docker://${distribution.host}/skopeo:v1`,
    ])

    expect(digestOf(Buffer.from(stdout))).toBe(digest)
  })
})

describe.skipIf(missing)('Distribution with a token that lasts for seconds', () => {
  it('sends a blob again if its token expired on the way', async () => {
    // If the token expires before the upload begins, the test shows nothing: it is tried again with a longer lifetime.
    let lifetime = 2
    while (!(await outlivesToken(lifetime))) lifetime *= 2
  })
})

/**
 * Uploads a blob whose bytes come when the first token has expired, and expects it to be stored.
 *
 * @returns `false` if that token had expired before the upload session was opened.
 */
async function outlivesToken(lifetime: number): Promise<boolean> {
  const tokens = await startTokenServer(USER, { lifetimes: [lifetime] })
  const distribution = await startDistribution({ token: tokens.settings })
  const proxy = await startCountingProxy(distribution.host)
  const blob = randomContent(2_000_000)
  const hasOneToken = (): boolean => tokens.asked.length === 1
  let isInTime = false
  let opened = 0
  const slow = checkedContent(blob.descriptor, async function* () {
    if (++opened === 1) {
      isInTime = hasOneToken() && proxy.requests.some(({ method, status }) => method === 'POST' && status === 202)
      // A timer may go off a little early.
      while (isInTime && Date.now() <= (tokens.expirations[0] ?? 0)) await sleep(100)
    }
    yield* blob.open()
  })
  try {
    const repository = new Repository(`${proxy.host}/slow`, { credentials: USER, access: 'push' })

    await repository.put(slow)

    expect(await repository.has(blob.descriptor)).toBe(true)
    if (!isInTime) {
      // No other failure than a slow machine is accepted.
      expect(hasOneToken()).toBe(false)
      return false
    }
    expect(opened).toBe(2)
    expect(proxy.requests.map(({ method, status }) => [method, status])).toContainEqual(['PUT', 401])
    return true
  } finally {
    await proxy.close()
    await distribution.close()
    await tokens.close()
  }
}
