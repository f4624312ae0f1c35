import { describe, expect, it } from 'vitest'
import { chainCredentials } from '../../../src/oras/credentials/chain-credentials.js'
import type { CredentialFunction } from '../../../src/oras/credentials/credential.js'
import { CredentialError } from '../../../src/oras/errors/oci-error.js'
import { catchError } from '../../support/catch-error.js'

const target = { registry: 'ghcr.io', repository: 'acme/web' }
const login = { username: 'me', password: 's3cret' }
const failing = (error: unknown): CredentialFunction => {
  return async () => {
    throw error
  }
}
const credentialError = (isGlobal: boolean): CredentialError =>
  new CredentialError('broken', { source: 'a', isGlobal, hint: 'Repair it.' })

describe('chainCredentials()', () => {
  it('takes the first login, and asks no later function', async () => {
    const asked: string[] = []
    const asking = (name: string, answer?: typeof login): CredentialFunction => {
      return ({ registry, repository }) => {
        asked.push(`${name} for ${registry}/${repository}`)
        return answer
      }
    }

    expect(await chainCredentials(asking('a'), 'anonymous', asking('b', login), asking('c'))(target)).toEqual(login)
    expect(asked).toEqual(['a for ghcr.io/acme/web', 'b for ghcr.io/acme/web'])
  })

  it('takes a value as it is, and finds nothing without arguments', async () => {
    expect(await chainCredentials(login)(target)).toEqual(login)
    expect(await chainCredentials()(target)).toBeUndefined()
    expect(await chainCredentials('anonymous', () => undefined)(target)).toBeUndefined()
  })

  it('skips a failing helper for all registries, if another function has a login', async () => {
    expect(await chainCredentials(failing(credentialError(true)), login)(target)).toEqual(login)
  })

  it('throws the first failure of such a helper if no other has a login', async () => {
    const [first, second] = [credentialError(true), credentialError(true)]

    expect(await catchError(() => chainCredentials(failing(first), failing(second), 'anonymous')(target))).toBe(first)
  })

  it.each([credentialError(false), new Error('a vault is closed')])(
    'throws any other failure at once: %s',
    async (error) => {
      expect(await catchError(() => chainCredentials(failing(error), login)(target))).toBe(error)
      expect(await catchError(() => chainCredentials(failing(credentialError(true)), failing(error))(target))).toBe(
        error,
      )
    },
  )

  it('passes the signal on, and stops at it', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const signals: unknown[] = []
    const aborting: CredentialFunction = (_, { signal } = {}) => {
      signals.push(signal)
      controller.abort(reason)
      return undefined
    }

    const error = await catchError(() => chainCredentials(aborting, aborting)(target, { signal: controller.signal }))

    expect(error).toBe(reason)
    expect(signals).toEqual([controller.signal])
  })
})
