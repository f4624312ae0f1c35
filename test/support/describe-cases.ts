/** Runs cases on a registry behind a counting proxy: the embedded one, or Distribution where it is installed. */
import { afterAll, beforeAll, describe, it } from 'vitest'
import { startRegistry } from '../../src/testing/index.js'
import type { Mounting, PushCase, PushTarget } from './push-cases.js'
import { startCountingProxy } from './start-counting-proxy.js'
import { distributionMissing, startDistribution } from './start-distribution.js'

/** A registry that is running. */
export interface RunningRegistry {
  readonly host: string
  readonly credentials: PushTarget['credentials']
  close(): Promise<void>
}

/** Runs the cases on the embedded registry, without a login and with one. */
export function describeOnEmbedded(title: string, cases: readonly PushCase[]): void {
  describe.each([
    ['anonymous', false],
    ['with a password', true],
  ])(`${title}, %s`, (_, htpasswd) => {
    runCases(cases, '', () => startEmbedded({ htpasswd }))
  })
}

/** @param options `htpasswd`: the registry asks for a password, as Distribution does. */
export async function startEmbedded(options: { readonly htpasswd: boolean }): Promise<RunningRegistry> {
  const credentials = options.htpasswd ? { username: 'testuser', password: 's3cret' } : undefined
  const registry = await startRegistry(credentials ? { auth: { scheme: 'basic', ...credentials } } : {})
  return { host: registry.host, credentials, close: () => registry.close() }
}

/**
 * Runs the cases on Distribution, without a login and with one, or says why not.
 *
 * @param prefix Goes before the title of each case.
 */
export function describeOnDistribution(title: string, cases: readonly PushCase[], prefix: string): void {
  const missing = distributionMissing()
  if (missing) console.warn(`Skipped: ${title}, because ${missing}.`)
  describe.skipIf(missing).each([
    ['anonymous', false],
    ['with a password', true],
  ])(`${title}, %s`, (_, htpasswd) => {
    runCases(cases, prefix, () => startDistribution({ htpasswd }))
  })
}

/**
 * Makes a test of each case, on a registry that is started before them.
 *
 * @param prefix Goes before the title of each case.
 */
export function runCases(
  cases: readonly PushCase[],
  prefix: string,
  start: () => Promise<RunningRegistry>,
  mounting: Mounting = 'or a session',
): void {
  let running: RunningRegistry | undefined
  let target: (PushTarget & { readonly proxy: { close(): Promise<void> } }) | undefined
  beforeAll(async () => {
    running = await start()
    target = { proxy: await startCountingProxy(running.host), credentials: running.credentials, mounting }
  })
  afterAll(async () => {
    await target?.proxy.close()
    await running?.close()
  })
  for (const { name, run } of cases) it(`${prefix}${name}`, () => run(target as PushTarget))
}
