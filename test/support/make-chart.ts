/** Charts for tests: files from a table, in memory, in a folder of their own, or in an archive without checks. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { ChartFile } from '../../src/helm/model/chart.js'
import { makeArchive } from './make-archive.js'

export { makeArchive, makeEntry, makeTar, pax, type RawEntry } from './make-archive.js'

export const CHART_YAML = 'apiVersion: v2\nname: mychart\nversion: 1.2.3\n'

/** The content of each file by its path. */
export type Files = Readonly<Record<string, string>>

export function toFiles(files: Files): ChartFile[] {
  return Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) }))
}

/** Gives the content of each file by its path. */
export function toTexts(files: readonly ChartFile[]): Record<string, string> {
  return Object.fromEntries(files.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()]))
}

/** Makes an empty folder that is removed after the test. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'oras-helm-test-'))
  onTestFinished(async () => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Writes files into a folder of their own, in the order of the table. */
export async function writeFolder(files: Files, mode = 0o644): Promise<string> {
  const folder = await makeFolder()
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
    await chmod(join(folder, path), mode)
  }
  return folder
}

/** Packs files below `mychart/`. */
export function packFiles(files: Files): Buffer {
  return makeArchive(Object.entries(files).map(([path, text]) => ({ name: `mychart/${path}`, text })))
}

/** Catches what a promise rejects with. */
export async function caught(promise: Promise<unknown>): Promise<Error & { code?: string; hint?: string }> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof Error)) throw new Error('expected the promise to be rejected with an error')
  return error
}
