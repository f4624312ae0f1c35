/** The files of a chart from a folder: walked in Helm's order, without what .helmignore names, links kept inside. */
import { lstatSync, opendirSync, type Stats } from 'node:fs'
import { lstat, readFile, realpath } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { LimitExceededError } from '../../oras/errors/oci-error.js'
import type { ChartFile } from '../model/chart.js'
import { type Reading, refuseChart } from '../model/reading.js'
import { type IgnoreRules, parseHelmignore } from './helmignore.js'
import { quote } from '../../oras/errors/escape-message.js'
import { readPlainFile } from './read-plain-file.js'
import { requirePath } from '../model/check-path.js'
import { codeOf } from '../../oras/errors/system-error.js'
import { compareWalkOrder } from '../model/walk-order.js'

/** A walk through one chart folder. */
interface Walk {
  readonly reading: Reading
  /** The real path of the chart folder. */
  readonly root: string
  readonly isIgnored: IgnoreRules
  readonly found: FoundFile[]
  readonly work: Work
}

/** What a walk costs, whatever is left of it in the end. */
interface Work {
  /** How many names it has met, those that are ignored too. */
  met: number
  /** How many characters of names were compared with rules. */
  compared: number
}

interface FoundFile {
  readonly path: string
  readonly file: string
}

/** In an archive, a name with a backslash or of two points means another file, or one that Helm refuses. */
const NAME_HINT = 'Rename the file, or name it in .helmignore: no archive of the chart could be loaded with it.'
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
/** How many files are open at the same time. */
const BATCH = 16

/**
 * Reads the files of a chart folder, in the order of the walk.
 *
 * @throws {InvalidChartError} if a link leads out of the folder or in a circle, or if there is a pipe, socket or device.
 * @throws {LimitExceededError} as soon as there is more than the budget of the reading allows.
 */
export async function readDirectory(directory: string, reading: Reading): Promise<readonly ChartFile[]> {
  const root = await realpath(directory)
  const work = { met: 0, compared: 0 }
  const walk: Walk = { reading, root, isIgnored: await readRules(root, reading, work), found: [], work }
  await walkFolder(walk, root, '', [root])

  const files: ChartFile[] = []
  for (let at = 0; at < walk.found.length; at += BATCH) {
    await reading.turns.give()
    const batch = walk.found.slice(at, at + BATCH)
    files.push(...(await Promise.all(batch.map(async (found) => readFound(found, reading)))))
  }
  return files
}

async function readRules(root: string, reading: Reading, work: Work): Promise<IgnoreRules> {
  const file = join(root, '.helmignore')
  const target = await followLink(file)
  // Otherwise a file outside could say what is packed.
  if (target && !isInside(root, target.real)) throw refuseLink(reading, '.helmignore', 'leaves the chart')
  if (target && !target.info.isFile()) {
    throw refuseChart(reading, 'cannot load .helmignore: it is no plain file', {
      file: '.helmignore',
      hint: 'Rename it: .helmignore is the file of the rules by which other files are left out.',
    })
  }
  if (target && target.info.size > MAX_RULES) {
    throw new LimitExceededError(`${reading.where}: .helmignore is larger than ${MAX_RULES} bytes`, {
      limit: MAX_RULES,
      hint: 'Write fewer rules: each of them is tried on each file.',
    })
  }
  const count = (compared: number): void => {
    work.compared += compared
    if (work.compared > MAX_COMPARED) throw tooManyRules(reading, `more than ${MAX_COMPARED} comparisons`, MAX_COMPARED)
  }
  try {
    const rules = parseHelmignore(target ? await readFile(file, 'utf8') : '', count)
    if (rules.patternLength <= MAX_PATTERN_LENGTH) return rules
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw refuseChart(reading, `cannot load .helmignore: ${cause.message}`, {
      cause,
      file: '.helmignore',
      hint: 'Correct the rule. Helm has no "**"; "*" and "?" match within one folder, and a rule without "/" matches anywhere.',
    })
  }
  throw tooManyRules(reading, `patterns of more than ${MAX_PATTERN_LENGTH} characters`, MAX_PATTERN_LENGTH)
}

function tooManyRules(reading: Reading, need: string, limit: number): LimitExceededError {
  return new LimitExceededError(`${reading.where}: the rules of .helmignore need ${need}`, {
    limit,
    hint: 'Write fewer rules with "*", "?" or brackets, or plain names in their place.',
  })
}

