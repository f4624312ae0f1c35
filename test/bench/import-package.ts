/** How long a new process takes to import the package. */
import type { Contest } from './contest.js'
import { measureNode, PACKAGE } from './measure.js'
import { nodeContestant } from './node-contestant.js'

export async function importPackage(): Promise<readonly Contest[]> {
  return [
    {
      title: "`import 'oras-helm'` in a new process: at most 100 ms more than bare Node",
      rounds: 15,
      contestants: [
        nodeContestant('import and exit', () => `await import(${PACKAGE})`),
        { name: 'bare Node', isLimit: true, run: async () => measureNode('') },
      ],
    },
  ]
}
