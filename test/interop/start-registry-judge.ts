/** Starts the registries among the judges, each in its own way, all to the same end. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { RunningRegistry } from '../support/describe-cases.js'
import type { Mounting } from '../support/push-cases.js'
import { CRANE, CUE, DISTRIBUTION, type RegistryException } from '../support/registry-exceptions.js'
import { startDistribution } from '../support/start-distribution.js'
import { type Judge, JUDGES } from './judges.js'

/** A judge that is a registry, and what is to be known of it beforehand. */
export interface RegistryJudge {
  readonly judge: Judge
  /** Whether it can ask for a password. */
  readonly canAsk: boolean
  readonly mounting: Mounting
  readonly exceptions: readonly RegistryException[]
  /** @param program The path of the judge's. */
  readonly start: (program: string, options: { readonly htpasswd: boolean }) => Promise<RunningRegistry>
}

const distribution = (judge: Judge): RegistryJudge => ({
  judge,
  canAsk: true,
  mounting: 'or a session',
  exceptions: DISTRIBUTION,
  start: (program, { htpasswd }) => startDistribution({ program, htpasswd }),
})

export const REGISTRY_JUDGES: readonly RegistryJudge[] = [
  distribution(JUDGES.distribution2),
  distribution(JUDGES.distribution3),
  {
    judge: JUDGES.craneRegistry,
    canAsk: false,
    mounting: 'never',
    exceptions: CRANE,
    start: (program) => startPrinting(program, ['registry', 'serve', '--address', '127.0.0.1:0']),
  },
  {
    judge: JUDGES.cueRegistry,
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
