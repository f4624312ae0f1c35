import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { unpackChart } from '../../../src/helm/folder/unpack-chart.js'
import { makeStaging } from '../../../src/oras/lock/staging.js'
import { recoverFolder } from '../../../src/oras/lock/recover-folder.js'
import { bytesContent, checkedContent } from '../../../src/oras/oci/content.js'
import { writeContent } from '../../../src/oras/store/write-content.js'
import { catchError } from '../../support/catch-error.js'
import { toFiles } from '../../support/make-chart.js'
import { makeFolder } from '../../support/make-folder.js'
import { DEAD } from '../../support/owners.js'

const { removing } = vi.hoisted(() => ({ removing: { begun: (_name: string): void => {} } }))
// Removing never ends, as in a folder with very many files.
vi.mock('../../../src/oras/remove-from-folder.js', () => ({
  removeFromFolder: (_parent: unknown, name: string) => {
    removing.begun(name)
    return new Promise(() => {})
  },
}))

/** A signal that aborts as soon as something is being removed. */
function whenRemoving(reason: Error): AbortSignal {
  const controller = new AbortController()
  removing.begun = () => controller.abort(reason)
  return controller.signal
}

it('recoverFolder() waits no longer for a folder that is being removed when the signal comes', async () => {
  const folder = await makeFolder()
  for (const end of ['AAAAAA', 'BBBBBB']) await mkdir(join(folder, `.oras-helm-${DEAD}-${end}`), { mode: 0o700 })
  const reason = new Error('enough')

  expect(await catchError(() => recoverFolder(folder, whenRemoving(reason)))).toBe(reason)
})

it('unpackChart() has replaced a folder, and does not wait until the old one is removed', async () => {
  const folder = await makeFolder()
  await mkdir(join(folder, 'mychart'))
  await writeFile(join(folder, 'mychart/a'), 'old')
  const metadata = { apiVersion: 'v2', name: 'mychart', version: '1.2.3' }
  const chart = { metadata, files: toFiles({ a: 'new' }), dependencies: [], warnings: [] }

  await unpackChart(chart, folder, { overwrite: true, signal: whenRemoving(new Error('enough')) })

  expect(await readFile(join(folder, 'mychart/a'), 'utf8')).toBe('new')
})

it('writeContent() rejects with its reason while what it has written is being removed', async () => {
  const folder = await makeFolder()
  const reason = new Error('enough')
  const { descriptor } = bytesContent(Buffer.from('whole'), { mediaType: 'any' })
  const wrong = checkedContent(descriptor, async function* () {
    yield Buffer.from('half')
  })

  expect(await catchError(() => writeContent(wrong, join(folder, 'a'), { signal: whenRemoving(reason) }))).toBe(reason)
  expect((await readdir(folder)).filter((name) => !name.startsWith('.oras-helm-'))).toEqual([])
})

it('the other files of a temporary folder are removed before the new one: otherwise they would look complete', async () => {
  const staging = await makeStaging(await makeFolder())

  const first = await new Promise<string>((resolve) => {
    removing.begun = resolve
    void staging.remove()
  })

  expect(first).toBe('siblings')
  await staging.release()
})
