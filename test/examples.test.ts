/** The examples: each is a program with a usage, right and wrong arguments, and failures without a stack. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packChart, pullChart, pushChart, readChart } from '../src/index.js'
import { startRegistry, type TestRegistry } from '../src/testing/index.js'
import { ROOT } from './docs/find-blocks.js'
import { runScript, startScript } from './docs/run-scripts.js'
import { chartFiles } from './support/make-chart-folder.js'
import { skipBecause, skipOnWindows } from './support/skip-because.js'

const MYCHART = join(ROOT, 'examples/mychart')
const NAMES = readdirSync(join(ROOT, 'examples'))
  .filter((name) => name.endsWith('.ts') && name !== 'run-program.ts')
  .map((name) => name.slice(0, -3))

/** Arguments that no program takes, each with a part of what it says to them. */
const WRONG: Readonly<Record<string, readonly (readonly [says: string, ...args: string[]])[]>> = {
  demo: [
    ['too many arguments: mychart', 'mychart'],
    ["Unknown option '--nonsense'", '--nonsense'],
  ],
  registry: [
    ['not a port: nonsense', 'nonsense'],
    ['not a port: 65536', '65536'],
    ['too many arguments: 1', '0', '1'],
  ],
  'push-chart': [
    ['missing: <chart> <reference>'],
    ['missing: <chart>', '', 'oci://localhost:1/charts'],
    ['missing: <reference>', 'mychart', ''],
    ['"localhost"', 'mychart', 'localhost'],
    ['too many', 'a', 'b', 'c'],
  ],
  'pull-chart': [
    ['missing: <reference>'],
    ['missing: [folder]', 'localhost:1/x:1', ''],
    ['"nonsense"', 'nonsense'],
    ['too many arguments: c', 'a', 'b', 'c'],
  ],
  'push-by-hand': [['missing: <chart> <reference>'], ['missing: <reference>', 'mychart']],
  'pull-by-hand': [['missing: <reference>'], ['too many arguments: c', 'a', 'b', 'c']],
  'release-charts': [
    ['missing: <folder> <reference>'],
    ['missing: <reference>', 'nonsense'],
    ['must begin with oci://', 'charts', 'localhost:1/charts'],
    ['have no tag', 'charts', 'oci://localhost:1/charts:1.0.0'],
  ],
}

let programs: string
let registry: TestRegistry
beforeAll(async () => {
  programs = await buildPrograms()
  registry = await startRegistry()
})
afterAll(async () => {
  await registry.close()
  await rm(programs, { recursive: true, force: true })
})

it('has wrong arguments for every example', () => {
  expect(Object.keys(WRONG).toSorted()).toEqual(NAMES.toSorted())
})

describe.concurrent.each(NAMES)('%s', (name) => {
  it('prints its usage on stdout and ends with 0: --help', async () => {
    const { code, stdout, stderr } = await run(name, ['--help'])

    expect(stdout).toMatch(name === 'demo' ? /^usage: npm run demo\n/ : `usage: ${name}.ts `)
    expect([code, stderr]).toEqual([0, ''])
  })

  it.each(WRONG[name] ?? [])('prints its usage on stderr and ends with 2: %s', async (says, ...args) => {
    const { code, stdout, stderr } = await run(name, args)

    expect(stderr.split('\n')[0]).toContain(says)
    expect(stderr).toMatch(/\n\nusage: \S/)
    expect([code, stdout]).toEqual([2, ''])
  })
})

it('-h is --help', async () => {
  expect(await run('demo', ['-h'])).toEqual(await run('demo', ['--help']))
})

