/** The table of docs/security.md: which packages of others reach a user, with licence, scripts and binaries. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { fillTables, formatTable } from './architecture-tables.js'
import { readPage, ROOT } from './find-blocks.js'

export const PAGE = 'docs/security.md'

/** A package, as it lies in `node_modules`. */
export interface Dependency {
  readonly name: string
  readonly version: string
  readonly licence: string
  /** How it reaches a user. */
  readonly way: 'installed' | 'part of `dist`'
  /** What npm runs when it is installed. */
  readonly scripts: readonly string[]
  /** Files that are machine code, or that build some. */
  readonly binaries: readonly string[]
}

interface Bundling {
  readonly EXTERNAL: readonly string[]
  readonly replaceModules: Plugin
  readonly embedWorker: Plugin
  /** The code of the worker is made by itself. */
  readonly worker: { readonly inputs: readonly string[] }
  readonly packagesOf: (files: readonly string[]) => readonly string[]
}

/** Finds the packages that are installed with this one, with their dependencies, and those that are bundled. */
export async function findDependencies(): Promise<readonly Dependency[]> {
  // It has no types of its own.
  const bundling = (await import(join(ROOT, 'build.mjs'))) as Bundling
  const installed = new Set<string>()
  const install = (name: string): void => {
    if (installed.has(name)) return
    installed.add(name)
    const { dependencies = {}, optionalDependencies = {} } = readPackage(name)
    for (const each of Object.keys({ ...dependencies, ...optionalDependencies })) install(each)
  }
  for (const name of bundling.EXTERNAL) install(name)
  const bundled = (await findBundled(bundling)).map((folder) => folder.slice('node_modules/'.length))
  return [
    ...[...installed].toSorted().map((name) => describeDependency(name, 'installed')),
    ...bundled.map((name) => describeDependency(name, 'part of `dist`')),
  ]
}

async function findBundled({
  EXTERNAL,
  replaceModules,
  embedWorker,
  worker,
  packagesOf,
}: Bundling): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['index', 'oras/index', 'testing/index'].map((entry) => join(ROOT, 'src', `${entry}.ts`)),
    outdir: 'none',
    bundle: true,
    format: 'esm',
    splitting: true,
    platform: 'node',
    external: [...EXTERNAL],
    metafile: true,
    write: false,
    logLevel: 'error',
    plugins: [replaceModules, embedWorker],
  })
  return packagesOf([...Object.keys(metafile.inputs), ...worker.inputs])
}

interface Package {
  readonly version: string
  readonly license: string
  readonly scripts?: Readonly<Record<string, string>>
  readonly gypfile?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

function readPackage(name: string): Package {
  return JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as Package
}

const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall']
const BINARY = /\.(?:node|wasm|so|dylib|dll|exe|a|lib|gyp|gypi)$/

/** Looks at a package in `node_modules`. */
export function describeDependency(name: string, way: Dependency['way']): Dependency {
  const { version, license, scripts = {}, gypfile } = readPackage(name)
  const files = readdirSync(join(ROOT, 'node_modules', name), { recursive: true, encoding: 'utf8' })
  return {
    name,
    version,
    licence: license,
    way,
    scripts: INSTALL_SCRIPTS.filter((script) => script in scripts),
    binaries: [...files.filter((file) => BINARY.test(file)), ...(gypfile ? ['gypfile'] : [])],
  }
}

/** Makes the table, under the name in the comments around it. */
export function makeTable(dependencies: readonly Dependency[]): Readonly<Record<string, string>> {
  const list = (items: readonly string[]): string => items.map((item) => `\`${item}\``).join(', ') || 'none'
  return {
    dependencies: formatTable(
      ['package', 'version', 'licence', 'how it reaches you', 'install scripts', 'binaries'],
      dependencies.map(({ name, version, licence, way, scripts, binaries }) => [
        `\`${name}\``,
        version,
        licence,
        way,
        list(scripts),
        list(binaries),
      ]),
    ),
  }
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(join(ROOT, PAGE), fillTables(readPage(PAGE).text, makeTable(await findDependencies())))
}
