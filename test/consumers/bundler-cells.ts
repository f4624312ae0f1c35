/** Bundlers: each makes a bundle with everything in it, which runs where no package is installed. */
import type { Cell } from './cell.js'
import type { Consumer } from './consumer.js'
import { CHART } from './example-chart.js'

/** As `programs/bundle.mjs` knows them. */
const BUNDLERS = [
  'esbuild esm',
  'esbuild esm, splitting',
  'esbuild cjs',
  'rollup',
  'rollup inlineDynamicImports',
  'rollup cjs',
  'webpack',
  'ncc',
  'vite ssr',
]

export function bundlerCells({ run, emptyFolder }: Consumer): readonly Cell[] {
  return BUNDLERS.map((name) => ({
    title: `bundled by ${name}`,
    run: async () => {
      const out = await run(process.execPath, ['bundle.mjs', name, emptyFolder()])
      await run(process.execPath, [out.trim().split('\n').at(-1) ?? '', CHART])
    },
  }))
}
