/** The embedded registry in a process of its own, as far away as is wanted. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { ROOT } from './measure.js'

const TESTING = JSON.stringify(join(ROOT, 'dist/testing/index.js'))

export interface ServedRegistry {
  readonly host: string
  /** What came since the last time it was asked. */
  countRequests(): Promise<{ readonly requests: number; readonly waves: number }>
  close(): Promise<void>
}

/** @param delay Milliseconds before each answer. */
export async function serveRegistry(delay: number): Promise<ServedRegistry> {
  const script = `
    import { startRegistry } from ${TESTING}
    const registry = await startRegistry({ delay: ${delay} })
    process.on('message', () => {
      const requests = registry.requests.length
      process.send({ requests, waves: Math.max(0, ...registry.requests.map(({ wave }) => wave)) })
      registry.clearRequests()
    })
    process.on('disconnect', () => process.exit())
    process.send(registry.host)
  `
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const ask = async (): Promise<unknown> => ((await once(child, 'message')) as [unknown])[0]
  const host = (await ask()) as string
  return {
    host,
    async countRequests() {
      const answer = ask()
      child.send('count')
      return (await answer) as { requests: number; waves: number }
    },
    async close() {
      child.disconnect()
      await once(child, 'exit')
    },
  }
}
