/** Docker's and Skopeo's own logins, against the Distribution registry: each reads what the other has left. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  containersCredentials,
  dockerCredentials,
  loginRegistry,
  logoutRegistry,
  type PasswordCredential,
  pushChart,
} from '../../src/index.js'
import { makeFolder } from '../support/make-folder.js'
import { type Distribution, distributionMissing, startDistribution } from '../support/start-distribution.js'
import { makeVault } from '../support/make-helpers.js'
import { writeFiles } from '../support/make-home.js'
import { skipBecause } from '../support/skip-because.js'

const MYCHART = join(import.meta.dirname, '../../examples/mychart')
const isMissing = (tool: string): string | undefined =>
  spawnSync(tool, ['--version']).error && `${tool} is not installed`

let distribution: Distribution
let login: PasswordCredential
beforeAll(async () => {
  if (distributionMissing() !== undefined) return
  distribution = await startDistribution({ htpasswd: true })
  login = distribution.credentials ?? { username: '', password: '' }
})
afterAll(() => distribution?.close())

/** Runs a tool, with the password as its input, and gives back how it ended. */
async function run(
  tool: string,
  ...args: readonly string[]
): Promise<{ readonly code: unknown; readonly errors: string }> {
  const child = spawn(tool, args, { stdio: ['pipe', 'ignore', 'pipe'] })
  child.stdin.on('error', () => {})
  child.stdin.end(login.password)
  const [[code], errors] = await Promise.all([once(child, 'close'), text(child.stderr)])
  return { code, errors }
}
const user = (): readonly string[] => ['-u', login.username, '--password-stdin']

describe.skipIf(skipBecause(distributionMissing() ?? isMissing('skopeo'), 'logins of Skopeo'))('Skopeo', () => {
  it('keeps logins that the library finds, also one for a path alone', async () => {
    const authfile = join(await makeFolder(), 'auth.json')
    const { host } = distribution
    const options = ['--authfile', authfile, '--tls-verify=false', ...user()]
    const credentials = containersCredentials({ path: authfile })

    expect(await run('skopeo', 'login', ...options, `${host}/acme`)).toMatchObject({ code: 0 })

    expect(await credentials({ registry: host, repository: 'acme/web' })).toEqual(login)
    expect(await credentials({ registry: host, repository: 'other/web' })).toBeUndefined()
    const { status } = await pushChart(MYCHART, `oci://${host}/acme`, { credentials })
    expect(status).toMatch(/^(pushed|unchanged)$/)

    expect(await run('skopeo', 'login', ...options, host)).toMatchObject({ code: 0 })
    expect(await credentials({ registry: host, repository: 'other/web' })).toEqual(login)
    expect(await logoutRegistry(host, { path: authfile })).toMatchObject({ removedFrom: [authfile] })
    expect(await credentials({ registry: host, repository: 'acme/web' })).toEqual(login)
  })

  it('pushes with a login that loginRegistry() keeps, and fails without it', async () => {
    const folder = await makeFolder()
    const [mine, none] = [join(folder, 'mine.json'), join(folder, 'none.json')]
    await writeFiles(folder, { 'none.json': '{}' })
    const { host } = distribution
    await pushChart(MYCHART, `oci://${host}/source`, { credentials: login })
    const copy = ['copy', '--src-tls-verify=false', '--dest-tls-verify=false', `docker://${host}/source/mychart:0.1.0`]

    await loginRegistry(host, login, { path: mine })

    const refused = await run('skopeo', ...copy, `docker://${host}/copied/mychart:1`, '--authfile', none)
    expect(refused.code).toBe(1)
    expect(refused.errors).toContain('authentication required')
    expect(await run('skopeo', ...copy, `docker://${host}/copied/mychart:1`, '--authfile', mine)).toMatchObject({
      code: 0,
    })
    expect(await run('skopeo', 'logout', '--authfile', mine, host)).toMatchObject({ code: 0 })
    expect(await dockerCredentials({ path: mine })({ registry: host, repository: 'a' })).toBeUndefined()
  })
})

describe.skipIf(skipBecause(distributionMissing() ?? isMissing('docker'), 'logins of Docker'))('Docker', () => {
  it('keeps a login in its file that the library finds and erases, and erases one of the library', async () => {
    const folder = await makeFolder()
    const path = join(folder, 'config.json')
    const { host } = distribution
    const target = { registry: host, repository: 'a' }

    expect(await run('docker', '--config', folder, 'login', ...user(), host)).toMatchObject({ code: 0 })
    expect(await dockerCredentials({ path })(target)).toEqual(login)
    const written = await readFile(path, 'utf8')
    expect(await logoutRegistry(host, { path })).toMatchObject({ removedFrom: [path] })
    expect(await dockerCredentials({ path })(target)).toBeUndefined()

    expect(await loginRegistry(host, login, { path })).toMatchObject({ storedIn: path })
    expect(await readFile(path, 'utf8')).toBe(written)
    expect(await run('docker', '--config', folder, 'logout', host)).toMatchObject({ code: 0 })
    expect(await dockerCredentials({ path })(target)).toBeUndefined()
  })

  it('shares a credential helper with the library', async () => {
    const { vault } = await makeVault('vault')
    const folder = await makeFolder()
    await writeFiles(folder, { 'config.json': { credsStore: 'vault' } })
    const path = join(folder, 'config.json')
    const { host } = distribution
    const target = { registry: host, repository: 'a' }

    expect(await run('docker', '--config', folder, 'login', ...user(), host)).toMatchObject({ code: 0 })
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ auths: { [host]: {} } })
    expect(await dockerCredentials({ path })(target)).toEqual(login)
    expect(await logoutRegistry(host, { path })).toMatchObject({ removedFrom: ['docker-credential-vault'] })
    expect(await readdir(vault)).toEqual([])

    expect(await loginRegistry(host, login, { path })).toMatchObject({ storedIn: 'docker-credential-vault' })
    expect(await dockerCredentials({ path })(target)).toEqual(login)
    expect(await run('docker', '--config', folder, 'logout', host)).toMatchObject({ code: 0 })
    expect(await readdir(vault)).toEqual([])
  })
})
