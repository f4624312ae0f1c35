/**
 * Makes `dist`, the folder that is published: a file of code and a file of declarations for each entry point, and their
 * shared parts. `npm run build` calls it; an argument names another folder.
 *
 * Four packages are bundled: node-fetch, tar-stream, http-proxy-agent and https-proxy-agent. In their
 * published form, bundlers fail on them, or they include what Node itself has. REPLACED lists what is left out of them.
 */
import { mkdir, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { rollup } from 'rollup'
import { dts } from 'rollup-plugin-dts'
import { tsImport } from 'tsx/esm/api'
import ts from 'typescript'

const ROOT = import.meta.dirname
const DIST = process.argv[2] ?? join(ROOT, 'dist')
const SRC = join(ROOT, 'src')
const ENTRIES = ['index', 'oras/index', 'testing/index']
/** Packages that are installed with this one; every other imported package becomes part of `dist`. */
export const EXTERNAL = Object.keys(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')).dependencies)

/** The one file that imports js-yaml. */
const YAML = await findImporter('js-yaml')
const YAML_ENTRY = 'chunks/yaml'

/** The file that makes the code of the worker; `dist` contains the code in its place. */
const WORKER_CODE = join(SRC, 'helm/metadata/file-worker-code.ts')
export const worker = await tsImport(WORKER_CODE, import.meta.url)

const unused = (name) => `export function ${name}() { throw new Error('${name} is not part of oras-helm') }\n`

/** Modules that the bundled packages import, and what replaces them. */
const REPLACED = {
  // Node has Blob, File and FormData itself.
  'fetch-blob': 'export default globalThis.Blob',
  'fetch-blob/from.js': `export const { Blob, File } = globalThis
    ${['fileFromSync', 'fileFrom', 'blobFromSync', 'blobFrom'].map(unused).join('')}`,
  'formdata-polyfill/esm.min.js': `export const { FormData } = globalThis\n${unused('formDataToBlob')}`,
  // Requests go to registries by http and https, and no answer is read as a form.
  'data-uri-to-buffer': `${unused('dataUriToBuffer')}export default dataUriToBuffer`,
  './utils/multipart-parser.js': unused('toFormData'),
  // It imports the package kerberos, which a bundler would look for; the option that needs it is never set.
  'proxy-agent-negotiate': unused('createNegotiateAuth'),
  // It requires "tty", which fails in a bundle of ES modules, and would write the login for a proxy into a log.
  debug: 'const debug = () => {}\nexport default () => debug',
  // A bundle of ES modules cannot require "events" or "fs".
  'events-universal': "export { EventEmitter } from 'node:events'",
  fs: "export { constants } from 'node:fs'",
  // For streams that are read as text.
  'text-decoder': unused('TextDecoder'),
}

/** The exports that are used of packages that are loaded late: an import() would keep all exports, needed or not. */
const TAKEN = {
  'node-fetch': "export { default } from './index.js'",
  // It is CommonJS, whose names an import() does not find in a bundle.
  'tar-stream': "export { default as pack } from './pack.js'",
}

export const replaceModules = {
  name: 'replace-modules',
  setup({ onResolve, onLoad, onEnd }) {
    const unmet = new Set(Object.keys(REPLACED))
    onResolve({ filter: /.*/ }, ({ path, importer }) => {
      if (!(path in REPLACED) || !importer.includes('node_modules')) return undefined
      unmet.delete(path)
      return { path, namespace: 'replaced' }
    })
    onEnd(() => ({ errors: [...unmet].map((path) => ({ text: `nothing imports ${path} any more` })) }))
    onLoad({ filter: /.*/, namespace: 'replaced' }, ({ path }) => ({ contents: REPLACED[path], resolveDir: ROOT }))
    onResolve({ filter: /.*/ }, ({ path }) => (path in TAKEN ? { path, namespace: 'taken' } : undefined))
    onLoad({ filter: /.*/, namespace: 'taken' }, ({ path }) => ({
      contents: TAKEN[path],
      resolveDir: dirname(fileURLToPath(import.meta.resolve(path))),
    }))
  },
}

export const embedWorker = {
  name: 'embed-worker',
  setup({ onLoad }) {
    onLoad({ filter: /file-worker-code\.ts$/ }, () => ({
      contents: `export const code = ${JSON.stringify(worker.code)}`,
    }))
  },
}

/**
 * Marks values that are computed when a file of `src` is loaded as free of side effects, so that bundlers drop unused ones:
 * `sideEffects: false` in package.json says so of every file, but has no effect when files are bundled into one.
 */
const markPure = {
  name: 'mark-pure',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
      contents: withPureValues(await readFile(path, 'utf8')),
      loader: 'ts',
    }))
  },
}

/** Marks the value of every constant at the top of a file, unless it is a plain one. */
function withPureValues(text) {
  const values = ts
    .createSourceFile('file.ts', text, ts.ScriptTarget.Latest)
    .statements.filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations)
    .flatMap(({ initializer }) => (initializer && computes(initializer) ? [initializer] : []))
  let marked = text
  for (const value of values.toReversed()) {
    const code = text.slice(value.pos, value.end)
    // The mark belongs to one call, and does not cover calls among its arguments.
    const pure = isOneCall(value) ? ` /* @__PURE__ */ ${code}` : ` /* @__PURE__ */ (() => (${code}))()`
    marked = marked.slice(0, value.pos) + pure + marked.slice(value.end)
  }
  return marked
}

