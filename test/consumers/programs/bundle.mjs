/** Bundles `main.mjs` with the bundler that is named, into the folder that is given; prints the file to run. */
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { writeFile } from 'node:fs/promises'

const ENTRY = join(import.meta.dirname, 'main.mjs')
const [name, out] = process.argv.slice(2)

/** Every user who bundles the package would get the same warning. */
const refuse = (warnings) => {
  if (warnings.length > 0) throw new Error(`it warns: ${JSON.stringify(warnings, null, 2)}`)
}

const byEsbuild = (options) => async () => {
  const { build } = await import('esbuild')
  const { warnings } = await build({
    entryPoints: [ENTRY],
    bundle: true,
    platform: 'node',
    target: 'node20',
    outdir: out,
    logLevel: 'silent',
    ...options,
  })
  refuse(warnings)
}

const byRollup = (options) => async () => {
  const [{ rollup }, { nodeResolve }] = await Promise.all([import('rollup'), import('@rollup/plugin-node-resolve')])
  const warnings = []
  const bundle = await rollup({
    input: ENTRY,
    plugins: [nodeResolve({ preferBuiltins: true })],
    onwarn: ({ message }) => warnings.push(message),
  })
  await bundle.write({ dir: out, ...options })
  await bundle.close()
  refuse(warnings)
}

const byWebpack = async () => {
  const { default: webpack } = await import('webpack')
  const stats = await new Promise((resolve, reject) => {
    webpack(
      { mode: 'production', target: 'node', entry: ENTRY, output: { path: out, filename: 'main.cjs' } },
      (error, result) => (error ? reject(error) : resolve(result)),
    )
  })
  const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true })
  refuse([...errors, ...warnings].map(({ message }) => message))
}

const byNcc = async () => {
  const ncc = createRequire(import.meta.url)('@vercel/ncc')
  const { code, assets } = await ncc(ENTRY, { quiet: true, esm: true })
  await writeFile(join(out, 'main.mjs'), code)
  for (const [file, { source }] of Object.entries(assets)) await writeFile(join(out, basename(file)), source)
}

const byVite = async () => {
  const { build } = await import('vite')
  await build({
    configFile: false,
    logLevel: 'warn',
    root: import.meta.dirname,
    // By default packages stay outside of what is built for a server.
    ssr: { noExternal: true },
    build: { ssr: ENTRY, outDir: out, emptyOutDir: true, rollupOptions: { onwarn: (warning) => refuse([warning]) } },
  })
}

const BUNDLERS = {
  'esbuild esm': [byEsbuild({ format: 'esm', outExtension: { '.js': '.mjs' } }), 'main.mjs'],
  'esbuild esm, splitting': [
    byEsbuild({ format: 'esm', splitting: true, outExtension: { '.js': '.mjs' } }),
    'main.mjs',
  ],
  'esbuild cjs': [byEsbuild({ format: 'cjs', outExtension: { '.js': '.cjs' } }), 'main.cjs'],
  rollup: [byRollup({ format: 'es', entryFileNames: 'main.mjs', chunkFileNames: '[name].mjs' }), 'main.mjs'],
  'rollup inlineDynamicImports': [
    byRollup({ format: 'es', inlineDynamicImports: true, entryFileNames: 'main.mjs' }),
    'main.mjs',
  ],
  'rollup cjs': [byRollup({ format: 'cjs', entryFileNames: 'main.cjs', chunkFileNames: '[name].cjs' }), 'main.cjs'],
  webpack: [byWebpack, 'main.cjs'],
  ncc: [byNcc, 'main.mjs'],
  'vite ssr': [byVite, 'main.js'],
}

const [bundle, file] = BUNDLERS[name]
await writeFile(join(out, 'package.json'), '{ "type": "module" }')
await bundle()
console.log(join(out, file))
