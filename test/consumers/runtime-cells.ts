/** Bun, Deno, and the versions of Node that `engines` allows, where require() works too. */
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Cell, Missing } from './cell.js'
import type { Consumer } from './consumer.js'
import { CHART } from './example-chart.js'
import { findNode } from './find-node.js'

/** The oldest of each line that `engines` allows, and the newest lines. */
const NODES = ['20.19.0', '22.12.0', '24', '26']

/** Versions whose permission model is stable; the last also has a permission for the network. */
const LIMITED = [['24'], ['26', '--allow-net']] as const

/** The permissions that docs/bundlers.md names. */
const DENO = ['run', '--no-prompt', '--allow-net', '--allow-read', '--allow-env']

export function runtimeCells({ folder, run, tool, emptyFolder }: Consumer): readonly Cell[] {
  const inNode = (version: string, ...args: readonly string[]): Cell['run'] => {
    return async () => void (await run(await findNode(version), [...args, CHART, emptyFolder()]))
  }
  return [
    ...NODES.flatMap((version) => [
      { title: `Node ${version}, import`, run: inNode(version, 'main.mjs') },
      { title: `Node ${version}, require`, run: inNode(version, 'main.cjs') },
    ]),
    // `engines` leaves it out, because require() needs a flag there.
    { title: 'Node 22.11.0, import', run: inNode('22.11.0', 'main.mjs') },
    {
      title: 'Node 22.11.0, require by --experimental-require-module',
      run: inNode('22.11.0', '--experimental-require-module', 'main.cjs'),
    },
    ...LIMITED.map(([version, ...flags]) => ({
      title: `Node ${version}, with the permissions of docs/bundlers.md`,
      run: async () => {
        const written = emptyFolder()
        const read = [dirname(folder), CHART, written].map((path) => `--allow-fs-read=${path}`)
        const args = ['--permission', ...flags, ...read, `--allow-fs-write=${written}`]
        await run(await findNode(version), [...args, 'main.mjs', CHART, written])
      },
    })),
    runtime('Bun, import', tool('bun', 'bun'), () => ['main.mjs', CHART, emptyFolder()]),
    runtime('Bun, require', tool('bun', 'bun'), () => ['main.cjs', CHART, emptyFolder()]),
    runtime('Deno, import', tool('deno', 'deno'), () => {
      const written = emptyFolder()
      return [...DENO, `--allow-write=${written}`, 'main.mjs', CHART, written]
    }),
  ]

  function runtime(title: string, path: string, argsOf: () => readonly string[]): Cell {
    return {
      title,
      run: async () => {
        if (!existsSync(path)) throw new Missing(`${path} was not installed for this machine`)
        await run(path, argsOf())
      },
    }
  }
}
