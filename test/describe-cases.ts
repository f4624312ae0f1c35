/** Runs cases on a registry behind a counting proxy: the embedded one, or Distribution where it is installed. */
import { afterAll, beforeAll, describe, it } from 'vitest'
import { startRegistry } from '../src/testing/index.js'
import type { PushCase, PushTarget } from './push-cases.js'
import { startCountingProxy } from './start-counting-proxy.js'
import { distributionMissing, startDistribution } from './start-distribution.js'

/** A registry that is running. */
interface Running {
  readonly host: string
  readonly credentials: PushTarget['credentials']
  close(): Promise<void>
}

/** Runs the cases on the embedded registry, without a login and with one. */
export function describeOnEmbedded(title: string, cases: readonly PushCase[]): void {
  const credentials = { username: 'testuser', password: 's3cret' }
  describe.each([
    ['anonymous', undefined],
    ['with a password', credentials],
  ])(`${title}, %s`, (_, login) => {
    runCases(cases, '', async () => {
      const registry = await startRegistry(login ? { auth: { scheme: 'basic', ...login } } : {})
      return { host: registry.host, credentials: login, close: () => registry.close() }
    })
  })
}

/**
 * Runs the cases on Distribution, without a login and with one, or says why not.
 *
 * @param prefix Goes before the title of each case.
 * @param more Adds tests of its own to the same registry.
 */
export function describeOnDistribution(
  title: string,
  cases: readonly PushCase[],
  prefix: string,
  more: (target: () => PushTarget) => void = () => {},
): void {
  const missing = distributionMissing()
  if (missing) console.warn(`Skipped: ${title}, because ${missing}.`)
  describe.skipIf(missing).each([
    ['anonymous', false],
    ['with a password', true],
  ])(`${title}, %s`, (_, htpasswd) => {
    more(runCases(cases, prefix, () => startDistribution({ htpasswd })))
  })
}

function runCases(cases: readonly PushCase[], prefix: string, start: () => Promise<Running>): () => PushTarget {
  let running: Running
  let target: PushTarget & { readonly proxy: { close(): Promise<void> } }
  beforeAll(async () => {
    running = await start()
    target = { proxy: await startCountingProxy(running.host), credentials: running.credentials }
  })
  afterAll(async () => {
    await target.proxy.close()
    await running.close()
  })
  for (const { name, run } of cases) it(`${prefix}${name}`, () => run(target))
  return () => target
}
