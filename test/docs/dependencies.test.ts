/** docs/security.md lists all packages whose code reaches a user. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { fillTables } from './architecture-tables.js'
import { type Dependency, describeDependency, findDependencies, makeTable, PAGE } from './dependency-table.js'
import { readPage, ROOT } from './find-blocks.js'

let dependencies: readonly Dependency[]
beforeAll(async () => {
  dependencies = await findDependencies()
})

it('has the table that `npm run tables` writes: a new package, version or licence must be reviewed', () => {
  const page = readPage(PAGE).text
  expect(page).toBe(fillTables(page, makeTable(dependencies)))
})

it('lists the versions that the lockfile has', () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string; license: string; hasInstallScript?: boolean; dev?: boolean }>
  }
  const locked = (name: string): unknown => {
    const { version, license, hasInstallScript = false } = packages[`node_modules/${name}`] ?? {}
    return { name, version, licence: license, hasInstallScript }
  }

  expect(
    dependencies.map(({ name, version, licence }) => ({ name, version, licence, hasInstallScript: false })),
  ).toEqual(dependencies.map(({ name }) => locked(name)))
  // What the lockfile would install for a user, and nothing else.
  const installed = dependencies.filter(({ way }) => way === 'installed').map(({ name }) => `node_modules/${name}`)
  expect(installed).toEqual(Object.keys(packages).filter((path) => path !== '' && packages[path]?.dev !== true))
})

it('no package runs a script when it is installed, or contains machine code', () => {
  expect(dependencies.length).toBeGreaterThan(5)
  expect(dependencies.filter(({ scripts, binaries }) => scripts.length + binaries.length > 0)).toEqual([])
  // The check can fail: this package runs a script.
  expect(describeDependency('esbuild', 'installed').scripts).toEqual(['postinstall'])
})

it('allows only licences that demand no more than a copy of their text', () => {
  const allowed = new Set(['MIT', 'Apache-2.0', 'PSF-2.0', '(MIT AND Zlib)'])
  expect(dependencies.filter(({ licence }) => !allowed.has(licence))).toEqual([])
})
