/**
 * Uses the package as it is published, by its name, and checks what each entry point loads at once and what later, that they
 * share their classes, how large a bundle of one name is, and that a push and a pull work.
 */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { join, relative } from 'node:path'
import { build } from 'esbuild'
import * as main from 'oras-helm'
import * as oras from 'oras-helm/oras'
import * as testing from 'oras-helm/testing'
import { pushAndPull } from './consumers/programs/push-and-pull.mjs'

const ROOT = join(import.meta.dirname, '..')
const ENTRIES = ['dist/index.js', 'dist/oras/index.js', 'dist/testing/index.js']
/** Packages that are installed with this one. */
const INSTALLED = ['js-yaml', 'pako']
/** Packages that are loaded only when they are needed. */
const LATE = ['node-fetch', 'pako', 'tar-stream', 'http-proxy-agent', 'https-proxy-agent']
const { metafile } = await build({
  absWorkingDir: ROOT,
  entryPoints: ENTRIES,
  outdir: 'none',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  metafile: true,
  write: false,
  logLevel: 'error',
})

/** The files and packages that are loaded with a file, with all that they load in turn. */
function loadedWith(entry) {
  const seen = new Set()
  const visit = (path) => {
    if (seen.has(path)) return
    seen.add(path)
    const imports = metafile.inputs[path]?.imports ?? []
    imports.filter(({ kind }) => kind === 'import-statement').forEach((each) => visit(each.path))
  }
  visit(entry)
  return [...seen]
}

/** Where the code of a file of `dist` comes from: `src/oras/oci/digest.ts`, `node_modules/node-fetch/src/body.js`. */
async function sourcesOf(path) {
  const { sources } = JSON.parse(await readFile(join(ROOT, `${path}.map`), 'utf8'))
  return sources.map((source) => relative(ROOT, join(ROOT, path, '..', source)))
}

const files = Object.keys(metafile.inputs)
for (const { path, kind } of files.flatMap((file) => metafile.inputs[file].imports)) {
  // A call of require() breaks in bundles of ES modules.
  assert.notEqual(kind, 'require-call', path)
  const name = path.replace(/^node:/, '')
  assert.ok(builtinModules.includes(name) || INSTALLED.includes(path) || files.includes(path), `imports ${path}`)
}
for (const file of files) assert.doesNotMatch(await readFile(join(ROOT, file), 'utf8'), /\brequire\(["']|import\.meta/)

for (const entry of ENTRIES) {
  const loaded = loadedWith(entry)
  const sources = (await Promise.all(loaded.filter((path) => files.includes(path)).map(sourcesOf))).flat()
  assert.ok(sources.length > 10)
  for (const name of LATE) {
    assert.ok(!loaded.includes(name), `${entry} loads ${name}`)
    assert.ok(!sources.some((path) => path.startsWith(`node_modules/${name}/`)), `${entry} holds ${name}`)
  }
  if (entry === 'dist/index.js') continue
  assert.ok(!loaded.includes('js-yaml'), `${entry} loads js-yaml`)
  assert.deepEqual(
    sources.filter((path) => path.startsWith('src/helm/')),
    [],
    `${entry} loads code for charts`,
  )
}

const notices = await readFile(join(ROOT, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8')
for (const source of (await Promise.all(files.map(sourcesOf))).flat()) {
  const [, name] = /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source) ?? []
  if (name) assert.match(notices, new RegExp(`^${name} \\d`, 'm'), `the licence of ${name} is missing`)
}

const shared = new Map(Object.entries(oras).filter(([name]) => name !== 'defaultCredentials'))
assert.ok(shared.size > 30)
for (const [name, value] of Object.entries(main)) {
  if (shared.has(name)) assert.equal(value, shared.get(name), `oras-helm and oras-helm/oras differ in ${name}`)
  shared.delete(name)
}
assert.deepEqual([...shared.keys()], [], 'oras-helm lacks what oras-helm/oras has')

const page = await readFile(join(ROOT, 'docs/bundlers.md'), 'utf8')
const sizes = [...page.matchAll(/^\| `(\w+)` \| ([\d,]+) \|$/gm)].map(([, name, size]) => [name, size.replace(',', '')])
assert.ok(sizes.length > 5)
for (const [name, max] of sizes) {
  for (const entry of ['oras-helm', 'oras-helm/oras']) {
    if (!(name in oras) && entry === 'oras-helm/oras') continue
    const { outputFiles, warnings } = await build({
      stdin: { contents: `export { ${name} } from '${entry}'`, resolveDir: ROOT },
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'node',
      write: false,
      logLevel: 'silent',
      // The tsconfig.json next to this file would lead to the sources.
      tsconfigRaw: '{}',
    })
    const size = outputFiles[0].contents.length
    assert.deepEqual(warnings, [])
    assert.ok(size <= max, `${name} of ${entry} alone is ${size} bytes, and docs/bundlers.md says ${max} at most`)
  }
}

await pushAndPull({ main, oras, testing }, join(ROOT, 'examples/mychart'))
const registry = await testing.startRegistry()
try {
  const reference = `${registry.host}/mychart:latest`
  await main.pushChart(join(ROOT, 'examples/mychart'), reference)
  const { chart } = await main.pullChart(reference)
  assert.equal((await main.pushChart(chart, reference)).status, 'unchanged')
} finally {
  await registry.close()
}
