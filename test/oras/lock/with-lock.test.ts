import { chown, mkdir, readdir, rmdir, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { withLock } from '../../../src/oras/lock/with-lock.js'
import { catchError } from '../../support/catch-error.js'
import { eventually } from '../../support/eventually.js'
import { makeFolder } from '../../support/make-folder.js'
import { DEAD, ELSEWHERE, LIVING, LOCK } from '../../support/owners.js'
import { skipBecause, skipOnWindows } from '../../support/skip-because.js'
import { skipWaiting } from '../../support/skip-waiting.js'

/** Makes a folder in which other processes have made claims. */
async function makeClaims(...claims: readonly string[]): Promise<string> {
  const folder = await makeFolder()
  for (const claim of claims) await mkdir(join(folder, LOCK, claim), { recursive: true })
  return folder
}

const FIRST = `0000000001-${LIVING}-AAAAAA`

describe('withLock()', () => {
  it('lets the calls of a process run one after the other, in their order, and leaves nothing', async () => {
    const folder = await makeFolder()
    const order: string[] = []

    const given = await Promise.all(
      [1, 2, 3, 4].map((call) =>
        withLock(folder, undefined, async () => {
          order.push(`${call} begins`)
          await readdir(folder)
          order.push(`${call} ends`)
          return call
        }),
      ),
    )

    expect(given).toEqual([1, 2, 3, 4])
    expect(order).toEqual([1, 2, 3, 4].flatMap((call) => [`${call} begins`, `${call} ends`]))
    expect(await readdir(folder)).toEqual([])
  })

  it.skipIf(skipOnWindows('folders that have many names'))(
    'lets calls run one at a time that reach the folder by different names',
    async () => {
      const folder = await makeFolder()
      const real = join(folder, 'real')
      await mkdir(real)
      const names = Array.from({ length: 6 }, (_, index) => join(folder, `link-${index}`))
      for (const name of names) await symlink('real', name)
      let inside = 0
      const seen: number[] = []

      await Promise.all(
        names.flatMap((name) =>
          [1, 2, 3].map(() =>
            withLock(name, undefined, async () => {
              inside++
              await readdir(folder)
              seen.push(inside)
              inside--
            }),
          ),
        ),
      )

      expect(seen).toEqual(Array(18).fill(1))
      expect(await readdir(real)).toEqual([])
    },
  )

  it('lets the next call run after one that failed, and passes its error on', async () => {
    const folder = await makeFolder()
    const reason = new Error('no')

    expect(
      await catchError(() =>
        withLock(folder, undefined, () => {
          throw reason
        }),
      ),
    ).toBe(reason)
    expect(await withLock(folder, undefined, () => Promise.resolve('next'))).toBe('next')
    expect(await readdir(folder)).toEqual([])
  })

  it('reports that there is no folder to lock', async () => {
    const folder = join(await makeFolder(), 'none')

    expect(await catchError(() => withLock(folder, undefined, () => Promise.resolve()))).toMatchObject({
      code: 'ENOENT',
    })
  })

  it.each([
    ['has its turn', FIRST],
    ['is choosing its turn', `choosing-${LIVING}-AAAAAA`],
    ['on another machine has its turn', `0000000001-${ELSEWHERE}-AAAAAA`],
  ])('waits while a living process %s', async (_, claim) => {
    const folder = await makeClaims(claim)
    const controller = new AbortController()
    const reason = new Error('enough')
    let isRun = false

    const waiting = catchError(() =>
      withLock(folder, controller.signal, () => {
        isRun = true
        return Promise.resolve()
      }),
    )
    await eventually(async () => {
      const others = (await readdir(join(folder, LOCK))).filter((name) => name !== claim)
      expect(others).toEqual([expect.stringMatching(/^\d{10}-/)])
    })
    controller.abort(reason)

    expect(await waiting).toBe(reason)
    expect(isRun).toBe(false)
    expect(await readdir(join(folder, LOCK))).toEqual([claim])
  })

  it('waits for claims with a smaller number, and not for those with a larger one', async () => {
    const folder = await makeClaims(FIRST)
    const later = `0000000009-${LIVING}-AAAAAA`

    const waiting = withLock(folder, undefined, () => readdir(join(folder, LOCK)))
    const [own = ''] = await eventually(async () => {
      const others = (await readdir(join(folder, LOCK))).filter((name) => /^\d/.test(name) && name !== FIRST)
      expect(others).toHaveLength(1)
      return others
    })
    expect(own).toMatch(/^0000000002-/)
    await mkdir(join(folder, LOCK, later))
    await rmdir(join(folder, LOCK, FIRST))

    expect((await waiting).toSorted()).toEqual([own, later])
  })

  it.each([
    ['a process that has ended', `0000000001-${DEAD}-AAAAAA`],
    ['a process that was choosing when it ended', `choosing-${DEAD}-AAAAAA`],
  ])('does not wait for %s, and removes what it has left', async (_, claim) => {
    const folder = await makeClaims(claim)

    expect(await withLock(folder, undefined, () => readdir(join(folder, LOCK)))).toEqual([
      expect.stringMatching(/^\d{10}-/),
    ])
    expect(await readdir(folder)).toEqual([])
  })

  it('does not wait for a machine that has given no sign of life for minutes', async () => {
    const claim = `0000000001-${ELSEWHERE}-AAAAAA`
    const folder = await makeClaims(claim)
    const longAgo = new Date(Date.now() - 180_000)
    await utimes(join(folder, LOCK, claim), longAgo, longAgo)

    expect(await withLock(folder, undefined, () => Promise.resolve('free'))).toBe('free')
    expect(await readdir(folder)).toEqual([])
  })

  it('gives up after five minutes, and names the process that it has waited for', async () => {
    const folder = await makeClaims(FIRST)
    skipWaiting()

    expect(await catchError(() => withLock(folder, undefined, () => Promise.resolve()))).toMatchObject({
      code: 'ERR_ALREADY_EXISTS',
      message: `Cannot get the lock ${join(folder, LOCK)}: process ${process.ppid} has kept it for five minutes`,
      hint: 'Wait until that process, which may be on another machine, has ended, or end it.',
    })
    expect(await readdir(join(folder, LOCK))).toEqual([FIRST])
  })

  it('when it is cancelled, stops blocking the calls behind it, and lets the call before it finish', async () => {
    const folder = await makeFolder()
    const controller = new AbortController()
    const reason = new Error('enough')
    let end = (): void => {}
    let first = Promise.resolve()
    await new Promise<void>((begun) => {
      first = withLock(folder, undefined, () => {
        begun()
        return new Promise<void>((resolve) => (end = resolve))
      })
    })
    const second = catchError(() => withLock(folder, controller.signal, () => Promise.resolve()))
    let isThird = false
    const third = withLock(folder, undefined, () => {
      isThird = true
      return Promise.resolve()
    })

    controller.abort(reason)
    expect(await second).toBe(reason)
    expect(isThird).toBe(false)
    end()
    await Promise.all([first, third])
    expect(isThird).toBe(true)
    expect(await readdir(folder)).toEqual([])
  })

  it.skipIf(skipOnWindows('links in the place of a lock'))(
    'runs without the lock if something else has its name, and does not change that',
    async () => {
      const folder = await makeFolder()
      await mkdir(join(folder, 'elsewhere'))
      await symlink('elsewhere', join(folder, LOCK))
      await writeFile(join(folder, 'elsewhere/mine'), '')

      expect(await withLock(folder, undefined, (made) => Promise.resolve(made))).toBeUndefined()
      expect(await readdir(join(folder, 'elsewhere'))).toEqual(['mine'])
      expect(await readdir(folder)).toEqual([LOCK, 'elsewhere'])
    },
  )

  const isRoot = process.getuid?.() === 0
  it.skipIf(skipBecause(!isRoot && 'only root can make a folder of another user', 'the lock of another user'))(
    'does not wait for what another user has made',
    async () => {
      const folder = await makeClaims(FIRST)
      await chown(join(folder, LOCK), 12345, 12345)

      expect(await withLock(folder, undefined, (made) => Promise.resolve(made))).toBeUndefined()
      expect(await readdir(join(folder, LOCK))).toEqual([FIRST])
    },
  )
})
