/** A chart with long names, and names in other scripts, packed by every program that this machine has: each is read. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readChart } from '../../src/index.js'
import { skipBecause } from '../support/skip-because.js'

const SHORT = ['Chart.yaml', 'values.yaml', 'templates/a.yaml', 'docs/ü 😀.md', 'package.json']
const LONG = [
  `docs/${'long-'.repeat(20)}name.md`,
  `docs/${'ä'.repeat(60)}.md`,
  `docs/${`${'folder-'.repeat(10)}/`.repeat(5)}name.md`,
  `docs/${'n'.repeat(240)}`,
]
const TEXTS: Readonly<Record<string, string>> = {
  'Chart.yaml': 'apiVersion: v2\nname: mychart\nversion: 1.0.0\n',
  'package.json': '{ "name": "mychart", "version": "1.0.0" }\n',
}

const textOf = (path: string): string => TEXTS[path] ?? `# ${path}\n`

/** How one program packs the folder `mychart` in the current folder; what it prints is the archive. */
interface Packer {
  readonly name: string
  readonly command: readonly [string, ...string[]]
  /** Whether the format cannot hold long names. */
  readonly short?: boolean
}

const python = (format: string): Packer => ({
  name: `Python's tarfile, ${format}`,
  command: [
    'python3',
    '-c',
    `import sys, tarfile; tarfile.open(fileobj=sys.stdout.buffer, mode='w|gz', format=tarfile.${format}).add('mychart')`,
  ],
  ...(format === 'USTAR_FORMAT' && { short: true }),
})
const tar = (format: string): Packer => ({
  name: `tar, ${format}`,
  command: ['tar', `--format=${format}`, '-czf', '-', 'mychart'],
  short: format === 'ustar' || format === 'v7',
})
const bsdtar = (format: string): Packer => ({
  name: `bsdtar, ${format}`,
  command: ['bsdtar', `--format=${format}`, '-czf', '-', 'mychart'],
  short: format === 'ustar',
})

const PACKERS: readonly Packer[] = [
  ...['gnu', 'oldgnu', 'pax', 'ustar', 'v7'].map(tar),
  { name: 'tar, of the folder as it is typed', command: ['tar', '-czf', '-', 'mychart/.'] },
  { name: 'tar, from within the folder', command: ['tar', '-C', 'mychart', '-czf', '-', '.'] },
  { name: 'tar, with attributes', command: ['tar', '--format=pax', '--xattrs', '--acls', '-czf', '-', 'mychart'] },
  ...['gnutar', 'pax', 'paxr', 'ustar'].map(bsdtar),
  ...['GNU_FORMAT', 'PAX_FORMAT', 'USTAR_FORMAT'].map(python),
  { name: 'busybox', command: ['busybox', 'tar', '-czf', '-', 'mychart'] },
  {
    name: 'git archive',
    command: [
      'sh',
      '-c',
      'cd mychart && git init -q && git add -A && git -c user.name=x -c user.email=x@example.com commit -qm x && git archive --format=tar.gz --prefix=mychart/ HEAD',
    ],
  },
  { name: 'npm pack', command: ['sh', '-c', 'cd mychart && npm pack --silent >/dev/null && cat mychart-1.0.0.tgz'] },
]

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oras-helm-interop-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }), 300_000)

describe('readers of archives', () => {
  describe('ordinary archives are read', () => {
    for (const [at, { name, command, short = false }] of PACKERS.entries()) {
      const paths = short ? SHORT : [...SHORT, ...LONG]
      const program = command[0] === 'sh' ? (name.split(' ')[0] ?? '') : command[0]
      const { error } = spawnSync(program, ['--help'])
      it.skipIf(skipBecause(error && `${program} is not installed`, `a chart packed by ${name}`))(
        `packed by ${name}`,
        async () => {
          const cwd = join(folder, String(at))
          for (const path of paths) {
            await mkdir(dirname(join(cwd, 'mychart', path)), { recursive: true })
            await writeFile(join(cwd, 'mychart', path), textOf(path))
          }
          const [file, ...args] = command
          const packed = execFileSync(file, args, {
            cwd,
            maxBuffer: 64 * 1024 * 1024,
            stdio: ['ignore', 'pipe', 'pipe'],
          })

          const { files } = await readChart(packed)
          const texts = files.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()])
          expect(Object.fromEntries(texts)).toEqual(Object.fromEntries(paths.map((path) => [path, textOf(path)])))
        },
        60_000,
      )
    }
  })
})
