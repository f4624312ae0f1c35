/**
 * Every call on every registry: the cases of the embedded registry are run on those of other projects too,
 * without a login and, where a registry can ask for one, with a password. An exception is a test like the others.
 */
import { describe } from 'vitest'
import { contractCases } from '../support/contract-cases.js'
import { runCases, startEmbedded } from '../support/describe-cases.js'
import { listCases, manyTagsCases } from '../support/list-cases.js'
import { pullCases } from '../support/pull-cases.js'
import { type PushCase, pushCases } from '../support/push-cases.js'
import { exceptCases } from '../support/registry-exceptions.js'
import { describeWithPeer } from './describe-with-peer.js'
import { REGISTRY_PEERS } from './registry-peers.js'

const SUITES: readonly (readonly [check: string, cases: readonly PushCase[]])[] = [
  ['push', pushCases],
  ['pull, inspect, read', pullCases],
  ['list tags and versions', listCases],
  ['the store contract', contractCases],
]
const CASES = SUITES.flatMap(([, cases]) => cases)
for (const { name } of REGISTRY_PEERS.flatMap(({ exceptions }) => exceptions)) {
  if (!CASES.some((each) => each.name === name)) throw new Error(`there is no case "${name}" to except`)
}

for (const [suite, cases] of SUITES) {
  for (const htpasswd of [false, true]) {
    const check = htpasswd ? `${suite}, with a password` : suite
    describeEmbedded(check, cases, htpasswd)
    for (const { peer, canAsk, mounting, exceptions, start } of REGISTRY_PEERS) {
      if (htpasswd && !canAsk) continue
      describeWithPeer(peer, check, (program) => {
        runCases(exceptCases(cases, exceptions), '', () => start(program, { htpasswd }), mounting)
      })
    }
  }
}

const MANY = 'list more tags than fit into a page'
describeEmbedded(MANY, manyTagsCases, false)
for (const { peer, start } of REGISTRY_PEERS) {
  describeWithPeer(peer, MANY, (program) => runCases(manyTagsCases, '', () => start(program, { htpasswd: false })))
}

function describeEmbedded(check: string, cases: readonly PushCase[], htpasswd: boolean): void {
  describe('embedded registry', () => {
    describe(check, () => runCases(cases, '', () => startEmbedded({ htpasswd })))
  })
}
