/** Takes a file once that an archive has several times with the same bytes, as "helm package" writes it. */
import { quote } from '../../oras/errors/escape-message.js'
import type { Turns } from '../../oras/turns.js'
import type { ChartFile } from '../model/chart.js'
import { type ReadContext, invalidChart } from '../model/read-context.js'
import { stepsOf } from '../model/walk-order.js'

/** How many bytes are compared at once. */
const SLICE = 1024 * 1024
/** How many bytes are compared in one step of about a microsecond. */
const COMPARED_PER_STEP = 4096
/** How many repeated files are named in warnings. */
const MAX_NAMED = 10

/** Files of which each path is there once. */
export interface UniqueFiles {
  readonly files: readonly ChartFile[]
  /** Warnings about the files that were left out. */
  readonly warnings: readonly string[]
}

/**
 * Leaves out files that are there again with the same bytes. "helm package" writes such archives if two subcharts have
 * one name, and every program reads the same files from them.
 *
 * @throws {InvalidChartError} if a path is there twice with different bytes.
 */
export async function uniqueFiles(given: readonly ChartFile[], context: ReadContext): Promise<UniqueFiles> {
  const files = new Map<string, ChartFile>()
  const repeated = new Set<string>()
  for (const file of given) {
    const { path, bytes } = file
    const first = files.get(path)
    if (first) {
      // Helm would merge two Chart.yaml and keep both of other files; tar keeps the last one.
      if (!(await isSame(first.bytes, bytes, context.turns))) {
        throw invalidChart(context, `the file ${quote(path)} is there twice, with different bytes`, {
          file: path,
          hint: 'Leave one of the two out: programs differ in which one they read.',
        })
      }
      repeated.add(path)
    } else {
      files.set(path, file)
    }
    const turn = context.turns.take(stepsOf(path))
    if (turn) await turn
  }
  const paths = [...repeated]
  const warnings = paths.slice(0, MAX_NAMED).map((path) => `the file ${quote(path)} ${TAKEN}`)
  if (paths.length > MAX_NAMED) warnings.push(`each of ${paths.length - MAX_NAMED} further files ${TAKEN}`)
  return { files: repeated.size === 0 ? given : [...files.values()], warnings }
}

const TAKEN = 'is there more than once, with the same bytes; it is read once'

/** Tells whether two files have the same bytes. */
export async function isSame(one: Uint8Array, other: Uint8Array, turns: Turns): Promise<boolean> {
  if (one.length !== other.length) return false
  for (let at = 0; at < one.length; at += SLICE) {
    const slice = one.subarray(at, at + SLICE)
    if (Buffer.compare(slice, other.subarray(at, at + SLICE)) !== 0) return false
    const turn = turns.take(slice.length / COMPARED_PER_STEP)
    if (turn) await turn
  }
  return true
}
