/** Reads the files of a chart from a folder, as Helm walks it: .helmignore applies, and links must stay in the folder. */
import { type Dirent, lstatSync, type Stats } from 'node:fs'
import { lstat, realpath } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { LimitExceededError } from '../../oras/errors/oci-error.js'
import { FolderHandle, isReplaced } from '../../oras/folder-handle.js'
import type { ChartFile } from '../model/chart.js'
import { type ReadContext, invalidChart } from '../model/read-context.js'
import { type IgnoreRules, parseHelmignore } from './helmignore.js'
import { quote } from '../../oras/errors/escape-message.js'
import { readPlainFile } from './read-plain-file.js'
import { requirePath } from '../model/check-path.js'
import { codeOf } from '../../oras/errors/system-error.js'
import { compareWalkOrder } from '../model/walk-order.js'

/** The state of a walk through one chart folder. */
interface Walk {
  readonly context: ReadContext
  /** The chart folder, open during the whole walk. */
  readonly root: FolderHandle
  readonly isIgnored: IgnoreRules
  /** The folders that were listed, by their real paths; all but the chart folder are closed again. */
  readonly listed: Map<string, FolderHandle>
  readonly found: FoundFile[]
  readonly cost: WalkCost
}

/** What a walk has cost, ignored files included. */
interface WalkCost {
  /** How many names were found. */
  names: number
  /** How many characters of names were compared with the rules of .helmignore. */
  compared: number
}

/** A file of the chart, with its location after links were followed. */
interface FoundFile {
  /** The path in the chart. */
  readonly path: string
  /** The name in `folder`. */
  readonly name: string
  /** The real path of the folder that holds the file. */
  readonly folder: string
}

const RULES_HINT = 'Put a file with the rules in the place of the link .helmignore.'
const LINK_HINT =
  'A link must lead to another file or folder of the chart: correct it, put a copy in its place, or name it in .helmignore.'
/** The hint for a name, such as one with a backslash, that Helm refuses in an archive or reads in another way. */
const NAME_HINT = 'Rename the file, or name it in .helmignore: Helm loads no archive with this name in it.'
const RULES = '.helmignore'
/** The limit of a .helmignore file, in bytes. */
const MAX_RULES = 64 * 1024
/** How many characters the patterns of a .helmignore may have: each is compared at each character of a name. */
const MAX_PATTERN_LENGTH = 4096
/** How many characters of names may be compared with rules in one walk: about a second. */
const MAX_COMPARED = 100_000_000
/** How many comparisons cost one step. */
const COMPARED_PER_STEP = 128
/** How many steps one name costs: it needs a system call. */
const STEPS_PER_NAME = 160
/** How many names, ignored ones included, may be found for each file that the limits allow. */
const NAMES_PER_FILE = 10
/** How many names a link counts as: the system resolves all folders of its path. */
const NAMES_PER_LINK = 10
/** How many files are read in one turn of the event loop. */
const BATCH = 16

/**
 * Reads the files of a chart folder, in the order of the walk. Nothing outside of the folder is read, even if another
 * program replaces files and folders by links meanwhile.
 *
 * @throws {InvalidChartError} if a link leads out of the folder or to a folder above it, if there is a pipe, a socket or a
 * device, or if another program moves or changes files during the walk.
 * @throws {LimitExceededError} if the folder exceeds the budget.
 */
export async function readDirectory(directory: string, context: ReadContext): Promise<readonly ChartFile[]> {
  const cost = { names: 0, compared: 0 }
  const root = translateErrors('', context, () => FolderHandle.find(directory))
  try {
    const entries = await listEntries(root, '', { context, cost })
    const rules = entries.find(({ name }) => name === RULES)
    const isIgnored = parseRules(rules ? await readRules(root, rules, context) : '', context, cost)
    const walk: Walk = { context, root, isIgnored, listed: new Map(), found: [], cost }
    await walkEntries(walk, root, entries, '', [root.path])
    const files = await readFound(walk)
    // Another folder may have taken the place of the chart folder while links were followed.
    translateErrors('', context, () => root.check())
    return files
  } finally {
    root.close()
  }
}

