import { execFileSync } from 'node:child_process'
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../../../src/oras/credentials/read-config.js'
import { catchError } from '../../support/catch-error.js'
import { makeFolder } from '../../support/make-folder.js'
import { skipBecause, skipOnWindows } from '../../support/skip-because.js'

describe('readConfig()', () => {
  it('reads a file, also through a link, and removes a byte order mark', async () => {
    const folder = await makeFolder()
    await writeFile(join(folder, 'a'), '\uFEFF{"ü":1}')
    await symlink('a', join(folder, 'b'))

    expect(await readConfig(join(folder, 'a'))).toBe('{"ü":1}')
    expect(await readConfig(join(folder, 'b'))).toBe('{"ü":1}')
  })

  it.each(['none', 'a/none', 'no/such/folder'])('finds nothing at %s', async (path) => {
    const folder = await makeFolder()
    await writeFile(join(folder, 'a'), '')

    expect(await readConfig(join(folder, path))).toBeUndefined()
  })

  it('reads up to 1 MiB, and refuses a byte more', async () => {
    const path = join(await makeFolder(), 'a')
    await writeFile(path, ' '.repeat(1024 * 1024))
    expect(await readConfig(path)).toHaveLength(1024 * 1024)

    await writeFile(path, ' '.repeat(1024 * 1024 + 1))
    expect(await catchError(() => readConfig(path))).toMatchObject({
      code: 'ERR_CREDENTIALS',
      message: `Cannot read the logins in ${path}: it is larger than 1048576 bytes`,
      source: path,
      isGlobal: false,
    })
  })

  it.skipIf(skipOnWindows('stops at the limit in a device without end'))(
    'stops at the limit in a device without end',
    async () => {
      expect(await catchError(() => readConfig('/dev/zero'))).toMatchObject({ code: 'ERR_CREDENTIALS' })
      expect(await readConfig('/dev/null')).toBe('')
    },
  )

  it.skipIf(skipOnWindows('does not wait at a pipe without a writer'))(
    'does not wait at a pipe without a writer',
    async () => {
      const path = join(await makeFolder(), 'pipe')
      execFileSync('mkfifo', [path])

      expect(await readConfig(path)).toBe('')
    },
  )

  it('refuses a folder', async () => {
    const path = join(await makeFolder(), 'folder')
    await mkdir(path)

    expect(await catchError(() => readConfig(path))).toMatchObject({
      code: 'ERR_CREDENTIALS',
      message: `Cannot read the logins in ${path}: EISDIR`,
      cause: expect.objectContaining({ code: 'EISDIR' }),
    })
  })

  it.skipIf(skipBecause(process.seteuid === undefined && 'there are no users', 'files of another user'))(
    'lets the next file be asked if a file that was not named may not be read',
    async () => {
      const path = join(await makeFolder(), 'a')
      await writeFile(path, '{}')
      await chmod(path, 0)
      const before = process.geteuid?.() ?? 0
      if (before === 0) process.seteuid?.(65_534)
      try {
        expect(await catchError(() => readConfig(path, true))).toMatchObject({
          code: 'ERR_CREDENTIALS',
          isGlobal: true,
        })
        expect(await catchError(() => readConfig(path))).toMatchObject({ code: 'ERR_CREDENTIALS', isGlobal: false })
      } finally {
        if (before === 0) process.seteuid?.(before)
      }
    },
  )

  // The administrator may read everything.
  it.skipIf(skipBecause(process.getuid?.() === 0 && 'root may read everything', 'a file that may not be read'))(
    'reports a file that it may not read',
    async () => {
      const path = join(await makeFolder(), 'a')
      await writeFile(path, '{}')
      await chmod(path, 0)

      expect(await catchError(() => readConfig(path))).toMatchObject({ code: 'ERR_CREDENTIALS' })
    },
  )
})
