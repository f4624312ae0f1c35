/**
 * A login goes only to the registry that it was kept for, and to no registry with a similar name. Each row runs against such
 * a registry, and again with a weaker comparison of names, as in other tools: then it must leak.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { UnauthorizedError } from '../../../src/oras/errors/oci-error.js'
import { Repository } from '../../../src/oras/registry/repository.js'
import { catchError } from '../../support/catch-error.js'
import { makeFolder } from '../../support/make-folder.js'
import { resolveAllNames } from '../../support/resolve-all-names.js'
import { serveHttp } from '../../support/serve-http.js'
import { answering, makeHelpers } from '../../support/make-helpers.js'
import { setVariables } from '../../support/set-variables.js'

const seam = vi.hoisted(() => ({ isOff: false }))
vi.mock(import('../../../src/oras/credentials/registry-key.js'), async (importActual) => {
  const actual = await importActual()
  const isAlike = (key: string, registry: string): boolean => {
    const host = actual
      .parseKey(key)
      .host.replace(/:\d+$/, '')
      .replace(/^www\./, '')
    return registry.toLowerCase().includes(host)
  }
  return {
    ...actual,
    isKeyOf: (key, registry) => (seam.isOff ? isAlike(key, registry) : actual.isKeyOf(key, registry)),
    matchKeys: (entries, target) =>
      seam.isOff
        ? entries.filter(([key]) => isAlike(key, target.registry)).map(([, value]) => value)
        : actual.matchKeys(entries, target),
  }
})

const LOGIN = { username: 'robot', password: 'kept-s3cret' }
const ENTRY = { auth: Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64') }

// The key under which the login is kept, and another registry that is named in a reference. PORT is where it listens.
const ROWS = [
  ['registry.example', 'registry.example.evil.example:PORT'],
  ['registry.example', 'evil-registry.example:PORT'],
  ['registry.example', 'evilregistry.example:PORT'],
  ['registry.example', 'sub.registry.example:PORT'],
  ['registry.example', 'registry.example:PORT'],
  ['registry.example:5000', 'registry.example:PORT'],
  ['https://registry.example/v1/', 'registry.example:PORT'],
  ['https://registry.example', 'registry.example.evil.example:PORT'],
  ['http://registry.example:5000/v2/', 'registry.example:PORT'],
  ['example', 'registry.example:PORT'],
  ['registry.example/a', 'registry.example:PORT'],
  ['https://index.docker.io/v1/', 'docker.io.evil.example:PORT'],
  ['docker.io', 'notdocker.io:PORT'],
  ['docker.io', 'mirror.docker.io:PORT'],
  ['localhost', 'localhost:PORT'],
  ['127.0.0.1', '127.0.0.1:PORT'],
] as const

describe.each(['auths', 'credHelpers'] as const)('logins kept under %s', (where) => {
  beforeAll(resolveAllNames)
  beforeEach(() => void (seam.isOff = false))
  afterAll(() => void vi.restoreAllMocks())

  it.each(ROWS)('%s: not for %s', async (key, name) => {
    const config = await makeFolder()
    const kept = where === 'auths' ? { auths: { [key]: ENTRY } } : { credHelpers: { [key]: 'test' } }
    await writeFile(join(config, 'config.json'), JSON.stringify(kept))
    await makeHelpers({ test: answering({ Username: LOGIN.username, Secret: LOGIN.password }) })
    setVariables({ DOCKER_CONFIG: config })
    const other = await serveHttp((_, response) =>
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end(),
    )
    const registry = name.replace('PORT', other.host.split(':')[1] ?? '')
    const attack = (): Promise<Error> =>
      catchError(() => new Repository(`${registry}/b`, { plainHttp: true }).resolve('latest'))
    const heard = (): readonly unknown[] =>
      other.requests.map(({ headers }) => headers.authorization).filter((login) => login !== undefined)

    expect(await attack()).toBeInstanceOf(UnauthorizedError)
    expect(heard()).toEqual([])

    seam.isOff = true
    await attack()
    expect(heard()).toEqual([`Basic ${ENTRY.auth}`])
  })
})
