/** Runs the embedded registry, for trying things out: `npx tsx examples/registry.ts`. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { startRegistry } from 'oras-helm/testing'
import { Failure, runProgram, UsageError } from './run-program.js'

const USAGE = `usage: registry.ts [port]

Runs a registry on this machine that keeps everything in memory. The port is 5000 if none is given; 0 takes a free one.
It ends at Ctrl-C, and with the program that started it.`

await runProgram(USAGE, async ({ args: [port = '5000'], signal }) => {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new UsageError(`not a port: ${port}`)
  const ancestors = listAncestors()
  const registry = await startRegistry({ port: Number(port) }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error
    throw new Failure(error.code, `port ${port} is in use`, 'Give another port, or 0 for a free one.')
  })
  const host = `localhost:${registry.port}`
  const examples = relative('', import.meta.dirname) || '.'
  console.log(`A registry in memory is listening on http://${host}; stop it with Ctrl+C.`)
  console.log(`Next: npx tsx ${examples}/push-chart.ts ${examples}/mychart ${host}/mychart:latest`)
  console.log(`Then: curl -H 'Accept: application/vnd.oci.image.manifest.v1+json' \\
           http://${host}/v2/mychart/manifests/latest`)

  await new Promise<void>((end) => {
    signal.addEventListener('abort', () => end())
    setInterval(() => ancestors.every(isAlive) || end(), 500).unref()
  })
  await registry.close()
})

/** The processes above this one: between it and the program that started it there may be npx, a shell and tsx. */
function listAncestors(): readonly number[] {
  const ancestors: number[] = []
  for (let pid = process.ppid; pid > 1; pid = parentOf(pid)) ancestors.push(pid)
  return ancestors
}

/** The parent of a process, or 0 where the system does not tell. */
function parentOf(pid: number): number {
  try {
    return process.platform === 'linux'
      ? Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
      : Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { stdio: ['ignore', 'pipe', 'ignore'] }))
  } catch {
    return 0
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // A process of another user may not be sent a signal, but it is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
