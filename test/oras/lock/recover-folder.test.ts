import {
  chmod,
  chown,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it, vi, onTestFinished } from 'vitest'
import { makeStaging } from '../../../src/oras/lock/staging.js'
import { recoverFolder, withRecoveredFolder } from '../../../src/oras/lock/recover-folder.js'
import { catchError } from '../../support/catch-error.js'
import { eventually } from '../../support/eventually.js'
import { makeFolder } from '../../support/make-folder.js'
import { DEAD, EARLIER, ELSEWHERE, LIVING, LOCK, OWN } from '../../support/owners.js'
import { skipBecause, skipOnWindows } from '../../support/skip-because.js'

const temporary = (owner: string): string => `.oras-helm-${owner}-AAAAAA`

/** Makes a folder with a temporary one in it, which has these files. */
async function makeLeft(name: string, files: readonly string[] = ['new/mychart/half']): Promise<string> {
  const folder = await makeFolder()
  await mkdir(join(folder, name), { mode: 0o700 })
  for (const file of files) {
    await mkdir(dirname(join(folder, name, file)), { recursive: true })
    await writeFile(join(folder, name, file), file)
  }
  return folder
}

/** Sets the times of a file or folder to so many seconds ago. */
async function makeOld(path: string, seconds: number): Promise<void> {
  const time = new Date(Date.now() - seconds * 1000)
  await utimes(path, time, time)
}

const MINUTES = 60
const DAY = 24 * 60 * MINUTES

describe('recoverFolder(), of temporary folders', () => {
  it.each([
    ['a process that has ended', DEAD, 0],
    ['a process that had the number of this one before', EARLIER, 0],
    ['this process, if it does not use it', OWN, 3 * MINUTES],
    ['another machine that has given no sign of life for minutes', ELSEWHERE, 3 * MINUTES],
  ])('removes that of %s', async (_, owner, age) => {
    const folder = await makeLeft(temporary(owner))
    await makeOld(join(folder, temporary(owner)), age)

    await recoverFolder(folder, undefined)

    expect(await readdir(folder)).toEqual([])
  })

  it.each([
    ['a living process, however old it is', LIVING, DAY],
    ['another machine that has just given a sign of life', ELSEWHERE, 0],
    ['another copy of the library in this process', OWN, 0],
  ])('leaves that of %s', async (_, owner, age) => {
    const files = ['new/mychart/half', 'old/mychart/old']
    const folder = await makeLeft(temporary(owner), files)
    // Without the start time of a process, another process may have the same number.
    await makeOld(join(folder, temporary(owner)), owner.endsWith('-0') ? 0 : age)

    await recoverFolder(folder, undefined)

    expect(await readdir(folder)).toEqual([temporary(owner)])
    expect(await readFile(join(folder, temporary(owner), 'new/mychart/half'), 'utf8')).toBe('new/mychart/half')
  })

  it('leaves those of this process that are in use, or are to be removed later', async () => {
    const folder = await makeFolder()
    const staging = await makeStaging(folder)
    await makeOld(staging.path, DAY)

    await recoverFolder(folder, undefined)
    expect(await readdir(folder)).toHaveLength(1)

    await staging.release()
    await recoverFolder(folder, undefined)
    expect(await readdir(folder)).toEqual([])
  })

  it('removes what older versions left an hour ago, unless something may have to be restored', async () => {
    const folder = await makeLeft('.oras-helm-OldOld')
    for (const name of ['.oras-helm-NewNew', '.oras-helm-Moved0/old'])
      await mkdir(join(folder, name), { recursive: true })
    await chmod(join(folder, '.oras-helm-Moved0'), 0o700)
    for (const name of ['.oras-helm-OldOld', '.oras-helm-Moved0']) await makeOld(join(folder, name), 61 * MINUTES)

    await recoverFolder(folder, undefined)

    expect((await readdir(folder)).toSorted()).toEqual(['.oras-helm-Moved0', '.oras-helm-NewNew'])
  })

  it('removes a lock whose process has ended', async () => {
    const folder = await makeLeft(LOCK, [])
    await mkdir(join(folder, LOCK, `choosing-${DEAD}-AAAAAA`))

    await recoverFolder(folder, undefined)

    expect(await readdir(folder)).toEqual([])
  })

  it('does not wait for the lock if there is nothing to tidy', async () => {
    const folder = await makeLeft(LOCK, [])
    const claim = `0000000001-${LIVING}-AAAAAA`
    await mkdir(join(folder, LOCK, claim))

    await recoverFolder(folder, undefined)

    expect(await readdir(join(folder, LOCK))).toEqual([claim])
  })

  it('throws nothing but the reason of the signal', async () => {
    const reason = new Error('enough')
    const folder = await makeLeft(temporary(DEAD))

    await recoverFolder(join(folder, 'none'), undefined)
    expect(await catchError(() => recoverFolder(folder, AbortSignal.abort(reason)))).toBe(reason)
    expect(await readdir(folder)).toEqual([temporary(DEAD)])
  })
})