async function readRules(root: FolderHandle, entry: Dirent, context: ReadContext): Promise<string> {
  let found: FoundFile = { path: RULES, folder: root.path, name: RULES }
  if (entry.isSymbolicLink()) {
    const target = await followLink(join(root.path, RULES))
    if (!target) return ''
    // A file outside of the chart must not decide what is packed.
    if (!isInside(root.path, target.real)) throw invalidLink(context, RULES, 'leaves the chart')
    found = { path: RULES, folder: dirname(target.real), name: basename(target.real) }
  }
  const irregular = (): Error =>
    invalidChart(context, 'cannot load .helmignore: it is not a regular file', {
      file: RULES,
      hint: 'Rename it: .helmignore must be a file with the rules for ignored files.',
    })
  if (entry.isDirectory()) throw irregular()
  const folder = openFolder(found, root, context)
  try {
    const bytes = await readPlainFile(openFile(folder, found, context), {
      irregular,
      changed: () => changedFile(context, RULES),
      take(size) {
        if (size <= MAX_RULES) return
        throw new LimitExceededError(`${context.attempt}: .helmignore is larger than ${MAX_RULES} bytes`, {
          limit: MAX_RULES,
          hint: 'Write fewer rules: each rule is compared with the path of each file.',
        })
      },
      signal: context.signal,
    })
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  } finally {
    if (folder !== root) folder.close()
  }
}

function parseRules(text: string, context: ReadContext, cost: WalkCost): IgnoreRules {
  const count = (compared: number): void => {
    cost.compared += compared
    if (cost.compared > MAX_COMPARED) throw tooManyRules(context, `more than ${MAX_COMPARED} comparisons`, MAX_COMPARED)
  }
  try {
    const rules = parseHelmignore(text, count)
    if (rules.patternLength <= MAX_PATTERN_LENGTH) return rules
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw invalidChart(context, `cannot load .helmignore: ${cause.message}`, {
      cause,
      file: RULES,
      hint: 'Correct the rule. Helm has no "**"; "*" and "?" match within one folder, and a rule without "/" matches anywhere.',
    })
  }
  throw tooManyRules(context, `patterns of more than ${MAX_PATTERN_LENGTH} characters`, MAX_PATTERN_LENGTH)
}

function tooManyRules(context: ReadContext, need: string, limit: number): LimitExceededError {
  return new LimitExceededError(`${context.attempt}: the rules of .helmignore need ${need}`, {
    limit,
    hint: 'Write fewer rules with "*", "?" or brackets, or plain names in their place.',
  })
}

/**
 * Walks a folder below the chart folder.
 *
 * @param parents The real paths of the folders above, to find a link that leads back to one of them.
 */
async function walkFolder(walk: Walk, real: string, path: string, parents: readonly string[]): Promise<void> {
  // The system resolves the whole path, which costs more for a longer one.
  const turn = walk.context.turns.take(real.length / 4)
  if (turn) await turn
  const folder = translateErrors(path, walk.context, () => walk.root.open(real))
  walk.listed.set(real, folder)
  let entries: readonly Dirent[]
  try {
    entries = await listEntries(folder, path, walk)
  } finally {
    // Closed before the folders in it are opened: very deep folders would need too many descriptors.
    folder.close()
  }
  await walkEntries(walk, folder, entries, path, [...parents, real])
}

/** Lists the entries of a folder in the order of the walk; stops when there are too many. */
async function listEntries(folder: FolderHandle, path: string, walk: Pick<Walk, 'context' | 'cost'>) {
  const { turns } = walk.context
  const entries: Dirent[] = []
  try {
    for (const entry of folder.entries()) {
      entries.push(entry)
      countNames(walk)
      const turn = turns.take()
      if (turn) await turn
    }
  } catch (cause) {
    throw translateError(path, walk.context, cause)
  }
  return turns.sort(entries, (a, b) => compareWalkOrder(a.name, b.name))
}

async function walkEntries(
  walk: Walk,
  folder: FolderHandle,
  entries: readonly Dirent[],
  path: string,
  parents: readonly string[],
): Promise<void> {
  for (const entry of entries) {
    const { compared } = walk.cost
    await walkEntry(walk, folder, entry, path === '' ? entry.name : `${path}/${entry.name}`, parents)
    const steps = Math.round((walk.cost.compared - compared) / COMPARED_PER_STEP)
    const turn = walk.context.turns.take(STEPS_PER_NAME + steps)
    if (turn) await turn
  }
}

/** Counts names, ignored ones included, which no other limit counts. */
function countNames({ cost, context }: Pick<Walk, 'context' | 'cost'>, count = 1): void {
  const limit = NAMES_PER_FILE * context.budget.limits.files
  cost.names += count
  if (cost.names <= limit) return
  throw new LimitExceededError(`${context.attempt}: the folder holds more than ${limit} names, ignored ones included`, {
    limit,
    hint: 'Ignore whole folders in .helmignore, which are not read then, or raise limits.files. A link counts as ten names.',
  })
}

