/** Asks other programs what is in archives: Go and Helm through a Go program, Python through a script, GNU tar, bsdtar. */
import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'

/** Name, kind and SHA-256 of one entry; folders without the slash behind them. */
export type SeenEntry = readonly [name: string, kind: string, sha256: string]

/** What one program reads, or why it refuses the archive. */
export type Sight = { readonly refusal: string } | readonly SeenEntry[]

/** Asks Go's archive/tar and both versions of Helm, by the program for Helm's own code. */
export async function askGo(
  program: string,
  paths: readonly string[],
): Promise<Readonly<Record<'go' | 'helm3' | 'helm4', readonly Sight[]>>> {
  type View = { readonly refusal?: string; readonly entries?: readonly SeenEntry[] }
  const lines = (await ask(program, ['entries'], paths)).map(
    (line) => JSON.parse(line) as Record<'go' | 'helm3' | 'helm4', View>,
  )
  const sights = (of: 'go' | 'helm3' | 'helm4'): readonly Sight[] =>
    lines.map(({ [of]: { refusal, entries = [] } }) => (refusal === undefined ? entries.map(plainEntry) : { refusal }))
  return { go: sights('go'), helm3: sights('helm3'), helm4: sights('helm4') }
}

/** Asks Python's tarfile. */
export async function askPython(paths: readonly string[]): Promise<readonly Sight[]> {
  const lines = await ask('python3', [join(import.meta.dirname, 'archive-readers/list-entries.py')], paths)
  return lines.map((line) => {
    const sight = JSON.parse(line) as Sight
    return 'refusal' in sight ? sight : sight.map(plainEntry)
  })
}

/** Asks GNU tar, which is started for each archive. */
export async function askGnuTar(path: string): Promise<Sight> {
  // The list goes to stderr, because the bytes go to stdout.
  const args = ['-xvvOzPf', path, '--numeric-owner', '--quoting-style=escape']
  return run('tar', args, (bytes, list) => {
    const entries = list
      .filter((line) => !line.startsWith('tar: '))
      .map((line) => /^(.)\S+ \S+ +(\d+) [\d-]+ [\d:]+ (.*)$/.exec(line))
    let at = 0
    return entries.map((entry): SeenEntry => {
      const [, type = '', size = '', name = ''] = entry ?? []
      const end = at + (KINDS[type] === 'file' ? Number(size) : 0)
      const sha256 = hash(bytes.subarray(at, end))
      at = end
      return plainEntry([unescape(name), KINDS[type] ?? 'other', sha256])
    })
  })
}

/** Asks bsdtar, the reader of libarchive, which is started twice for each archive. */
export async function askBsdtar(path: string): Promise<Sight> {
  const bytes = await run('bsdtar', ['-xOPf', path], (all) => all)
  if ('refusal' in bytes) return bytes
  return run('bsdtar', ['-tvvPf', path, '--numeric-owner'], (list) => {
    let at = 0
    return lines(list).flatMap((line): readonly SeenEntry[] => {
      const [, type, size, name = ''] = /^(.)\S+ +\d+ +\S+ +\S+ +(\d+) \w+ +\d+ +[\d:]+ (.*)$/.exec(line) ?? []
      if (type === undefined) return []
      const end = at + (KINDS[type] === 'file' ? Number(size) : 0)
      const sha256 = hash(bytes.subarray(at, end))
      at = end
      return [plainEntry([unescape(name), KINDS[type] ?? 'other', sha256])]
    })
  })
}

const KINDS: Readonly<Record<string, string>> = { '-': 'file', C: 'file', d: 'directory' }

async function ask(program: string, args: readonly string[], paths: readonly string[]): Promise<readonly string[]> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const exit = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  const output = text(child.stdout)
  child.stdin.end(`${paths.join('\n')}\n`)
  const code = await exit
  if (code !== 0) throw new Error(`${program} ended with ${code}`)
  return lines(await output)
}

async function run<T>(
  program: string,
  args: readonly string[],
  describe: (bytes: Buffer, list: readonly string[]) => T,
): Promise<T | { readonly refusal: string }> {
  try {
    const env = { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' }
    const { stdout, stderr } = await promisify(execFile)(program, args, { encoding: 'buffer', env })
    return describe(stdout, lines(stderr.toString('latin1')))
  } catch (error) {
    const { stderr } = error as { stderr?: Buffer }
    if (stderr === undefined) throw error
    return { refusal: stderr.toString() }
  }
}

function lines(output: string | Buffer): readonly string[] {
  return output
    .toString('latin1' as never)
    .split('\n')
    .filter((line) => line !== '')
}

/** Of a name as GNU tar and bsdtar print it where only ASCII prints. */
function unescape(name: string): string {
  const letters: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' }
  const bytes = name.replaceAll(/\\([0-7]{3}|.)/g, (_, code: string) =>
    /^[0-7]{3}$/.test(code) ? String.fromCharCode(Number.parseInt(code, 8)) : (letters[code] ?? code),
  )
  return Buffer.from(bytes, 'latin1').toString()
}

/** Names are paths: some programs leave out slashes that mean nothing. */
export function plainEntry([name, kind, sha256]: SeenEntry): SeenEntry {
  const path = name.replaceAll(/\/+/g, '/')
  return [kind === 'directory' ? path.replace(/\/$/, '') : path, kind, sha256]
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
