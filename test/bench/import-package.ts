/** How long a new process takes to import the package. */
import type { Contest } from './contest.js'
import { measureNode, PACKAGE } from './measure.js'

export async function importPackage(): Promise<readonly Contest[]> {
  return [
    {
      title: "`import 'oras-helm'` in a new process: at most 100 ms more than bare Node",
      rounds: 15,
      contestants: [
        { name: 'import and exit', run: async () => measureNode(`await import(${PACKAGE})`) },
        { name: 'bare Node', isLimit: true, run: async () => measureNode('') },
      ],
    },
  ]
}