async function walkEntry(
  walk: Walk,
  listed: FolderHandle,
  entry: Dirent,
  path: string,
  parents: readonly string[],
): Promise<void> {
  const { context, isIgnored } = walk
  const file = join(listed.path, entry.name)
  let found: FoundFile = { path, folder: listed.path, name: entry.name }
  let info: Dirent | Stats = entry
  if (!isUtf8(file)) {
    if (isIgnored(path, false)) return
    throw invalidChart(context, `the name ${quote(path)} is not UTF-8`, {
      file: path,
      hint: 'Rename the file: its name cannot be written into an archive as it is.',
    })
  }
  if (entry.isSymbolicLink()) {
    countNames(walk, NAMES_PER_LINK)
    const target = await followLink(file)
    if (isIgnored(path, target?.info.isDirectory() ?? false)) return
    if (!target) throw invalidLink(context, path, 'leads to nothing')
    if (!isInside(walk.root.path, target.real)) throw invalidLink(context, path, 'leaves the chart')
    if (parents.includes(target.real)) throw invalidLink(context, path, 'leads back to a folder around it')
    info = target.info
    found = { path, folder: dirname(target.real), name: basename(target.real) }
  } else if (isIgnored(path, entry.isDirectory())) {
    return
  }

  context.budget.takeEntry()
  if (info.isDirectory()) {
    await walkFolder(walk, join(found.folder, found.name), path, parents)
  } else if (info.isFile()) {
    requirePath(path, context, { hint: NAME_HINT })
    walk.found.push(found)
  } else {
    throw irregularFile(context, path)
  }
}

/** Tells whether a name is UTF-8: for other bytes, Node gives U+FFFD, and then does not find the file. */
function isUtf8(file: string): boolean {
  return !file.includes('\uFFFD') || lstatSync(file, { throwIfNoEntry: false }) !== undefined
}

async function followLink(file: string): Promise<{ real: string; info: Stats } | undefined> {
  try {
    const real = await realpath(file)
    return { real, info: await lstat(real) }
  } catch {
    return undefined
  }
}

function isInside(root: string, real: string): boolean {
  const way = relative(root, real)
  return way !== '..' && !way.startsWith(`..${sep}`) && join(root, way) === real
}

function irregularFile(context: ReadContext, path: string): Error {
  return invalidChart(context, `cannot load irregular file ${quote(path)} as it has file mode type bits set`, {
    file: path,
    hint: 'Leave pipes, sockets and devices out of the chart folder, or name them in .helmignore.',
  })
}

function invalidLink(context: ReadContext, path: string, reason: string): Error {
  return invalidChart(context, `the link ${quote(path)} ${reason}`, {
    file: path,
    hint: path === RULES ? RULES_HINT : LINK_HINT,
  })
}

function changedFile(context: ReadContext, path: string, cause?: unknown): Error {
  const what = path === '' ? 'the folder' : quote(path)
  return invalidChart(context, `${what} was moved or changed while the chart was read`, {
    cause,
    ...(path !== '' && { file: path }),
    hint: 'Another program works in the chart folder at this moment: read the chart again when it is done.',
  })
}

/** Calls a function of the file system, and turns its errors into errors of the chart. */
function translateErrors<Result>(path: string, context: ReadContext, act: () => Result): Result {
  try {
    return act()
  } catch (cause) {
    throw translateError(path, context, cause)
  }
}

function translateError(path: string, context: ReadContext, cause: unknown): unknown {
  if (isReplaced(cause)) return changedFile(context, path, cause)
  if (codeOf(cause) !== 'ENAMETOOLONG') return cause
  return invalidChart(context, `the path ${quote(path)} is too long`, {
    cause,
    file: path,
    hint: 'Move the chart to a folder with a shorter path, or make the path in it shorter.',
  })
}

async function readFound({ root, listed, found, context }: Walk): Promise<readonly ChartFile[]> {
  const files: ChartFile[] = []
  let folder = root
  try {
    for (const [at, each] of found.entries()) {
      if (at % BATCH === 0) await context.turns.give()
      if (folder.path !== each.folder) {
        if (folder !== root) folder.close()
        folder = root
        folder = openFolder(each, root, context)
        if (listed.get(folder.path)?.isSame(folder) === false) throw changedFile(context, each.path)
      }
      const { path } = each
      const bytes = await readPlainFile(openFile(folder, each, context), {
        irregular: () => irregularFile(context, path),
        changed: () => changedFile(context, path),
        take: (size) => context.budget.takeBytes(path, size, size),
        signal: context.signal,
      })
      files.push({ path, bytes })
    }
  } finally {
    if (folder !== root) folder.close()
  }
  return files
}

function openFolder({ path, folder }: FoundFile, root: FolderHandle, context: ReadContext): FolderHandle {
  return folder === root.path ? root : translateErrors(path, context, () => root.open(folder))
}

function openFile(folder: FolderHandle, { path, name }: FoundFile, context: ReadContext): number {
  return translateErrors(path, context, () => folder.openFile(name))
}
