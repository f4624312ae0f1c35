import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AlreadyExistsError, ContentMismatchError, NotFoundError } from '../../../src/oras/errors/oci-error.js'
import { bytesContent, checkedContent, type Content } from '../../../src/oras/oci/content.js'
import { writeContent, writeContents } from '../../../src/oras/store/write-content.js'
import { catchError } from '../../support/catch-error.js'
import { makeFolder } from '../../support/make-folder.js'

const hello = bytesContent(Buffer.from('hello'), { mediaType: 'text/plain' })

/** A content with the descriptor of `hello` that yields what the generator yields. */
const delivering = (open: () => AsyncIterable<Uint8Array>): Content => checkedContent(hello.descriptor, open)

const content = (text: string): Content => bytesContent(Buffer.from(text), { mediaType: 'text/plain' })
const broken: Content = {
  descriptor: content('broken').descriptor,
  async *open() {
    yield Buffer.from('bro')
    throw new Error('the source broke')
  },
}

describe('writeContent()', () => {
  it('writes the bytes under the name, and nothing else', async () => {
    const folder = await makeFolder()

    await writeContent(hello, join(folder, 'a'))

    expect(await readdir(folder)).toEqual(['a'])
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('hello')
  })

  it('refuses a name that is taken before it reads anything', async () => {
    const folder = await makeFolder()
    await writeFile(join(folder, 'a'), 'old')
    let isRead = false
    const content = delivering(async function* () {
      isRead = true
      yield Buffer.from('hello')
    })

    expect(await catchError(() => writeContent(content, join(folder, 'a')))).toBeInstanceOf(AlreadyExistsError)
    expect(isRead).toBe(false)
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('old')
  })

  it('writes content of many chunks in their order', async () => {
    const folder = await makeFolder()
    const bytes = Buffer.alloc(5 * 1024 * 1024 + 1, 'abcdefg')

    await writeContent(bytesContent(bytes, { mediaType: 'text/plain' }), join(folder, 'a'))

    expect((await readFile(join(folder, 'a'))).equals(bytes)).toBe(true)
  })

  it('writes empty content', async () => {
    const folder = await makeFolder()

    await writeContent(bytesContent(new Uint8Array(), { mediaType: 'text/plain' }), join(folder, 'a'))

    expect((await stat(join(folder, 'a'))).size).toBe(0)
  })

  it.each<[kind: string, make: (path: string) => Promise<unknown>]>([
    ['a file', (path) => writeFile(path, 'old')],
    ['a folder', (path) => mkdir(path)],
    ['a link to nowhere', (path) => symlink('nowhere', path)],
  ])('refuses the name of %s, and does not change it', async (_, make) => {
    const folder = await makeFolder()
    const path = join(folder, 'a')
    await make(path)

    const error = await catchError(() => writeContent(hello, path))

    expect(error).toBeInstanceOf(AlreadyExistsError)
    expect(error).toMatchObject({
      code: 'ERR_ALREADY_EXISTS',
      message: `Cannot write ${path}: it exists`,
      hint: 'Choose another path, or allow a file to be replaced with overwrite: true.',
    })
    expect(await readdir(folder)).toEqual(['a'])
    expect(await readFile(path, 'utf8').catch((cause: { code: string }) => cause.code)).toMatch(/^(old|EISDIR|ENOENT)$/)
  })

  it('refuses a name that was taken while it wrote', async () => {
    const path = join(await makeFolder(), 'a')
    const content = delivering(async function* () {
      await writeFile(path, 'faster')
      yield Buffer.from('hello')
    })

    expect(await catchError(() => writeContent(content, path))).toBeInstanceOf(AlreadyExistsError)
    expect(await readFile(path, 'utf8')).toBe('faster')
  })

  it('replaces a file if it is told to, and a link itself instead of what it points to', async () => {
    const folder = await makeFolder()
    await writeFile(join(folder, 'kept'), 'kept')
    await symlink('kept', join(folder, 'a'))

    await writeContent(hello, join(folder, 'a'), { overwrite: true })

    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('hello')
    expect(await readFile(join(folder, 'kept'), 'utf8')).toBe('kept')
    expect((await readdir(folder)).toSorted()).toEqual(['a', 'kept'])
  })

  it.each<[promise: string, open: () => AsyncIterable<Uint8Array>]>([
    [
      'other bytes',
      async function* () {
        yield Buffer.from('HELLO')
      },
    ],
    [
      'more bytes',
      async function* () {
        yield Buffer.from('hello!')
      },
    ],
    [
      'fewer bytes',
      async function* () {
        yield Buffer.from('hell')
      },
    ],
  ])('leaves nothing of content that has %s than its descriptor says', async (_, open) => {
    const folder = await makeFolder()

    const error = await catchError(() => writeContent(delivering(open), join(folder, 'a')))

    expect(error).toBeInstanceOf(ContentMismatchError)
    expect(await readdir(folder)).toEqual([])
  })

  it('leaves the old file if the new content is wrong', async () => {
    const folder = await makeFolder()
    await writeFile(join(folder, 'a'), 'old')
    const content = delivering(async function* () {
      yield Buffer.from('HELLO')
    })

    await catchError(() => writeContent(content, join(folder, 'a'), { overwrite: true }))

    expect(await readdir(folder)).toEqual(['a'])
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('old')
  })

  it('leaves nothing if reading fails, and passes the error on', async () => {
    const folder = await makeFolder()
    const broken = new Error('broken')
    const content = delivering(async function* () {
      yield Buffer.from('h')
      throw broken
    })

    expect(await catchError(() => writeContent(content, join(folder, 'a')))).toBe(broken)
    expect(await readdir(folder)).toEqual([])
  })

  it('shows nothing under the name before all bytes are right', async () => {
    const folder = await makeFolder()
    const seen: boolean[] = []
    const content = delivering(async function* () {
      yield Buffer.from('hel')
      seen.push((await readdir(folder)).includes('a'))
      yield Buffer.from('lo')
      seen.push((await readdir(folder)).includes('a'))
    })

    await writeContent(content, join(folder, 'a'))

    expect(seen).toEqual([false, false])
  })

  it('leaves nothing when it is aborted, and throws the reason of the signal', async () => {
    const folder = await makeFolder()
    const reason = new Error('enough')
    const controller = new AbortController()
    const content = delivering(async function* () {
      yield Buffer.from('hel')
      controller.abort(reason)
      yield Buffer.from('lo')
    })

    expect(await catchError(() => writeContent(content, join(folder, 'a'), { signal: controller.signal }))).toBe(reason)
    expect(await catchError(() => writeContent(hello, join(folder, 'a'), { signal: AbortSignal.abort(reason) }))).toBe(
      reason,
    )
    expect(await readdir(folder)).toEqual([])
  })

  it('says which folder is missing', async () => {
    const parent = join(await makeFolder(), 'no-such-folder')

    const error = await catchError(() => writeContent(hello, join(parent, 'a')))

    expect(error).toBeInstanceOf(NotFoundError)
    expect(error).toMatchObject({
      code: 'ERR_NOT_FOUND',
      message: `Cannot write ${join(parent, 'a')}: there is no folder ${parent}`,
      hint: 'Create the folder first.',
    })
  })
})

