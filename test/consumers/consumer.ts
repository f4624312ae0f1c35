/** A project that uses the package as it is published, in a folder of its own outside of the repository. */
import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')
const CACHE = join(process.env['ORAS_HELM_CACHE'] ?? join(homedir(), '.cache/oras-helm'), 'consumers')
const NPM_FLAGS = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']
// A limit for programs that hang: nothing else takes as long, however busy the machine is.
const HANGING = 900_000

export interface Consumer {
  /** Contains the programs of `programs/` and the package; nothing in it can find the repository. */
  readonly folder: string
  /** Runs a program there, and returns its output. @throws {Error} with all its output if it fails. */
  readonly run: (
    command: string,
    args: readonly string[],
    variables?: Readonly<Record<string, string>>,
  ) => Promise<string>
  /** The program of a package among the tools: its key in the package.json next to this file, and the name of the command. */
  readonly tool: (name: string, command: string) => string
  /** Makes an empty folder, from which no package can be found. */
  readonly emptyFolder: () => string
  /** Removes everything but the tools. */
  readonly remove: () => void
}

/** Installs the tools, unless an earlier run has, then packs the package and installs it in a new project. */
export function createConsumer(): Consumer {
  const tools = installTools()
  // Below the tools, where Node, bundlers and TypeScript look for packages that a project does not have itself.
  const folder = mkdtempSync(join(tools, 'project-'))
  const empty = mkdtempSync(join(tmpdir(), 'oras-helm-consumers-'))
  cpSync(join(import.meta.dirname, 'programs'), folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
  const archive = npm(ROOT, ['pack', '--silent', '--pack-destination', folder]).trim().split('\n').at(-1) ?? ''
  npm(folder, ['install', ...NPM_FLAGS, `./${archive}`])
  let folders = 0
  return {
    folder,
    run: (command, args, variables = {}) => runProgram(folder, command, args, variables),
    tool: (name, command) => {
      const path = join(tools, 'node_modules', name)
      const { bin } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as {
        readonly bin: string | Readonly<Record<string, string>>
      }
      return join(path, typeof bin === 'string' ? bin : (bin[command] ?? command))
    },
    emptyFolder: () => {
      const path = join(empty, String(folders++))
      mkdirSync(path)
      return path
    },
    remove: () => {
      for (const path of [folder, empty]) rmSync(path, { recursive: true, force: true })
    },
  }
}

/** The folder with the tools of the lockfile: a clean clone finds there what an earlier clone installed. */
function installTools(): string {
  const lockfile = readFileSync(join(import.meta.dirname, 'package-lock.json'))
  const folder = join(CACHE, createHash('sha256').update(lockfile).digest('hex').slice(0, 16))
  if (existsSync(folder)) return folder
  mkdirSync(CACHE, { recursive: true })
  const unfinished = mkdtempSync(join(CACHE, 'unfinished-'))
  for (const name of ['package.json', 'package-lock.json', '.npmrc']) {
    cpSync(join(import.meta.dirname, name), join(unfinished, name))
  }
  try {
    npm(unfinished, ['ci', ...NPM_FLAGS])
    moveUnlessThere(unfinished, folder)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
  return folder
}

/** Renames a folder to its final name, unless another run has done so at the same time. */
function moveUnlessThere(unfinished: string, folder: string): void {
  try {
    renameSync(unfinished, folder)
  } catch (error) {
    // ENOTEMPTY or EEXIST, and on Windows EPERM: what matters is that it is there, and whole, as only a rename makes it.
    if (!existsSync(folder)) throw error
  }
}

function npm(cwd: string, args: readonly string[]): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
}

function runProgram(
  cwd: string,
  command: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<string> {
  // Vitest and npm set variables of their own, and the tests must not see the logins of the user.
  const { PATH = '' } = process.env
  const env = { PATH: [join(process.execPath, '..'), PATH].join(delimiter), HOME: cwd, ...variables }
  return new Promise((resolve, reject) => {
    execFile(command, args, { cwd, env, timeout: HANGING, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${error.message}\n${stdout}\n${stderr}`, { cause: error }))
      else resolve(stdout)
    })
  })
}