describe.concurrent('an ordinary failure is a code, a message and a hint, without a stack, and ends with 1', () => {
  it.each([
    ['push-chart', ['no-such-chart', 'oci://localhost:1/charts'], /^ERR_NOT_FOUND: .*no-such-chart/],
    ['push-by-hand', ['no-such-chart', 'oci://localhost:1/charts'], /^ERR_NOT_FOUND: .*no-such-chart/],
    ['pull-chart', ['oci://HOST/no/such'], /^ERR_NOT_FOUND: .*no\/such/],
    ['pull-by-hand', ['HOST/no/such'], /^ERR_NOT_FOUND: there is no latest in .*no\/such/],
    ['release-charts', ['no-such-folder', 'oci://localhost:1/charts'], /^ENOENT: .*no-such-folder/],
    ['release-charts', [MYCHART, 'oci://localhost:1/charts'], /^ERR_NOT_FOUND: there is no chart in /],
  ])('%s %j', async (name, args, says) => {
    const { code, stdout, stderr } = await run(
      name,
      args.map((arg) => arg.replace('HOST', registry.host)),
    )

    expect(stderr).toMatch(says)
    expect(stderr.trimEnd().split('\n')).toEqual([expect.anything(), expect.stringMatching(/^[A-Z].*\.$/)])
    expect([code, stdout]).toEqual([1, ''])
  })
})

it('npm run demo pushes two layers, and then nothing but a manifest', async () => {
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { scripts: { demo: string } }
  expect(scripts.demo).toBe('tsx examples/demo.ts')

  const [first = '', second = ''] = (await runScript('examples/demo.ts', [])).split('The same content')

  const count = (output: string, word: string): number => output.split(`  ${word} `).length - 1
  expect([count(first, 'uploaded'), count(first, 'reused')]).toEqual([4, 0])
  expect([count(second, 'uploaded'), count(second, 'reused')]).toEqual([1, 3])
  for (const part of [first, second]) {
    const manifest = JSON.parse(part.slice(part.indexOf('{'))) as { readonly layers: readonly object[] }
    expect(manifest.layers).toHaveLength(2)
  }
})

describe.concurrent('a chart', () => {
  it('is pushed by push-chart, which says what was sent, and then that it is there', async () => {
    const reference = `oci://${registry.host}/pushed`

    const first = await run('push-chart', [MYCHART, reference])
    const second = await run('push-chart', [MYCHART, reference])

    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(first.stdout).toContain(`pushed mychart 0.1.0 to ${reference}/mychart:0.1.0 (helm)\n  uploaded  sha256:`)
    expect(second.stdout).toContain(`unchanged mychart 0.1.0 to ${reference}/mychart:0.1.0 (helm)\n  reused    sha256:`)
    expect(Object.keys(registry.tags('pushed/mychart'))).toEqual(['0.1.0'])
  })

  it('is pushed by push-by-hand as pushChart() does', async () => {
    const reference = `oci://${registry.host}/by-hand`
    const { digest } = await pushChart(MYCHART, reference, { dryRun: true })

    const { code, stdout } = await run('push-by-hand', [MYCHART, reference])

    expect([code, stdout]).toEqual([0, `copied ${reference}/mychart:0.1.0\ndigest ${digest}\n`])
    expect(await pushChart(MYCHART, reference)).toMatchObject({ status: 'unchanged', digest })
  })

  it('is unpacked by pull-chart into the folder of its name, which is not replaced', async () => {
    const folder = makeFolder()
    const { digest } = await pushChart(MYCHART, `oci://${registry.host}/pulled`)

    const { code, stdout } = await run('pull-chart', [`oci://${registry.host}/pulled/mychart`, folder])
    const again = await run('pull-chart', [`oci://${registry.host}/pulled/mychart`, folder])

    expect(code).toBe(0)
    expect(stdout).toContain(`  digest  ${digest}\n  files   9, in ${join(folder, 'mychart')}\n`)
    expect(await readdir(join(folder, 'mychart'))).toContain('Chart.yaml')
    expect(again).toMatchObject({ code: 1, stderr: expect.stringMatching(/^ERR_ALREADY_EXISTS: /) as string })
  })

  it('is pulled by pull-by-hand in both formats as pullChart() does', async () => {
    for (const { reference, format } of [
      await pushChart(MYCHART, `oci://${registry.host}/by-hand/helm`),
      await pushChart(MYCHART, `${registry.host}/by-hand/split`, { format: 'split' }),
    ]) {
      const folder = makeFolder()
      const { chart, digest, archive } = await pullChart(reference)

      const { code, stdout } = await run('pull-by-hand', [reference, folder])

      const path = join(folder, 'mychart-0.1.0.tgz')
      expect(stdout.split('\n'), format).toEqual([
        `mychart 0.1.0, ${chart.files.length} files, in ${path}`,
        `manifest ${digest}`,
        `archive ${archive.descriptor.digest}`,
        '',
      ])
      expect(code).toBe(0)
      expect((await readChart(path)).archive?.descriptor.digest).toBe(archive.descriptor.digest)
    }
  })
})