/** @param parents The real paths of the folders around, to notice a link that leads back to one of them. */
async function walkFolder(walk: Walk, folder: string, path: string, parents: readonly string[]): Promise<void> {
  for (const name of await listNames(walk, folder)) {
    const { compared } = walk.work
    await walkEntry(walk, join(folder, name), path === '' ? name : `${path}/${name}`, parents)
    const turn = walk.reading.turns.take(
      STEPS_PER_NAME + Math.round((walk.work.compared - compared) / COMPARED_PER_STEP),
    )
    if (turn) await turn
  }
}

/** Lists the names in a folder, no more than may be met. */
async function listNames(walk: Walk, folder: string): Promise<readonly string[]> {
  const names: string[] = []
  const directory = opendirSync(folder)
  try {
    for (let entry = directory.readSync(); entry; entry = directory.readSync()) {
      names.push(entry.name)
      meet(walk)
      const turn = walk.reading.turns.take()
      if (turn) await turn
    }
  } finally {
    directory.closeSync()
  }
  return walk.reading.turns.sort(names, compareWalkOrder)
}

/** Counts what is looked at; what is ignored in the end counts towards no other limit. */
function meet({ work, reading }: Walk, names = 1): void {
  const limit = MET_PER_FILE * reading.budget.limits.files
  work.met += names
  if (work.met <= limit) return
  throw new LimitExceededError(
    `${reading.where}: more than ${limit} names are met in it, with those that are ignored`,
    {
      limit,
      hint: 'Name whole folders in .helmignore, which are not walked then, or raise limits.files. A link counts as ten names.',
    },
  )
}

async function walkEntry(walk: Walk, file: string, path: string, parents: readonly string[]): Promise<void> {
  const { reading, isIgnored } = walk
  let info = lookAt(file, path, reading)
  if (!info) {
    if (isIgnored(path, false)) return
    throw refuseChart(reading, `the name ${quote(path)} is not UTF-8`, {
      file: path,
      hint: 'Rename the file: its name cannot be written into an archive as it is.',
    })
  }
  let real = file
  if (info.isSymbolicLink()) {
    meet(walk, MET_PER_LINK)
    const target = await followLink(file)
    if (isIgnored(path, target?.info.isDirectory() ?? false)) return
    if (!target) throw refuseLink(reading, path, 'leads to nothing')
    if (!isInside(walk.root, target.real)) throw refuseLink(reading, path, 'leaves the chart')
    if (parents.includes(target.real)) throw refuseLink(reading, path, 'leads back to a folder around it')
    info = target.info
    real = target.real
  } else if (isIgnored(path, info.isDirectory())) {
    return
  }

  reading.budget.takeEntry()
  if (info.isDirectory()) {
    await walkFolder(walk, real, path, [...parents, real])
  } else if (info.isFile()) {
    reading.budget.takeBytes(path, 0, info.size)
    requirePath(path, reading, { hint: NAME_HINT })
    walk.found.push({ path, file: real })
  } else {
    throw refuseIrregular(reading, path)
  }
}

/** `undefined` if the name is not UTF-8. */
function lookAt(file: string, path: string, reading: Reading): Stats | undefined {
  try {
    return lstatSync(file)
  } catch (cause) {
    // Node writes this character for bytes that are not UTF-8, and then finds no such file.
    if (path.includes('\uFFFD')) return undefined
    if (codeOf(cause) !== 'ENAMETOOLONG') throw cause
    throw refuseChart(reading, `the path ${quote(path)} is too long`, {
      cause,
      file: path,
      hint: 'Move the chart to a folder with a shorter path, or make the path in it shorter.',
    })
  }
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

function refuseIrregular(reading: Reading, path: string): Error {
  return refuseChart(reading, `cannot load irregular file ${quote(path)} as it has file mode type bits set`, {
    file: path,
    hint: 'Leave pipes, sockets and devices out of the chart folder, or name them in .helmignore.',
  })
}

function refuseLink(reading: Reading, path: string, reason: string): Error {
  return refuseChart(reading, `the link ${quote(path)} ${reason}`, {
    file: path,
    hint: 'A chart may link only to its own files: put a copy in the place of the link, or name it in .helmignore.',
  })
}

async function readFound({ path, file }: FoundFile, reading: Reading): Promise<ChartFile> {
  const bytes = await readPlainFile(file, () => refuseIrregular(reading, path), reading.signal)
  reading.budget.takeBytes(path, bytes.length, bytes.length)
  return { path, bytes }
}
