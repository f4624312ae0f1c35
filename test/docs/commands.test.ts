/** The commands of README and docs; test/examples.test.ts runs the examples with other arguments. */
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectOutput, isOutput } from './check-output.js'
import { type Block, findBlocks, pages, readPage } from './find-blocks.js'
import { runScript, startScript } from './run-scripts.js'

const NEVER_RUN = ['npm ci', 'npm install oras-helm', 'npm install']
const { scripts } = JSON.parse(readPage('package.json').text) as { readonly scripts: Readonly<Record<string, string>> }

const commands = pages
  .flatMap((page) => findBlocks(page))
  .filter(({ language }) => language === 'sh')
  .flatMap((block) => linesOf(block).map((command) => ({ id: block.id, note: block.note, command })))

it('commands are run by this test, are scripts of package.json, or say why they are neither', () => {
  const unknown = commands.filter(({ note, command }) => !note.startsWith('no-run: ') && !isKnown(command))
  expect(unknown).toEqual([])
})

describe('examples/registry.ts and the commands of the README', () => {
  let registry: ReturnType<typeof startScript>
  let host: string
  let greeting: string
  beforeAll(async () => {
    registry = startScript('examples/registry.ts', ['0'])
    const lines = registry.stdout.setEncoding('utf8')
    for (greeting = ''; !greeting.includes('manifests/latest');) greeting += String(await once(lines, 'data'))
    host = /localhost:\d+/.exec(greeting)?.[0] ?? ''
  })
  afterAll(() => void registry.kill('SIGKILL'))

  const blocks = findBlocks(readPage('README.md'))
  const shown = blocks.flatMap((block, index) => {
    const next = blocks[index + 1]
    return block.language === 'sh' && next && isOutput(next) ? [{ id: block.id, block, next }] : []
  })

  it('README shows what comes out of two commands', () => {
    expect(shown).toHaveLength(2)
  })

  // The second one asks for what the first one pushed.
  it.each(shown)('$id prints what is shown', async ({ block, next }) => {
    const [command = '', ...others] = linesOf(block)
    expect(others).toEqual([])
    const output = await runCommand(command.replaceAll('localhost:5000', host))
    expectOutput(next, output.replaceAll(host, 'localhost:5000'))
  })
})

function linesOf({ text }: Block): readonly string[] {
  return text.split('\n').filter((line) => line.trim() !== '')
}

function isKnown(command: string): boolean {
  return command.split('&&').every((part) => {
    const words = part.trim()
    const script = /^npm (?:run )?(\w+)(?: --)?/.exec(words)?.[1] ?? ''
    return NEVER_RUN.includes(words) || script in scripts || /^npx tsx examples\/|^curl /.test(words)
  })
}

async function runCommand(command: string): Promise<string> {
  const [, script, args = ''] = /^npx tsx (examples\/\S+) ?(.*)$/.exec(command) ?? []
  if (script !== undefined) return runScript(script, args.split(' '))
  const [, name = '', value = '', url = ''] = /^curl -s -H '(\S+): (\S+)' (\S+) \| jq$/.exec(command) ?? []
  return (await fetch(url, { headers: { [name]: value } })).text()
}