function isOneCall(node) {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return false
  const { expression, arguments: args = [] } = node
  const isPlain = ts.isIdentifier(expression) || ts.isPropertyAccessExpression(expression)
  return isPlain && !(ts.forEachChild(expression, computes) ?? false) && !args.some(computes)
}

/** Tells whether a value is computed by calls or property accesses, which a bundler does not drop by itself. */
function computes(node) {
  if (ts.isFunctionLike(node)) return false
  return (
    ts.isCallExpression(node) ||
    ts.isNewExpression(node) ||
    ts.isPropertyAccessExpression(node) ||
    ts.isSpreadElement(node) ||
    ts.isTemplateExpression(node) ||
    (ts.forEachChild(node, (child) => computes(child) || undefined) ?? false)
  )
}

// A test imports this file to learn what is bundled, and must not build.
if (process.argv[1] && (await realpath(process.argv[1])) === import.meta.filename) {
  await rm(DIST, { recursive: true, force: true })
  await bundleCode()
  await bundleDeclarations()
}

async function findImporter(name) {
  for (const path of await readdir(SRC, { recursive: true })) {
    if (path.endsWith('.ts') && (await readFile(join(SRC, path), 'utf8')).includes(`from '${name}'`))
      return join(SRC, path)
  }
  throw new Error(`no file imports ${name}`)
}

async function bundleCode() {
  const { metafile, outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [
      ...ENTRIES.map((entry) => ({ in: join(SRC, `${entry}.ts`), out: entry })),
      // js-yaml does not say that it has no side effects: a bundler drops it only together with the file that imports it.
      { in: YAML, out: YAML_ENTRY },
    ],
    outdir: DIST,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: EXTERNAL,
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
    plugins: [replaceModules, embedWorker, markPure],
  })
  for (const { path, text } of outputFiles) {
    // Only the chunk behind this entry is used.
    if (path.startsWith(join(DIST, YAML_ENTRY))) continue
    await mkdir(dirname(path), { recursive: true })
    // An import of a chunk for its side effects, although it has no side effects: bundlers would warn of each.
    await writeFile(path, text.replace(/^import "\.{1,2}\/[^"]+";$/gm, ''))
  }
  await writeFile(
    join(DIST, 'THIRD-PARTY-LICENSES.txt'),
    await readLicences([...Object.keys(metafile.inputs), ...worker.inputs]),
  )
}

/** The folders of the packages that files are from, in their order. */
export function packagesOf(files) {
  const folders = new Set(files.flatMap((file) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []))
  return [...folders].toSorted((a, b) => (a < b ? -1 : 1))
}

/** The licence of every package that files come from. */
async function readLicences(files) {
  const notices = packagesOf(files).map(async (folder) => {
    const { name, version, license } = JSON.parse(await readFile(join(ROOT, folder, 'package.json'), 'utf8'))
    const file = (await readdir(join(ROOT, folder))).find((each) => /^licen[cs]e/i.test(each))
    if (!file) throw new Error(`${name} has no licence to go with its code`)
    return `${name} ${version} (${license})\n\n${(await readFile(join(ROOT, folder, file), 'utf8')).trim()}\n`
  })
  return ['Packages whose code is part of these files.\n', ...(await Promise.all(notices))].join(
    `\n${'-'.repeat(80)}\n`,
  )
}

/** Rolls up the declarations: a file for each entry point, and one shared file, so that each type is declared once. */
async function bundleDeclarations() {
  const bundle = await rollup({
    input: Object.fromEntries(ENTRIES.map((entry) => [entry, join(SRC, `${entry}.ts`)])),
    plugins: [dts({ tsconfig: join(ROOT, 'tsconfig.json'), sourcemap: true })],
    onwarn: (warning) => {
      throw new Error(warning.message)
    },
  })
  const { output } = await bundle.generate({
    dir: DIST,
    entryFileNames: '[name].d.ts',
    chunkFileNames: '[name].d.ts',
    manualChunks: (path) =>
      path.startsWith(join(SRC, 'oras/')) && basename(path) !== 'index.ts' ? 'shared' : undefined,
    minifyInternalExports: false,
    sourcemap: true,
  })
  await bundle.close()
  for (const file of output) {
    if (file.type !== 'chunk') continue
    const { fileName, code, map } = file
    // For a file that it has edited at the end, the plugin makes a source map that leads nowhere.
    const isMapped = map.sources.length > 0 && map.sources.every((source) => /\bsrc[\\/]/.test(source))
    const text = `${code.replace(/\/\/# sourceMappingURL=.*\n?$/, '').trimEnd()}\n`
    const link = `//# sourceMappingURL=${basename(fileName)}.map\n`
    await writeFile(join(DIST, fileName), isMapped ? text + link : text)
    if (isMapped) await writeFile(join(DIST, `${fileName}.map`), JSON.stringify(map))
  }
}