describe.concurrent('release-charts', () => {
  it('releases every chart that it can, names the others, and ends with 1', async () => {
    const reference = `oci://${registry.host}/released`
    const folder = await makeCharts({ first: '1.0.0', second: '2.0.0+build.7', third: '3.0.0' }, 'one')
    await writeFile(join(folder, 'third/Chart.yaml'), 'name: third\n')
    await writeFile(join(folder, 'fourth.tgz'), 'no archive')
    await writeFile(join(folder, 'README.md'), 'no chart')

    const { code, stdout, stderr } = await run('release-charts', [folder, reference])

    expect(stdout.split('\n')).toEqual([
      `pushed     ${reference}/first:1.0.0`,
      `pushed     ${reference}/second:2.0.0_build.7`,
      '',
    ])
    expect(stderr).toMatch(
      /^failed {5}\S+fourth\.tgz\nERR_INVALID_ARCHIVE: .*\n.+\nfailed {5}\S+third\nERR_INVALID_CHART: .*\n.+\n$/,
    )
    expect(code).toBe(1)
    expect(registry.repositories().filter((name) => name.startsWith('released/'))).toEqual([
      'released/first',
      'released/second',
    ])
  })

  it('leaves a version that is there as it is, and says so if its content is another', async () => {
    const reference = `oci://${registry.host}/skipped`
    const folder = await makeCharts({ first: '1.0.0', second: '2.0.0' }, 'one')
    const released = await pushChart(join(folder, 'first'), reference)
    await pushChart(join(folder, 'second'), reference)
    await writeFile(join(folder, 'first/values.yaml'), 'content: another\n')

    const { code, stdout } = await run('release-charts', [folder, reference])

    expect(stdout).toMatch(/^skipped {4}\S+first:1\.0\.0 \(this version is there with other content.*\n/)
    expect(stdout).toContain(`\nunchanged  ${reference}/second:2.0.0\n`)
    expect(code).toBe(0)
    expect(registry.tags('skipped/first')).toEqual({ '1.0.0': released.digest })
  })

  it('prints all results as JSON with --json, failures with code, message and hint', async () => {
    const folder = await makeCharts({ first: '1.0.0', second: 'one' }, 'one')
    const archive = await packChart(await readChart(MYCHART))
    await writeFile(join(folder, 'mychart.tgz'), archive.open())

    const { code, stdout } = await run('release-charts', [folder, `oci://${registry.host}/json`, '--json'])

    expect(JSON.parse(stdout)).toEqual([
      expect.objectContaining({
        path: join(folder, 'first'),
        status: 'pushed',
        chart: { name: 'first', version: '1.0.0' },
      }),
      expect.objectContaining({ path: join(folder, 'mychart.tgz'), status: 'pushed', size: 2611 }),
      {
        path: join(folder, 'second'),
        status: 'failed',
        code: 'ERR_INVALID_CHART',
        message: expect.stringContaining('version') as string,
        hint: expect.any(String) as string,
      },
    ])
    expect(code).toBe(1)
  })

  it('logs in with REGISTRY_USERNAME and REGISTRY_PASSWORD, and wants both', async ({ onTestFinished }) => {
    const auth = { scheme: 'basic', username: 'ada', password: 'lovelace' } as const
    const guarded = await startRegistry({ auth })
    onTestFinished(() => guarded.close())
    const folder = await makeCharts({ first: '1.0.0' }, 'one')
    const release = async (env: NodeJS.ProcessEnv) =>
      run('release-charts', [folder, `oci://${guarded.host}/charts`], { env })

    expect(await release({ REGISTRY_USERNAME: 'ada' })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^REGISTRY_USERNAME and REGISTRY_PASSWORD must both be set/) as string,
    })
    expect(await release({ REGISTRY_USERNAME: 'ada', REGISTRY_PASSWORD: 'wrong' })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('ERR_UNAUTHORIZED') as string,
    })
    expect(await release({ REGISTRY_USERNAME: 'ada', REGISTRY_PASSWORD: 'lovelace' })).toMatchObject({ code: 0 })
    expect(guarded.repositories()).toEqual(['charts/first'])
  })

  it.skipIf(skipOnWindows('Ctrl-C in an example'))(
    'is cancelled by Ctrl-C, and tells what was done by then',
    async ({ onTestFinished }) => {
      const folder = await makeCharts({ first: '1.0.0', second: '2.0.0' }, 'one')
      const asked = new EventEmitter()
      const silent = await startRegistry({
        async intercept({ method, path }) {
          if (method !== 'PUT' || !path.includes('/second/manifests/')) return undefined
          asked.emit('second')
          return new Promise(() => {})
        },
      })
      onTestFinished(() => silent.close())

      const program = start('release-charts', [folder, `oci://${silent.host}/charts`, '--json'])
      const ended = end(program)
      await once(asked, 'second')
      program.kill('SIGINT')
      const { code, stdout, stderr } = await ended

      expect([code, stderr]).toEqual([130, 'cancelled\n'])
      expect(JSON.parse(stdout)).toMatchObject([{ status: 'pushed', chart: { name: 'first' } }])
      expect(silent.tags('charts/second')).toEqual({})
    },
  )

  const noTerminal = !existsSync('/usr/bin/script') || process.platform !== 'linux'
  it.skipIf(skipBecause(noTerminal && 'there is no script of util-linux', 'progress on a terminal'))(
    'shows on a terminal which chart is on its way, and how far it is',
    async () => {
      const folder = await makeCharts({ first: '1.0.0', second: '2.0.0' }, 'one')
      const command = `'${process.execPath}' '${programs}/release-charts.mjs' . oci://${registry.host}/shown`

      const { code, stdout } = await end(
        spawn('script', ['-qec', command, '/dev/null'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] }),
      )

      expect(stdout).toContain('\r[1/2] first\u001b[K')
      expect(stdout).toMatch(/\r\[2\/2\] second {2}\d+ of \d+ bytes\u001b\[K/)
      expect(stdout).toContain(`\r\u001b[Kpushed     oci://${registry.host}/shown/second:2.0.0`)
      expect(code).toBe(0)
    },
  )
})

