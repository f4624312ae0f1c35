import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RegistryError } from '../../../src/oras/errors/oci-error.js'
import { Repository } from '../../../src/oras/registry/repository.js'
import { startRegistry, type TestRegistry, type TestRegistryOptions } from '../../../src/testing/index.js'
import { catchError } from '../../support/catch-error.js'
import { randomContent } from '../../support/make-artifact.js'
import { skipWaiting } from '../../support/skip-waiting.js'

const blob = randomContent(2000)
const { digest } = blob.descriptor

let registry: TestRegistry
beforeEach(skipWaiting)
afterEach(() => registry?.close())

async function start(options: TestRegistryOptions = {}): Promise<Repository> {
  registry = await startRegistry(options)
  return new Repository(`${registry.host}/a`)
}

describe('hasBlob(), by Repository.has()', () => {
  it('asks for this repository by HEAD, and believes 200 and 404', async () => {
    const repository = await start()
    await new Repository(`${registry.host}/b`).put(blob)
    registry.clearRequests()

    expect(await repository.has(blob.descriptor)).toBe(false)
    await repository.put(blob)
    expect(await repository.has(blob.descriptor)).toBe(true)
    expect(registry.requests[0]).toMatchObject({ method: 'HEAD', path: `/v2/a/blobs/${digest}`, status: 404 })
  })

  it.each([204, 206, 400, 403, 405, 429, 500])('does not take %i for an answer', async (status) => {
    const repository = await start({ intercept: () => ({ status }) })

    const error = await catchError(() => repository.has(blob.descriptor))

    expect(error.message).toBe(`Cannot look for blob ${digest} in ${registry.host}/a: the registry answered ${status}`)
  })

  it('asks once more by GET where looking is forbidden: the blob may be there, or not, or the refusal has a reason', async () => {
    const repository = await start({
      intercept: ({ method }) => (method === 'HEAD' ? { status: 403 } : undefined),
    })

    expect(await repository.has(randomContent(3).descriptor)).toBe(false)
    expect(registry.requests.map(({ method, status }) => `${method} ${status}`)).toEqual(['HEAD 403', 'GET 404'])

    await registry.close()
    const refusing = await start({
      intercept: () => ({ status: 403, body: '{"errors":[{"code":"DENIED","message":"not for you"}]}' }),
    })
    const error = await catchError(() => refusing.has(blob.descriptor))
    expect(error.message).toContain('the registry answered 403 DENIED: not for you')
  })

  it('does not take a web page for a blob that may not be looked for', async () => {
    const repository = await start({
      intercept: ({ method }) =>
        method === 'HEAD' ? { status: 403 } : { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<p>Hi' },
    })

    expect((await catchError(() => repository.has(blob.descriptor))).message).toMatch(/: the answer is a web page$/)
  })

  it('does not believe the login page of a proxy', async () => {
    const repository = await start({
      intercept: () => ({ status: 200, headers: { 'Content-Type': 'text/html' }, body: '<html>' }),
    })

    const error = await catchError(() => repository.has(blob.descriptor))

    expect(error).toBeInstanceOf(RegistryError)
    expect(error.message).toBe(`Cannot look for blob ${digest} in ${registry.host}/a: the answer is a web page`)
  })
})
