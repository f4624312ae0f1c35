/** The commands of README and docs, and the examples that they start. */
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { pullChart, pushChart } from '../../src/index.js'
import { expectOutput, isOutput } from './check-output.js'
import { type Block, findBlocks, pages, readPage, ROOT } from './find-blocks.js'
import { runScript, startScript } from './run-scripts.js'

const MYCHART = join(ROOT, 'examples/mychart')
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

  it('says what to do next', () => {
    expect(greeting).toContain(`npx tsx examples/push-chart.ts examples/mychart ${host}/mychart:latest`)
  })

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

  it('push-by-hand.ts makes and pushes what pushChart() does', async () => {
    const { digest } = await pushChart(MYCHART, `oci://${host}/charts`, { dryRun: true })

    const output = await runScript('examples/push-by-hand.ts', [MYCHART, `oci://${host}/charts`])

    expect(output).toBe(`copied oci://${host}/charts/mychart:0.1.0\ndigest ${digest}\n`)
    expect(await pushChart(MYCHART, `oci://${host}/charts`)).toMatchObject({ status: 'unchanged', digest })
  })

  it('pull-chart.ts, inspect-chart.ts and list-versions.ts read what is there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'oras-helm-examples-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const { digest } = await pushChart(MYCHART, `oci://${host}/read`)

    const pulled = await runScript('examples/pull-chart.ts', [`oci://${host}/read/mychart`, folder])
    const inspected = await runScript('examples/inspect-chart.ts', [`oci://${host}/read/mychart`, 'values.yaml'])
    const listed = await runScript('examples/list-versions.ts', [`oci://${host}/read/mychart`, '^0.1'])
    const refused = runScript('examples/list-versions.ts', [`oci://${host}/no/such`])

    await expect(refused).rejects.toThrow(/ended with 1\s+ERR_NOT_FOUND: /)

    expect(pulled).toContain(`digest  ${digest}\n  files   9, in ${join(folder, 'mychart')}\n`)
    expect(await readdir(join(folder, 'mychart'))).toContain('Chart.yaml')
    expect(inspected).toContain(`mychart 0.1.0 (helm), 2611 bytes, ${digest}\n`)
    expect(inspected).toContain('\nreplicas: 1\n')
    expect(listed).toBe('0.1.0\n')
  })

  it('pull-by-hand.ts makes of an artifact what pullChart() does', async () => {
    for (const { reference } of [
      await pushChart(MYCHART, `oci://${host}/by-hand`),
      await pushChart(MYCHART, `${host}/by-hand/split`, { format: 'split' }),
    ]) {
      const { chart, digest, archive } = await pullChart(reference)

      const output = await runScript('examples/pull-by-hand.ts', [reference])

      expect(output.split('\n')).toEqual([
        `mychart 0.1.0, ${chart.files.length} files`,
        `manifest ${digest}`,
        `archive ${archive.descriptor.digest}`,
        '',
      ])
    }
  })

  it('ends when it is told to, with nothing left', async () => {
    registry.kill('SIGTERM')
    const [code] = (await once(registry, 'exit')) as [number | null]

    // Windows knows no signals: there the process just ends.
    if (process.platform !== 'win32') expect(code).toBe(0)
    await expect(fetch(`http://${host}/v2/`)).rejects.toThrow()
  })
})

it('npm run demo pushes two layers, and then nothing but a manifest', async () => {
  expect(scripts['demo']).toBe('tsx examples/push-chart.ts')

  const [first = '', second = ''] = (await runScript('examples/push-chart.ts', [])).split('The same content')

  const count = (text: string, word: string): number => text.split('\n').filter((line) => line.includes(word)).length
  expect([count(first, '  uploaded '), count(first, '  reused ')]).toEqual([4, 0])
  expect([count(second, '  uploaded '), count(second, '  reused ')]).toEqual([1, 3])
  for (const part of [first, second]) {
    const manifest = JSON.parse(part.slice(part.indexOf('{'))) as { readonly layers: readonly object[] }
    expect(manifest.layers).toHaveLength(2)
  }
})

it('push-by-hand.ts needs no arguments', async () => {
  expect(await runScript('examples/push-by-hand.ts', [])).toMatch(/^copied oci:\/\/127\.0\.0\.1:\d+\/charts\/mychart:/)
})

it.each([
  ['pull-by-hand.ts', /^mychart 0\.1\.0, 9 files\nmanifest sha256:/],
  ['pull-chart.ts', /^pulled mychart 0\.1\.0 \(helm\)$/m],
  ['inspect-chart.ts', /^mychart 0\.1\.0 \(helm\), 2611 bytes, sha256:/m],
  [
    'release.ts',
    /^401 HEAD \/v2\/charts\/mychart\/manifests\/0\.1\.0\n200 GET \/token\n[^]*^401 PUT [^]*^200 GET \/token\n201 PUT [^]*^pushed sha256:4ce4148add64/m,
  ],
  ['list-versions.ts', /^1\.10\.0\n1\.9\.0\+build\.7 \(tag 1\.9\.0_build\.7\)\n1\.0\.0\n0\.9\.0\nother tags: newest$/m],
])('%s needs no arguments', async (example, output) => {
  expect(await runScript(`examples/${example}`, [])).toMatch(output)
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
