/** Measures how long a new process takes to import the package. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { median, type Outcome, PACKAGE } from './measure.js'

const ROUNDS = 9

export async function benchImport(): Promise<Outcome> {
  const imports: number[] = []
  const bare: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    imports.push(await startNode(`await import(${PACKAGE})`))
    bare.push(await startNode(''))
  }
  const beyond = median(imports) - median(bare)
  return {
    rows: [
      `| \`import 'oras-helm'\` in a new process, beyond bare Node | ${beyond.toFixed(0)} ms | ${median(bare).toFixed(0)} ms: bare Node | | < 100 ms |`,
    ],
    spread: `of the imports ${listMilliseconds(imports)}; of bare Node ${listMilliseconds(bare)}`,
    failures: [],
  }
}

/** Milliseconds from start to exit. */
async function startNode(script: string): Promise<number> {
  const start = performance.now()
  await once(spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' }), 'exit')
  return performance.now() - start
}

function listMilliseconds(values: readonly number[]): string {
  return `${values.map((each) => each.toFixed(0)).join(', ')} ms`
}
