import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { followLink } from '../../../src/oras/credentials/write-private-file.js'
import { catchError } from '../../support/catch-error.js'
import { makeFolder } from '../../support/make-folder.js'
import { skipOnWindows } from '../../support/skip-because.js'

async function enterFolder(): Promise<string> {
  const before = process.cwd()
  const folder = await realpath(await makeFolder())
  process.chdir(folder)
  onTestFinished(() => process.chdir(before))
  return folder
}

describe('followLink()', () => {
  // A regression: a relative path with a folder once led to the same folder inside that folder.
  it.each([
    ['auth.json', 'auth.json'],
    ['conf/auth.json', 'conf/auth.json'],
    ['./conf/../auth.json', 'auth.json'],
    ['../inner/auth.json', 'inner/auth.json'],
    ['a/b/c/auth.json', 'a/b/c/auth.json'],
  ])('%s gives its absolute path, whether the file exists or not', async (path, expected) => {
    const outer = await enterFolder()
    const inner = path.startsWith('..') ? join(outer, 'inner') : outer
    await mkdir(inner, { recursive: true })
    process.chdir(inner)
    const file = join(outer, expected)

    expect(await followLink(path)).toBe(file)
    await mkdir(join(file, '..'), { recursive: true })
    await writeFile(file, '')
    expect(await followLink(path)).toBe(file)
  })

  it.skipIf(skipOnWindows('links to files of logins'))(
    'follows all links, also to a file that does not exist',
    async () => {
      const folder = await enterFolder()
      await mkdir('real')
      await symlink('real', 'folder')
      await symlink('b', 'real/a')
      await symlink('../target.json', 'real/b')

      expect(await followLink('folder/a')).toBe(join(folder, 'target.json'))
      await writeFile('target.json', '')
      expect(await followLink('folder/a')).toBe(join(folder, 'target.json'))
    },
  )

  // ".." after a link is resolved from the target of the link, as the system does it.
  it.skipIf(skipOnWindows('links to folders'))('resolves ".." from the target of a link', async () => {
    const folder = await enterFolder()
    await mkdir('real/inner', { recursive: true })
    await symlink('real/inner', 'link')
    await symlink('link/../target.json', 'dangling.json')

    expect(await followLink('link/../auth.json')).toBe(join(folder, 'real/auth.json'))
    expect(await followLink('dangling.json')).toBe(join(folder, 'real/target.json'))
    await writeFile('link/../auth.json', '')
    expect(await followLink('link/../auth.json')).toBe(join(folder, 'real/auth.json'))
  })

  it.skipIf(skipOnWindows('links in a circle'))('stops at links that form a circle', async () => {
    await enterFolder()
    await symlink('b', 'a')
    await symlink('a', 'b')

    expect((await catchError(() => followLink('a'))).message).toMatch(/ELOOP|circle/)
  })
})
