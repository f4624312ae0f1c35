/** The registries among the peers, and how each is started. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { RunningRegistry } from '../support/describe-cases.js'
import type { Mounting } from '../support/push-cases.js'
import { CRANE, CUE, DISTRIBUTION, type RegistryException } from '../support/registry-exceptions.js'
import { startDistribution } from '../support/start-distribution.js'
import { type Peer, PEERS } from './peers.js'

/** A peer that is a registry, and what the tests must know of it. */
export interface RegistryPeer {
  readonly peer: Peer
  /** Whether it can ask for a password. */
  readonly canAsk: boolean
  readonly mounting: Mounting
  readonly exceptions: readonly RegistryException[]
  /** @param program The path of the registry's program. */
  readonly start: (program: string, options: { readonly htpasswd: boolean }) => Promise<RunningRegistry>
}

const distribution = (peer: Peer): RegistryPeer => ({
  peer,
  canAsk: true,
  mounting: 'or a session',
  exceptions: DISTRIBUTION,
  start: (program, { htpasswd }) => startDistribution({ program, htpasswd }),
})

export const REGISTRY_PEERS: readonly RegistryPeer[] = [
  distribution(PEERS.distribution2),
  distribution(PEERS.distribution3),
  {
    peer: PEERS.craneRegistry,
    canAsk: false,
    mounting: 'never',
    exceptions: CRANE,
    start: (program) => startPrinting(program, ['registry', 'serve', '--address', '127.0.0.1:0']),
  },
  {
    peer: PEERS.cueRegistry,
    canAsk: false,
    mounting: 'or a refusal',
    exceptions: CUE,
    start: (program) => startPrinting(program, []),
  },
]

/** Starts a program that prints the free port on which it serves. */
async function startPrinting(program: string, args: readonly string[]): Promise<RunningRegistry> {
  const server = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const exit = once(server, 'exit')
  const close = async (): Promise<void> => {
    server.kill()
    await exit
  }
  const port = await Promise.race([findPort(server), exit.then(() => undefined)])
  if (port === undefined) throw new Error(`${program} ended before it served`)
  return { host: `127.0.0.1:${port}`, credentials: undefined, close }
}

/** Reads what it prints, to the end, so that it never waits for a reader. */
function findPort({ stdout, stderr }: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    for (const input of [stdout, stderr]) {
      if (!input) continue
      createInterface({ input }).on('line', (line) => {
        const port = /\bserving on port (\d+)$/.exec(line)?.[1]
        if (port !== undefined) resolve(port)
      })
    }
  })
}