describe.concurrent('registry', () => {
  it('says that the port is in use, and ends with 1', async ({ onTestFinished }) => {
    const server = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo

    const { code, stdout, stderr } = await run('registry', [String(port)])

    expect(stderr).toBe(`EADDRINUSE: port ${port} is in use\nGive another port, or 0 for a free one.\n`)
    expect([code, stdout]).toEqual([1, ''])
  })

  it('says what to do next, and ends with 0 when it is told to, with nothing left', async () => {
    const program = startScript('examples/registry.ts', ['0'])
    const ended = end(program)
    const lines = program.stdout.setEncoding('utf8')
    let greeting = ''
    while (!greeting.includes('manifests/latest')) greeting += String(await once(lines, 'data'))
    const host = /localhost:\d+/.exec(greeting)?.[0] ?? ''
    expect(greeting).toContain(`npx tsx examples/push-chart.ts examples/mychart ${host}/mychart:latest`)
    expect((await fetch(`http://${host}/v2/`)).status).toBe(200)

    program.kill('SIGTERM')

    const { code } = await ended
    // Windows knows no signals: there the process just ends.
    if (process.platform !== 'win32') expect(code).toBe(0)
    await expect(fetch(`http://${host}/v2/`)).rejects.toThrow()
  })

  it('takes port 5000 without arguments, or says that this is in use', async () => {
    const program = start('registry', [])
    const ended = end(program)
    await Promise.race([once(program.stdout, 'data'), once(program.stderr, 'data')])
    program.kill()
    const { stdout, stderr } = await ended

    expect(stdout + stderr).toMatch(/listening on http:\/\/localhost:5000;|port 5000 is in use/)
  })

  it.skipIf(skipOnWindows('the end of npx'))(
    'ends when npx is killed, though a shell and tsx live on',
    async ({ onTestFinished }) => {
      // As npx does: it starts a shell, which starts tsx, which starts the program.
      const tsx = createRequire(import.meta.url).resolve('tsx/cli')
      const command = `'${process.execPath}' '${tsx}' '${join(ROOT, 'examples/registry.ts')}' 0; exit $?`
      const npx = `require('node:child_process').spawn('sh', ['-c', ${JSON.stringify(command)}], { stdio: 'inherit' })`
      const parent = spawn(process.execPath, ['-e', npx], {
        cwd: ROOT,
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      })
      onTestFinished(() => endGroup(parent.pid))
      // The pipes are closed when the last of the four processes has ended.
      const ended = end(parent)
      const [greeting] = (await once(parent.stdout, 'data')) as [Buffer]
      const socket = connect(Number(/localhost:(\d+)/.exec(String(greeting))?.[1]), '127.0.0.1')
      await once(socket, 'connect')
      socket.resume()

      parent.kill('SIGKILL')

      await once(socket, 'close')
      expect((await ended).code).toBe(null)
    },
  )
})

