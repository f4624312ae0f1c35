/** The files of a chart from a folder: walked in Helm's order, without what .helmignore names, links kept inside. */
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

/** A walk through one chart folder. */
interface Walk {
  readonly context: ReadContext
  /** The chart folder, held from the beginning to the end. */
  readonly root: FolderHandle
  readonly isIgnored: IgnoreRules
  /** The folders that were listed, by their real paths; only the chart folder is still open. */
  readonly listed: Map<string, FolderHandle>
  readonly found: FoundFile[]
  readonly cost: WalkCost
}

/** What a walk costs, whatever is left of it in the end. */
interface WalkCost {
  /** How many names it has met, those that are ignored too. */
  met: number
  /** How many characters of names were compared with rules. */
  compared: number
}

/** A file by the one name that it has without links. */
interface FoundFile {
  readonly path: string
  readonly name: string
  /** The real path of the folder that it lies in. */
  readonly folder: string
}

/** In an archive, a name with a backslash or of two points means another file, or one that Helm refuses. */
const NAME_HINT = 'Rename the file, or name it in .helmignore: no archive of the chart could be loaded with it.'
const RULES = '.helmignore'
/** The most bytes that a .helmignore may have. */
const MAX_RULES = 64 * 1024
/** How many characters may have to match in rules with "*", "?" and the like: each is tried from each character of a name. */
const MAX_PATTERN_LENGTH = 4096
/** How many characters of names may be compared with rules: about a second. */
const MAX_COMPARED = 100_000_000
/** So many comparisons are one step. */
const COMPARED_PER_STEP = 128
/** The steps of one name: the system is asked about it. */
const STEPS_PER_NAME = 160
/** So many names may be met for each file that the limits allow. */
const MET_PER_FILE = 10
/** A link counts as so many names: the system goes through all folders on the way. */
const MET_PER_LINK = 10
/** After how many files that are read, the others have their turn. */
const BATCH = 16

/**
 * Reads the files of a chart folder, in the order of the walk. What other programs put in the place of its files and
 * folders meanwhile is read if it lies in the chart folder, or refused, and nothing else is.
 *
 * @throws {InvalidChartError} if a link leads out of the folder or in a circle, if there is a pipe, socket or device, or
 * if another program moves or writes what is being read.
 * @throws {LimitExceededError} as soon as there is more than the budget of the reading allows.
 */
export async function readDirectory(directory: string, context: ReadContext): Promise<readonly ChartFile[]> {
  const cost = { met: 0, compared: 0 }
  const root = translateErrors('', context, () => FolderHandle.find(directory))
  try {
    const entries = await listEntries(root, '', { context, cost })
    const rules = entries.find(({ name }) => name === RULES)
    const isIgnored = parseRules(rules ? await readRules(root, rules, context) : '', context, cost)
    const walk: Walk = { context, root, isIgnored, listed: new Map(), found: [], cost }
    await walkEntries(walk, root, entries, '', [root.path])
    const files = await readFound(walk)
    // Behind links, another folder may have been read that took its place.
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
    // Otherwise a file outside could say what is packed.
    if (!isInside(root.path, target.real)) throw invalidLink(context, RULES, 'leaves the chart')
    found = { path: RULES, folder: dirname(target.real), name: basename(target.real) }
  }
  const irregular = (): Error =>
    invalidChart(context, 'cannot load .helmignore: it is no plain file', {
      file: RULES,
      hint: 'Rename it: .helmignore is the file of the rules by which other files are left out.',
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
          hint: 'Write fewer rules: each of them is tried on each file.',
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

/** @param parents The real paths of the folders around, to notice a link that leads back to one of them. */
async function walkFolder(walk: Walk, real: string, path: string, parents: readonly string[]): Promise<void> {
  // It is found from the root of the disk on.
  const turn = walk.context.turns.take(real.length / 4)
  if (turn) await turn
  const folder = translateErrors(path, walk.context, () => walk.root.open(real))
  walk.listed.set(real, folder)
  let entries: readonly Dirent[]
  try {
    entries = await listEntries(folder, path, walk)
  } finally {
    // Before the folders in it are opened: they may lie very deep.
    folder.close()
  }
  await walkEntries(walk, folder, entries, path, [...parents, real])
}

/** Lists what is in a folder, no more than may be met, in the order of a walk. */
async function listEntries(folder: FolderHandle, path: string, walk: Pick<Walk, 'context' | 'cost'>) {
  const { turns } = walk.context
  const entries: Dirent[] = []
  try {
    for (const entry of folder.entries()) {
      entries.push(entry)
      meet(walk)
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

/** Counts what is looked at; what is ignored in the end counts towards no other limit. */
function meet({ cost, context }: Pick<Walk, 'context' | 'cost'>, names = 1): void {
  const limit = MET_PER_FILE * context.budget.limits.files
  cost.met += names
  if (cost.met <= limit) return
  throw new LimitExceededError(
    `${context.attempt}: more than ${limit} names are met in it, with those that are ignored`,
    {
      limit,
      hint: 'Name whole folders in .helmignore, which are not walked then, or raise limits.files. A link counts as ten names.',
    },
  )
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
    meet(walk, MET_PER_LINK)
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

/** Node writes U+FFFD for bytes of a name that are not UTF-8, and then finds no such file. */
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
    hint: 'A chart may link only to its own files: put a copy in the place of the link, or name it in .helmignore.',
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

/** Does something with the file system, and says what its errors mean for the chart. */
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
