/** Worst inputs for what tidies a folder and locks it: folders for all, in which others make what they like. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { recoverFolder } from '../../src/oras/lock/recover-folder.js'
import { lockName, withLock } from '../../src/oras/lock/with-lock.js'
import type { WorstInput } from './worst-input.js'

const FILES = 100_000
/** A process that is not there any more, on another machine. */
const OWNER = `${'0'.repeat(12)}-1-1`

const tidies = (input: string, fillFolder: (folder: string, share: number) => Promise<void>): WorstInput => ({
  reader: 'recoverFolder()',
  input,
  make: async (share, { folder }) => {
    await fillFolder(folder, share)
    return { bytes: 0, run: async (signal) => recoverFolder(folder, signal) }
  },
})

const digits = (at: number): string => String(at).padStart(6, '0')

export const lockInputs: readonly WorstInput[] = [
  tidies('very many files', async (folder, share) => {
    for (let at = 0; at < FILES * share; at++) await writeFile(join(folder, `${at}`), '')
  }),
  tidies('very many names like ours', async (folder, share) => {
    for (let at = 0; at < 10_000 * share; at++) await mkdir(join(folder, `.oras-helm-${OWNER}-${digits(at)}`))
  }),
  tidies('very many nameless folders', async (folder, share) => {
    for (let at = 0; at < 10_000 * share; at++) await mkdir(join(folder, `.oras-helm-${digits(at)}`))
  }),
  {
    reader: 'withLock()',
    input: 'very many files in the folder of the lock',
    make: async (share, { folder }) => {
      await mkdir(join(folder, lockName()))
      for (let at = 0; at < 20_000 * share; at++) await writeFile(join(folder, lockName(), `${at}`), '')
      return { bytes: 0, run: async (signal) => withLock(folder, signal, async () => undefined) }
    },
  },
]
