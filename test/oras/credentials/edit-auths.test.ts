import { chmod, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { editAuths } from '../../../src/oras/credentials/edit-auths.js'
import { catchError } from '../../support/catch-error.js'
import { eventually } from '../../support/eventually.js'
import { makeFolder } from '../../support/make-folder.js'
import { LIVING, LOCK } from '../../support/owners.js'
import { skipOnWindows } from '../../support/skip-because.js'
import { skipWaiting } from '../../support/skip-waiting.js'

const add = async (path: string, key = 'ghcr.io'): Promise<void> =>
  editAuths(path, (auths) => [...auths, [key, { auth: 'YTpi' }]])

describe('editAuths()', () => {
  it('makes a file and its folder, which other users may not read', async () => {
    const path = join(await makeFolder(), 'a/b/config.json')

    await add(path)

    expect(await readFile(path, 'utf8')).toBe('{\n\t"auths": {\n\t\t"ghcr.io": {\n\t\t\t"auth": "YTpi"\n\t\t}\n\t}\n}')
    if (process.platform === 'win32') return
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await stat(join(path, '..'))).mode & 0o777).toBe(0o700)
    expect((await stat(join(path, '../..'))).mode & 0o777).toBe(0o700)
  })

  it('keeps unknown members, their order and the indent, and removes the rights of other users', async () => {
    const folder = await makeFolder()
    const path = join(folder, 'config.json')
    const text = [
      '{',
      '  "zeta": [1, null, {"__proto__": {"a": 1}}],',
      '  "auths": {',
      '    "__proto__": {},',
      '    "quay.io": {"auth": "Yzpk", "email": "a@b.example"}',
      '  },',
      '  "__proto__": {"b": 2},',
      '  "credHelpers": {}',
      '}',
      '',
    ].join('\n')
    await writeFile(path, text)
    await chmod(path, 0o644)

    await add(path)

    const written = await readFile(path, 'utf8')
    expect(written.replace(/\s/g, '')).toBe(
      text.replace(/\s/g, '').replace('"email":"a@b.example"}}', '"email":"a@b.example"},"ghcr.io":{"auth":"YTpi"}}'),
    )
    expect(written).toMatch(/^\{\n {2}"zeta"[^]*\}\n$/)
    expect(await readdir(folder)).toEqual(['config.json'])
    if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('leaves no login under another spelling of "auths"', async () => {
    const path = join(await makeFolder(), 'config.json')
    await writeFile(path, '{"a":1,"Auths":{"quay.io":{"auth":"Yzpk"}},"b":2,"auths":{"x.example":{"auth":"YTpi"}}}')

    await editAuths(path, (auths) => auths.filter(([key]) => key !== 'quay.io'))

    const written = await readFile(path, 'utf8')
    expect(written.replace(/\s/g, '')).toBe('{"a":1,"auths":{"x.example":{"auth":"YTpi"}},"b":2}')
  })

  it('does not write the file if there is nothing to change', async () => {
    const path = join(await makeFolder(), 'config.json')
    await writeFile(path, '{ }')

    await editAuths(path, () => undefined)

    expect(await readFile(path, 'utf8')).toBe('{ }')
  })

  it('does not wait for the lock if there is nothing to change', async () => {
    const folder = await makeFolder()
    const claim = join(folder, LOCK, `0000000001-${LIVING}-AAAAAA`)
    await mkdir(claim, { recursive: true })

    await editAuths(join(folder, 'config.json'), () => undefined)

    expect(await readdir(folder)).toEqual([LOCK])
  })

  it('stops waiting when it is cancelled, and writes nothing', async () => {
    const folder = await makeFolder()
    const claim = join(folder, LOCK, `0000000001-${LIVING}-AAAAAA`)
    await mkdir(claim, { recursive: true })
    const controller = new AbortController()
    const reason = new Error('enough')

    const waiting = catchError(() => editAuths(join(folder, 'config.json'), () => [], controller.signal))
    await eventually(async () => expect(await readdir(join(folder, LOCK))).toHaveLength(2))
    controller.abort(reason)

    expect(await waiting).toBe(reason)
    expect(await readdir(folder)).toEqual([LOCK])
  })

  it('reports that another process holds the lock', async () => {
    const folder = await makeFolder()
    const path = join(folder, 'config.json')
    await mkdir(join(folder, LOCK, `0000000001-${LIVING}-AAAAAA`), { recursive: true })
    skipWaiting()

    expect(await catchError(() => add(path))).toMatchObject({
      code: 'ERR_CREDENTIALS',
      message: `Cannot write the logins in ${path}: another process has been writing there for five minutes`,
      hint: 'Wait until the process that holds the lock next to the file has ended, or end it.',
      cause: { code: 'ERR_ALREADY_EXISTS' },
    })
    expect(await readdir(folder)).toEqual([LOCK])
  })

  it.each(['kept/real.json', 'kept/new.json'])(
    'writes to %s, where a link leads, and leaves the link',
    async (target) => {
      const folder = await makeFolder()
      await mkdir(join(folder, 'kept'))
      await writeFile(join(folder, 'kept/real.json'), '{"a":1}')
      await symlink(target, join(folder, 'config.json'))

      await add(join(folder, 'config.json'))

      expect(await readlink(join(folder, 'config.json'))).toBe(target)
      expect(JSON.parse(await readFile(join(folder, target), 'utf8'))).toMatchObject({
        auths: { 'ghcr.io': { auth: 'YTpi' } },
      })
      expect(await readdir(folder)).toEqual(['config.json', 'kept'])
    },
  )

  it('loses neither of two changes that are made at once, also if one between them fails', async () => {
    const folder = await makeFolder()
    const path = join(folder, 'config.json')
    await symlink('config.json', join(folder, 'link'))

    const keys = Array.from({ length: 20 }, (_, index) => `host-${index}`)
    const failed = catchError(() =>
      editAuths(path, () => {
        throw new Error('no')
      }),
    )
    await Promise.all([...keys.map((key, index) => add(index % 2 ? path : join(folder, 'link'), key)), failed])

    const { auths } = JSON.parse(await readFile(path, 'utf8')) as { auths: object }
    expect(Object.keys(auths).toSorted()).toEqual(keys.toSorted())
    expect((await failed).message).toBe('no')
  })

  it.each(['{"auths":', '[]', '{"auths":[]}'])('refuses the broken file %s, and leaves it as it is', async (text) => {
    const folder = await makeFolder()
    const path = join(folder, 'config.json')
    await writeFile(path, text)

    expect(await catchError(() => add(path))).toMatchObject({ code: 'ERR_CREDENTIALS', source: path })
    expect(await readFile(path, 'utf8')).toBe(text)
    expect(await readdir(folder)).toEqual(['config.json'])
  })

  it('reports why it cannot write', async () => {
    const folder = await makeFolder()
    await writeFile(join(folder, 'file'), '')
    await symlink('loop', join(folder, 'loop'))

    expect(await catchError(() => add(join(folder, 'file/config.json')))).toMatchObject({
      code: 'ERR_CREDENTIALS',
      message: expect.stringMatching(/^Cannot write the logins in .*config\.json: (ENOTDIR|EEXIST)$/),
    })
    expect(await catchError(() => add(join(folder, 'loop')))).toMatchObject({
      code: 'ERR_CREDENTIALS',
      message: `Cannot write the logins in ${join(folder, 'loop')}: ELOOP`,
    })
  })

  it.skipIf(skipOnWindows('does not replace a device by a file'))('does not replace a device by a file', async () => {
    expect(await catchError(() => add('/dev/null'))).toMatchObject({
      code: 'ERR_CREDENTIALS',
      message: 'Cannot write the logins in /dev/null: it is not a file',
    })
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true)
  })
})
