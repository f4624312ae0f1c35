/** The programs that the benchmark measures against. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { installPeer, PEERS, peerMissing, peerPath, peerVersion } from '../interop/peers.js'

const PROGRAMS = { helm3: PEERS.helm3, helm4: PEERS.helm4, oras: PEERS.oras, skopeo: PEERS.skopeo }

export interface Programs {
  readonly helm3: string
  readonly helm4: string
  readonly oras: string
  readonly skopeo: string
  /** A program of the benchmark itself, made of the library that ORAS is made of. */
  readonly orasGo: string
}

/**
 * Builds those that are in Go, and gives the paths of all.
 *
 * @throws {Error} that names what this machine lacks.
 */
export function installPrograms(folder: string): Programs {
  for (const peer of Object.values(PROGRAMS)) {
    const missing = peerMissing(peer)
    if (missing) throw new Error(`The benchmark measures against ${peer.title}, but ${missing}.`)
    installPeer(peer)
  }
  const orasGo = join(folder, 'oras-go')
  execFileSync('go', ['build', '-mod=readonly', '-o', orasGo, '.'], { cwd: join(import.meta.dirname, 'oras-go') })
  return {
    helm3: peerPath(PROGRAMS.helm3),
    helm4: peerPath(PROGRAMS.helm4),
    oras: peerPath(PROGRAMS.oras),
    skopeo: peerPath(PROGRAMS.skopeo),
    orasGo,
  }
}

export function listVersions(): string {
  return Object.values(PROGRAMS)
    .map((peer) => `${peer.title} ${peerVersion(peer)}`)
    .join(', ')
}
