/**
 * The code of `file-worker.ts` as one script that needs no other file and no package, so that it works however the
 * library is bundled. In `dist`, a file with the finished script replaces this one; here, esbuild makes the script.
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

/** The script, for `new Worker(code, { eval: true })`. */
export const code: string = outputFiles[0]?.text ?? ''

/**
 * The source files of the script; `build.mjs` adds their licences to those of `dist`.
 *
 * @public
 */
export const inputs: readonly string[] = Object.keys(metafile.inputs)