describe('writeContents()', () => {
  it('writes all of them', async () => {
    const folder = await makeFolder()

    await writeContents([
      { content: content('1'), path: join(folder, 'a') },
      { content: content('2'), path: join(folder, 'b') },
    ])

    expect(await readdir(folder)).toEqual(['a', 'b'])
    expect(await readFile(join(folder, 'b'), 'utf8')).toBe('2')
  })

  it.each([false, true])('writes none if one breaks, and keeps what was there: overwrite %s', async (overwrite) => {
    const folder = await makeFolder()
    if (overwrite) await writeFile(join(folder, 'a'), 'mine')

    const error = await catchError(() =>
      writeContents(
        [
          { content: content('1'), path: join(folder, 'a') },
          { content: broken, path: join(folder, 'b') },
        ],
        { overwrite },
      ),
    )

    expect(error.message).toBe('the source broke')
    expect(await readdir(folder)).toEqual(overwrite ? ['a'] : [])
    if (overwrite) expect(await readFile(join(folder, 'a'), 'utf8')).toBe('mine')
  })

  it('removes the first file again if the second one cannot be written', async () => {
    const folder = await makeFolder()
    await writeFile(join(folder, 'a'), 'mine')
    await mkdir(join(folder, 'b'))
    const files = [
      { content: content('1'), path: join(folder, 'a') },
      { content: content('2'), path: join(folder, 'b') },
      { content: content('3'), path: join(folder, 'c') },
    ]

    const error = await catchError(() => writeContents(files, { overwrite: true }))

    expect(error).toMatchObject({ code: 'ERR_ALREADY_EXISTS', message: `Cannot write ${join(folder, 'b')}: it exists` })
    expect(await readdir(folder)).toEqual(['a', 'b'])
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('mine')
  })

  it('removes files that must not be there, and restores them if another one fails', async () => {
    const folder = await makeFolder()
    await writeFile(join(folder, 'b'), 'stale')
    await mkdir(join(folder, 'c'))
    const files = [
      { content: content('1'), path: join(folder, 'a') },
      { content: undefined, path: join(folder, 'b') },
    ]

    await catchError(() =>
      writeContents([...files, { content: content('3'), path: join(folder, 'c') }], { overwrite: true }),
    )
    expect(await readdir(folder)).toEqual(['b', 'c'])
    expect((await catchError(() => writeContents(files))).message).toBe(`Cannot write ${join(folder, 'b')}: it exists`)

    await writeContents(files, { overwrite: true })
    expect(await readdir(folder)).toEqual(['a', 'c'])
  })

  it('does nothing without contents', async () => {
    await expect(writeContents([])).resolves.toBeUndefined()
  })
})
