/** Tests that compare the library with a peer: each block is one cell of docs/maintainers/compatibility.md. */
import { beforeAll, describe } from 'vitest'
import { skipBecause } from '../support/skip-because.js'
import { installPeer, type Peer, peerMissing, peerPath } from './peers.js'

/** How long, in milliseconds, it may take to build a program that is not in the cache. */
export const BUILD_TIMEOUT = 1_500_000

/**
 * Runs tests with a peer, or says why not.
 *
 * @param check What is compared: the name of a row in the table.
 * @param tests Gets the path of the peer's program.
 */
export function describeWithPeer(peer: Peer, check: string, tests: (program: string) => void): void {
  const missing = peerMissing(peer)
  describe(peer.title, () => {
    describe.skipIf(skipBecause(missing, `"${check}" by ${peer.title}`))(check, () => {
      beforeAll(() => installPeer(peer), BUILD_TIMEOUT)
      tests(peerPath(peer))
    })
  })
}
