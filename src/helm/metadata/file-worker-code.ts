/**
 * The code of `file-worker.ts` as one script, which needs no file and no package beside it: so it is found however the
 * library was bundled. `dist` holds the script in the place of this file, which makes it where the sources are run.
 */
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

const { outputFiles, metafile } = buildSync({
  entryPoints: [fileURLToPath(new URL('file-worker.ts', import.meta.url))],
  bundle: true,
  minify: true,
  format: 'iife',
  platform: 'node',
  target: 'node20.19',
  legalComments: 'none',
  metafile: true,
  write: false,
})

export const code: string = outputFiles[0]?.text ?? ''

/**
 * The files that the code comes from: `build.mjs` adds their licences to those of `dist`.
 *
 * @public
 */
export const inputs: readonly string[] = Object.keys(metafile.inputs)
