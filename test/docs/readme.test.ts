/** The README: its first screen runs, its numbers are counted, and its links work on the page of a package too. */
import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { pullChart, pushChart } from '../../src/index.js'
import { startRegistry, type TestRegistry } from '../../src/testing/index.js'
import { makeFolder } from '../support/make-folder.js'
import { setVariables } from '../support/set-variables.js'
import { expectOutput } from './check-output.js'
import { type Block, findBlocks, readPage, ROOT } from './find-blocks.js'
import type { RunPlan } from './run-blocks.js'
import { runScript } from './run-scripts.js'

const MYCHART = join(ROOT, 'examples/mychart')
const LOGIN = { username: 'ada', password: 'lovelace' }
const SCREEN = 40

const page = readPage('README.md')
const lines = page.text.split('\n')
const blocks = findBlocks(page)
const { version, files } = JSON.parse(readPage('package.json').text) as { version: string; files: readonly string[] }

it('is at most 150 lines long', () => {
  expect(lines.length - 1).toBeLessThanOrEqual(150)
})

describe('its first screen', () => {
  const screen = findBlocks({ path: page.path, text: lines.slice(0, SCREEN).join('\n') })
  const [install, first, firstOutput, second, secondOutput] = screen as [Block, Block, Block, Block, Block]

  it('holds how to install it, and two programs with what they print', () => {
    expect(screen.map(({ language }) => language)).toEqual(['sh', 'ts', 'text', 'ts', 'text'])
    expect(install.text).toBe('npm install oras-helm\n')
  })

  it('begins with a program that needs nothing but the package', async () => {
    expect(first.text).not.toMatch(/localhost|process\.env|from '(?!oras-helm)/)

    expectOutput(firstOutput, await runBlock(first.text, await makeFolder()))
  })

  it('goes to a real registry with the login of the environment', async () => {
    const registry = await openRegistry({ auth: { scheme: 'bearer', ...LOGIN } })
    const folder = await makeFolder()
    await cp(MYCHART, join(folder, 'mychart'), { recursive: true })
    const program = second.text.replaceAll('ghcr.io', registry.host)
    expect(program).not.toBe(second.text)

    setVariables({ GITHUB_ACTOR: LOGIN.username, GITHUB_TOKEN: 'wrong' })
    expect(await runBlock(program, folder)).toContain('UnauthorizedError')

    setVariables({ GITHUB_TOKEN: LOGIN.password })
    const output = await runBlock(program, folder)
    expectOutput(secondOutput, output.replaceAll(registry.host, 'ghcr.io'))
    expect(registry.repositories()).toEqual(['acme/charts/mychart'])
  })
})

describe('its table', () => {
  const rows = lines.filter((line) => line.startsWith('| ')).map((line) => line.split('|').map((cell) => cell.trim()))
  const ours = (title: string): string => rows.find(([, first = '']) => first.includes(title))?.[2] ?? ''

  it('has our requests, without and with tokens', async () => {
    const [without, withTokens] = [await countRequests(false), await countRequests(true)]

    expect(ours('first push')).toBe(`${without.cold} (${withTokens.cold})`)
    expect(ours('what is there')).toBe(`${without.warm} (${withTokens.warm})`)
    expect(ours('a pull')).toBe(`${without.pull} (${withTokens.pull})`)
  })

  it('has our version', () => {
    expect(lines.find((line) => line.startsWith('| | '))).toContain(`| oras-helm ${version.replace(/\.\d+$/, '')} |`)
  })
})

it('shows the manifest with two layers, and the request that gets it', async () => {
  const registry = await openRegistry()
  await pushChart(MYCHART, `${registry.host}/mychart:latest`, { format: 'split' })
  const index = blocks.findIndex(({ text }) => text.startsWith('curl '))
  const [command, output] = [blocks[index] as Block, blocks[index + 1] as Block]
  const [, name = '', value = '', url = ''] = /^curl -s -H '(\S+): (\S+)' (\S+) \| jq\n$/.exec(command.text) ?? []

  const answer = await fetch(url.replace('localhost:5000', registry.host), { headers: { [name]: value } })

  expectOutput(output, await answer.text())
})

it('links to headings of its own and to other sites alone: a package page has no other files', () => {
  const targets = [...page.text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
  expect(targets.length).toBeGreaterThan(5)
  expect(targets.filter((target) => !/^(?:#|https:\/\/)/.test(target))).toEqual([])
})

it('names files of the package by their paths', () => {
  const prose = page.text.replace(/^```[^]*?^```$/gm, '')
  const paths = [...prose.matchAll(/`((?:docs|examples|src|test)\/[^`]*)`/g)].map(([, path = '']) => path)
  expect(paths.length).toBeGreaterThan(5)
  expect(paths.filter((path) => !files.includes(path.split('/')[0] ?? ''))).toEqual([])
})

it('tells how many codes errors have', () => {
  const codes = readPage('docs/errors.md').text.match(/^## `?ERR_/gm) ?? []
  expect(page.text).toContain(`a \`code\` out of ${codes.length}`)
})

describe('the version of package.json', () => {
  it('is the newest in CHANGELOG.md', () => {
    const [, newest] = /^## \[?(\d+\.\d+\.\d+[^\]\s]*)/m.exec(readPage('CHANGELOG.md').text) ?? []
    expect(newest).toBe(version)
  })

  it('is that of the lockfile', () => {
    const { packages } = JSON.parse(readPage('package-lock.json').text) as { packages: Record<string, object> }
    expect(packages['']).toMatchObject({ version })
  })
})

async function openRegistry(options?: Parameters<typeof startRegistry>[0]): Promise<TestRegistry> {
  const registry = await startRegistry(options)
  onTestFinished(() => registry.close())
  return registry
}

/** Gives what a program prints; if it fails, its error too. */
async function runBlock(text: string, folder: string): Promise<string> {
  const plan: RunPlan = { folder, groups: [{ isSeeded: false, blocks: [{ id: page.path, text }] }] }
  const path = join(folder, 'plan.json')
  await writeFile(path, JSON.stringify(plan))
  const printed = await runScript('test/docs/run-blocks.ts', [path], { cwd: folder })
  return printed.slice(printed.indexOf('\n') + 1)
}

interface Counts {
  readonly cold: number
  readonly warm: number
  readonly pull: number
}

async function countRequests(withTokens: boolean): Promise<Counts> {
  const registry = await openRegistry(withTokens ? { auth: { scheme: 'bearer', ...LOGIN } } : {})
  const credentials = withTokens ? LOGIN : 'anonymous'
  const count = async (work: Promise<object>): Promise<number> => {
    await work
    const { length } = registry.requests
    registry.clearRequests()
    return length
  }
  const parent = `oci://${registry.host}/charts`
  return {
    cold: await count(pushChart(MYCHART, parent, { credentials })),
    warm: await count(pushChart(MYCHART, parent, { credentials })),
    pull: await count(pullChart(`${parent}/mychart:0.1.0`, { credentials })),
  }
}
