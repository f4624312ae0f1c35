/** How long a new process takes to import the package, whole and without what is for charts. */
import { join } from 'node:path'
import type { Contest } from './contest.js'
import { measureNode, PACKAGE, ROOT } from './measure.js'
import { nodeContestant } from './node-contestant.js'

export async function importPackage(): Promise<readonly Contest[]> {
  const oras = JSON.stringify(join(ROOT, 'dist/oras/index.js'))
  return [
    {
      title: "`import 'oras-helm'` in a new process: at most 40 ms more than bare Node",
      rounds: 21,
      contestants: [
        nodeContestant('import oras-helm and exit', () => `await import(${PACKAGE})`),
        nodeContestant('import oras-helm/oras and exit', () => `await import(${oras})`),
        { name: 'bare Node', isLimit: true, run: async () => measureNode('') },
      ],
    },
  ]
}