/** Ends what a failed test has left. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // As it should be: nothing is left.
  }
}

/** Builds the examples: Node starts a built one in a tenth of the time that `tsx` takes. */
async function buildPrograms(): Promise<string> {
  const cache = join(ROOT, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const outdir = mkdtempSync(join(cache, 'examples-'))
  await build({
    absWorkingDir: ROOT,
    entryPoints: NAMES.map((name) => `examples/${name}.ts`),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    target: 'node20',
  })
  await cp(MYCHART, join(outdir, 'mychart'), { recursive: true })
  return outdir
}

type Program = ChildProcessByStdio<null, Readable, Readable>

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function start(name: string, args: readonly string[], options: { readonly env?: NodeJS.ProcessEnv } = {}): Program {
  return spawn(process.execPath, [join(programs, `${name}.mjs`), ...args], {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // More than any of them takes, and an end to what hangs.
    timeout: 100_000,
    killSignal: 'SIGKILL',
  })
}

async function end(program: Program): Promise<Ended> {
  const closed = once(program, 'close') as Promise<[number | null]>
  const [stdout, stderr, [code]] = await Promise.all([text(program.stdout), text(program.stderr), closed])
  return { code, stdout, stderr }
}

async function run(...program: Parameters<typeof start>): Promise<Ended> {
  return end(start(...program))
}

const folders: string[] = []
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

/** Makes a folder that goes away with this file: tests that run side by side share the hooks of the end of a test. */
function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'oras-helm-examples-'))
  folders.push(folder)
  return folder
}

/** Makes a folder of charts, each with its version. */
async function makeCharts(versions: Readonly<Record<string, string>>, content: string): Promise<string> {
  const folder = makeFolder()
  for (const [name, version] of Object.entries(versions)) {
    for (const [path, bytes] of Object.entries(chartFiles(name, version, content))) {
      await mkdir(join(folder, name, path, '..'), { recursive: true })
      await writeFile(join(folder, name, path), bytes)
    }
  }
  return folder
}