describe('recoverFolder(), of what was moved away', () => {
  it.skipIf(skipOnWindows('links that are moved back'))(
    'restores it if nothing new has appeared: a folder, a file, a link',
    async () => {
      const folder = await makeLeft(temporary(DEAD), ['new/a/new', 'old/a/old', 'old/b'])
      await symlink('nowhere', join(folder, temporary(DEAD), 'old/c'))

      await recoverFolder(folder, undefined)

      expect((await readdir(folder)).toSorted()).toEqual(['a', 'b', 'c'])
      expect(await readdir(join(folder, 'a'))).toEqual(['old'])
      expect(await readFile(join(folder, 'b'), 'utf8')).toBe('old/b')
      expect(await readlink(join(folder, 'c'))).toBe('nowhere')
    },
  )

  it.each(['a file', 'an empty folder', 'a link'])(
    'replaces nothing with it, and keeps it until the name is free again: %s',
    async (kind) => {
      const folder = await makeLeft(temporary(DEAD), ['new/a/new', 'old/a/old'])
      const path = join(folder, 'a')
      if (kind === 'a file') await writeFile(path, 'mine')
      else if (kind === 'a link') await symlink('nowhere', path)
      else await mkdir(path)
      const before = await lstat(path)

      await recoverFolder(folder, undefined)
      await recoverFolder(folder, undefined)

      expect(await readdir(folder)).toEqual([temporary(DEAD), 'a'])
      expect((await lstat(path)).ino).toBe(before.ino)

      await rm(path, { recursive: true })
      await recoverFolder(folder, undefined)

      expect(await readdir(folder)).toEqual(['a'])
      expect(await readdir(path)).toEqual(['old'])
    },
  )

  it('keeps no second name of a file that was never moved away', async () => {
    const folder = await makeLeft(temporary(DEAD), ['new/a', 'old/a'])
    await link(join(folder, temporary(DEAD), 'old/a'), join(folder, 'a'))

    await recoverFolder(folder, undefined)

    expect(await readdir(folder)).toEqual(['a'])
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('old/a')
  })

  it('does not restore it once the new one has appeared, and completes the new one', async () => {
    const folder = await makeLeft(temporary(DEAD), ['siblings/b', 'siblings/c', 'old/a', 'old/b', 'old/d'])
    await mkdir(join(folder, temporary(DEAD), 'new'))
    await writeFile(join(folder, 'a'), 'new')
    await writeFile(join(folder, 'c'), 'mine')

    await recoverFolder(folder, undefined)

    const read = async (name: string): Promise<string> => readFile(join(folder, name), 'utf8')
    expect(await readdir(folder)).toEqual(['a', 'b', 'c'])
    expect([await read('a'), await read('b'), await read('c')]).toEqual(['new', 'siblings/b', 'mine'])
  })
})

describe('withRecoveredFolder()', () => {
  it('runs only after what was moved away is restored', async () => {
    const folder = await makeLeft(temporary(DEAD), ['new/a/new', 'old/a/old'])

    const seen = await withRecoveredFolder(folder, undefined, () => readdir(folder))

    expect(seen).toEqual([LOCK, 'a'])
    expect(await readdir(folder)).toEqual(['a'])
  })
})

describe.skipIf(skipOnWindows('names that others have made'))('recoverFolder(), of names that others have made', () => {
  it('neither follows nor removes a link', async () => {
    const folder = await makeLeft('elsewhere', ['new/x/new', 'old/evil'])
    await symlink('elsewhere', join(folder, temporary(DEAD)))

    await recoverFolder(folder, undefined)

    expect((await readdir(folder)).toSorted()).toEqual([temporary(DEAD), 'elsewhere'])
    expect(await readdir(join(folder, 'elsewhere'))).toEqual(['new', 'old'])
  })

  it('leaves files, and names that only resemble those of the library', async () => {
    const folder = await makeFolder()
    const names = [temporary(DEAD), '.oras-helm-notes', '.oras-helm-AAAAAAA', `.oras-helm-${DEAD}`, '.oras-helm-']
    for (const name of names) await writeFile(join(folder, name), '')

    await recoverFolder(folder, undefined)

    expect((await readdir(folder)).toSorted()).toEqual(names.toSorted())
  })

  it.each([0o755, 0o770, 0o702])('leaves a folder that other users may enter or write to: %o', async (mode) => {
    const folder = await makeLeft(temporary(DEAD), ['new/x/new', 'old/evil'])
    await chmod(join(folder, temporary(DEAD)), mode)

    await recoverFolder(folder, undefined)

    expect(await readdir(folder)).toEqual([temporary(DEAD)])
  })

  const isRoot = process.getuid?.() === 0
  it.skipIf(skipBecause(!isRoot && 'only root can make a folder of another user', 'folders of another user'))(
    'leaves the folder of another user, and restores nothing from it',
    async () => {
      const folder = await makeLeft(temporary(DEAD), ['new/x/new', 'old/evil'])
      await chown(join(folder, temporary(DEAD)), 12345, 12345)

      await recoverFolder(folder, undefined)

      expect(await readdir(folder)).toEqual([temporary(DEAD)])
    },
  )
})

describe('a temporary folder', () => {
  it('gives a sign of life every ten seconds, by the clock of its file system', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    const folder = await makeFolder()
    const staging = await makeStaging(folder)
    await makeOld(staging.path, DAY)
    const before = await lstat(staging.path)

    vi.advanceTimersByTime(10_000)
    await eventually(async () => expect((await lstat(staging.path)).mtimeMs).toBeGreaterThan(before.mtimeMs))

    await staging.remove()
    expect(vi.getTimerCount()).toBe(0)
    expect(await readdir(folder)).toEqual([])
  })
})
