/** Makes a temporary folder that is removed after the test. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'oras-helm-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
