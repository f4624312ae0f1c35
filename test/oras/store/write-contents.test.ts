import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bytesContent, type Content } from '../../../src/oras/oci/content.js'
import { writeContents } from '../../../src/oras/store/write-contents.js'
import { caught, makeFolder } from '../../support/make-chart.js'

const content = (text: string): Content => bytesContent(Buffer.from(text), { mediaType: 'text/plain' })
const broken: Content = {
  descriptor: content('broken').descriptor,
  async *open() {
    yield Buffer.from('bro')
    throw new Error('the source broke')
  },
}

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

    const error = await caught(
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

  it('takes back the first one if the second one cannot have its name', async () => {
    const folder = await makeFolder()
    await writeFile(join(folder, 'a'), 'mine')
    await mkdir(join(folder, 'b'))
    const files = [
      { content: content('1'), path: join(folder, 'a') },
      { content: content('2'), path: join(folder, 'b') },
      { content: content('3'), path: join(folder, 'c') },
    ]

    const error = await caught(writeContents(files, { overwrite: true }))

    expect(error).toMatchObject({ code: 'ERR_ALREADY_EXISTS', message: `Cannot write ${join(folder, 'b')}: it exists` })
    expect(await readdir(folder)).toEqual(['a', 'b'])
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('mine')
  })

  it('takes away what must not be there, and puts it back if another one fails', async () => {
    const folder = await makeFolder()
    await writeFile(join(folder, 'b'), 'stale')
    await mkdir(join(folder, 'c'))
    const files = [
      { content: content('1'), path: join(folder, 'a') },
      { content: undefined, path: join(folder, 'b') },
    ]

    await caught(writeContents([...files, { content: content('3'), path: join(folder, 'c') }], { overwrite: true }))
    expect(await readdir(folder)).toEqual(['b', 'c'])
    expect((await caught(writeContents(files))).message).toBe(`Cannot write ${join(folder, 'b')}: it exists`)

    await writeContents(files, { overwrite: true })
    expect(await readdir(folder)).toEqual(['a', 'c'])
  })

  it('does nothing for nothing', async () => {
    await writeContents([])
  })
})
