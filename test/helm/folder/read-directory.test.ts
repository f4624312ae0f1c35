import { execFileSync } from 'node:child_process'
import { existsSync, renameSync } from 'node:fs'
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ChartLimits } from '../../../src/helm/model/chart-limits.js'
import { readDirectory } from '../../../src/helm/folder/read-directory.js'
import { createReadContext } from '../../../src/helm/model/read-context.js'
import { asUser, noUsers } from '../../support/as-user.js'
import { makePipe } from '../../support/make-pipe.js'
import { CHART_YAML, caught, makeFolder, writeFolder } from '../../support/make-chart.js'

async function readPaths(folder: string, limits: ChartLimits = {}): Promise<string[]> {
  const files = await readDirectory(folder, createReadContext('mychart', { limits }))
  return files.map(({ path }) => path)
}

describe('readDirectory', () => {
  it('walks in the order of the bytes of the names, files and folders mixed', async () => {
    const names = ['templates/NOTES.txt', 'templates/_helpers.tpl', 'templates/a.yaml', 'a', 'a-b', 'a.d/x', 'Z']
    const folder = await writeFolder(Object.fromEntries(names.map((name) => [name, name])))

    expect(await readPaths(folder)).toEqual([
      'Z',
      'a',
      'a-b',
      'a.d/x',
      'templates/NOTES.txt',
      'templates/_helpers.tpl',
      'templates/a.yaml',
    ])
  })

  it('leaves out what .helmignore names, folders as a whole, and dotfiles in templates', async () => {
    const folder = await writeFolder({
      '.helmignore': 'secret/\n*.bak\n',
      'secret/deep/file': '',
      'a.bak': '',
      'templates/.hidden': '',
      'templates/sub/.kept': '',
      b: '',
    })

    expect(await readPaths(folder)).toEqual(['.helmignore', 'b', 'templates/sub/.kept'])
  })

  it('follows links to files and folders inside the chart, under their own names', async () => {
    const folder = await writeFolder({ 'files/a': 'a' })
    await symlink('files', join(folder, 'linked'))
    await symlink(join(folder, 'files', 'a'), join(folder, 'b'))

    expect(await readPaths(folder)).toEqual(['b', 'files/a', 'linked/a'])
  })

  it('takes a link to the chart itself for the chart', async () => {
    const folder = await writeFolder({ a: 'a' })
    const link = join(await makeFolder(), 'link')
    await symlink(folder, link)

    expect(await readPaths(link)).toEqual(['a'])
  })

  it.each([
    ['../outside', 'leaves the chart'],
    ['/etc/hostname', 'leaves the chart'],
    ['nowhere', 'leads to nothing'],
    ['link', 'leads to nothing'],
    ['.', 'leads back to a folder around it'],
  ])('refuses a link to %s, unless it is ignored', async (target, reason) => {
    const parent = await writeFolder({ outside: 'secret', 'chart/a': '' })
    const folder = join(parent, 'chart')
    await symlink(target, join(folder, 'link'))

    const error = await caught(readPaths(folder))
    expect(error.message).toBe(`Cannot read chart mychart: the link "link" ${reason}`)
    expect(error.hint).toBe(
      'A link must lead to another file or folder of the chart: correct it, put a copy in its place, or name it in .helmignore.',
    )
    expect(error.code).toBe('ERR_INVALID_CHART')

    await writeFile(join(folder, '.helmignore'), 'link')
    expect(await readPaths(folder)).toEqual(['.helmignore', 'a'])
  })

  it('refuses folders that link to each other', async () => {
    const folder = await writeFolder({ 'a/x': '', 'b/x': '' })
    await symlink('../b', join(folder, 'a', 'to-b'))
    await symlink('../a', join(folder, 'b', 'to-a'))

    expect((await caught(readPaths(folder))).message).toBe(
      'Cannot read chart mychart: the link "a/to-b/to-a" leads back to a folder around it',
    )
  })

  it('refuses pipes without opening them', async ({ skip }) => {
    const folder = await makeFolder()
    makePipe(join(folder, 'pipe'), skip)

    expect((await caught(readPaths(folder))).message).toBe(
      'Cannot read chart mychart: cannot load irregular file "pipe" as it has file mode type bits set',
    )
  })

  it('neither waits for a pipe that has come into the place of a file meanwhile, nor packs it', async ({ skip }) => {
    const pipe = join(await makeFolder(), 'pipe')
    makePipe(pipe, skip)
    const folder = await writeFolder({ a: 'text' })
    // The signal is looked at between the walk and the reading.
    const throwIfAborted = (): void => void (existsSync(pipe) && renameSync(pipe, join(folder, 'a')))
    const signal = Object.assign(new AbortController().signal, { throwIfAborted })

    expect((await caught(readDirectory(folder, createReadContext('mychart', { signal })))).message).toBe(
      'Cannot read chart mychart: cannot load irregular file "a" as it has file mode type bits set',
    )
  })

  it('refuses names that are not UTF-8, unless they are ignored', async ({ skip }) => {
    const folder = await writeFolder({ a: '' })
    try {
      await writeFile(Buffer.concat([Buffer.from(`${folder}/`), Buffer.of(0xff), Buffer.from('.txt')]), '')
    } catch {
      return skip('this file system takes no such names')
    }

    expect((await caught(readPaths(folder))).message).toBe(
      'Cannot read chart mychart: the name "\uFFFD.txt" is not UTF-8',
    )

    await writeFile(join(folder, '.helmignore'), '*.txt')
    expect(await readPaths(folder)).toEqual(['.helmignore', 'a'])
  })

  it.each<[ChartLimits, string, string]>([
    [
      { fileBytes: 5 },
      'chart file "a/large" is larger than the maximum file size 5',
      'Leave the file out of the chart, or raise limits.fileBytes. Helm 3 loads no file of more than 5 MiB.',
    ],
    [
      { chartBytes: 9 },
      'the chart is larger than the maximum size 9',
      'Leave files out of the chart, or raise limits.chartBytes. Helm loads no chart of 100 MiB or more.',
    ],
    [
      { files: 2 },
      'it has more than 2 files and folders',
      'Leave files out of the chart, with .helmignore for example, or raise limits.files.',
    ],
  ])('refuses what is over the limits %o', async (limits, reason, hint) => {
    const folder = await writeFolder({ 'a/large': 'xxxxxx', b: 'xxx' })

    const error = await caught(readPaths(folder, limits))
    expect(error.message).toBe(`Cannot read chart mychart: ${reason}`)
    expect(error.hint).toBe(hint)
    expect(error.code).toBe('ERR_LIMIT_EXCEEDED')
  })

  it('refuses a folder called .helmignore, as Helm does, though it holds no rules', async () => {
    const folder = await writeFolder({ '.helmignore/x': '', 'Chart.yaml': CHART_YAML })

    expect((await caught(readPaths(folder))).message).toBe(
      'Cannot read chart mychart: cannot load .helmignore: it is not a regular file',
    )
  })

  it('refuses a malformed .helmignore', async () => {
    const folder = await writeFolder({ '.helmignore': '**/x', 'Chart.yaml': CHART_YAML })

    expect((await caught(readPaths(folder))).message).toBe(
      'Cannot read chart mychart: cannot load .helmignore: double-star (**) syntax is not supported',
    )
  })

  it('refuses paths that are too long for the system', async ({ skip }) => {
    const folder = await makeFolder()
    // Each folder is made from within its parent, for no system takes a path of all of them.
    const script = "for (let i = 0; i < 25; i++) { fs.mkdirSync('x'.repeat(200)); process.chdir('x'.repeat(200)) }"
    try {
      execFileSync(process.execPath, ['-e', script], { cwd: folder, stdio: 'ignore' })
    } catch {
      return skip('this system makes no such paths')
    }

    const error = await caught(readPaths(folder))
    execFileSync('rm', ['-rf', join(folder, 'x'.repeat(200))])
    expect(error.message).toMatch(/^Cannot read chart mychart: the path "[x/…]+" is too long$/)
    expect(error.code).toBe('ERR_INVALID_CHART')
  })

  it('does not read rules from outside the chart', async () => {
    const folder = await writeFolder({ rules: '*', 'chart/a': '' })
    await symlink('../rules', join(folder, 'chart', '.helmignore'))

    expect((await caught(readPaths(join(folder, 'chart')))).message).toBe(
      'Cannot read chart mychart: the link ".helmignore" leaves the chart',
    )
  })

  it('stops at the signal, with its reason', async () => {
    const folder = await writeFolder({ a: '' })
    await mkdir(join(folder, 'b'))
    const reason = new Error('enough')

    const context = createReadContext('mychart', { signal: AbortSignal.abort(reason) })
    await expect(readDirectory(folder, context)).rejects.toBe(reason)
  })

  it('gives way to others in the process, and so to the signal, also among very many names that are ignored', async () => {
    const folder = await writeFolder({ '.helmignore': 'ignored-*' })
    for (let count = 0; count < 20; count++) {
      const inner = join(folder, `folder-${count}`)
      await mkdir(inner)
      for (let index = 0; index < 10; index++) await writeFile(join(inner, `ignored-${index}`), '')
    }
    // Whoever walks to the end finds this.
    await symlink('/', join(folder, 'z'))
    const reason = new Error('enough')
    const controller = new AbortController()
    setImmediate(() => setImmediate(() => controller.abort(reason)))

    const context = createReadContext('mychart', { signal: controller.signal })
    await expect(readDirectory(folder, context)).rejects.toBe(reason)
  })

  describe('what is ignored', () => {
    const HINT =
      'Ignore whole folders in .helmignore, which are not read then, or raise limits.files. A link counts as ten names.'

    it('counts towards no limit of files, in an ignored folder not even as met', async () => {
      const names = Array.from({ length: 40 }, (_, at) => [`modules/${at}`, ''])
      const folder = await writeFolder({
        '.helmignore': 'modules/\n*.bak',
        'a.bak': '',
        'b.bak': '',
        ...Object.fromEntries(names),
      })

      expect(await readPaths(folder, { files: 1 })).toEqual(['.helmignore'])
    })

    it('is met ten times as often as there may be files, and no more', async () => {
      const names = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`${at}.bak`, '']))
      const rules = { '.helmignore': '*.bak' }

      expect(await readPaths(await writeFolder({ ...rules, ...names(19) }), { files: 2 })).toEqual(['.helmignore'])
      const error = await caught(readPaths(await writeFolder({ ...rules, ...names(20) }), { files: 2 }))
      expect(error).toMatchObject({ code: 'ERR_LIMIT_EXCEEDED', limit: 20, hint: HINT })
      expect(error.message).toBe(
        'Cannot read chart mychart: the folder holds more than 20 names, ignored ones included',
      )
    })

    it('is counted again behind each link', async () => {
      const names = Array.from({ length: 100 }, (_, at) => [`files/${at}.bak`, ''])
      const folder = await writeFolder({ '.helmignore': '*.bak', ...Object.fromEntries(names) })
      for (let at = 0; at < 10; at++) await symlink('files', join(folder, `link-${at}`))

      expect((await caught(readPaths(folder, { files: 100 }))).message).toMatch(
        / holds more than 1000 names, ignored ones included$/,
      )
    })
  })

  describe('rules that are much work', () => {
    const HINT = 'Write fewer rules with "*", "?" or brackets, or plain names in their place.'
    const name = 'a'.repeat(240)

    it('are refused before they are tried', async () => {
      const folder = await writeFolder({ '.helmignore': `*${'x'.repeat(4097)}`, [name]: '' })

      const error = await caught(readPaths(folder))
      expect(error).toMatchObject({ code: 'ERR_LIMIT_EXCEEDED', limit: 4096, hint: HINT })
      expect(error.message).toBe(
        'Cannot read chart mychart: the rules of .helmignore need patterns of more than 4096 characters',
      )
    })

    it('are left at the signal, between one name and the next', async () => {
      const rules = Array.from({ length: 800 }, (_, at) => `*${String.fromCodePoint(0x4e00 + at)}*`).join('\n')
      const names = Array.from({ length: 60 }, (_, at) => [`${name}${at}`, ''])
      const folder = await writeFolder({ '.helmignore': rules, ...Object.fromEntries(names) })
      // Whoever walks to the end finds this.
      await symlink('/', join(folder, 'z'))
      const controller = new AbortController()
      const reason = new Error('enough')
      setImmediate(() => setImmediate(() => controller.abort(reason)))

      const context = createReadContext('mychart', { signal: controller.signal })
      await expect(readDirectory(folder, context)).rejects.toBe(reason)
    })
  })
})

describe.skipIf(noUsers('a chart that may not be read'))('readDirectory, of what may not be read', () => {
  it.each(['templates/x', 'templates', '.helmignore', '.'])('names %s by its path', async (name) => {
    const folder = await writeFolder({ 'templates/x': '', '.helmignore': '' })
    const path = join(folder, name)

    const error = await asUser(folder, async () => {
      await chmod(path, 0)
      try {
        return await caught(readPaths(folder))
      } finally {
        await chmod(path, 0o700)
      }
    })

    expect(error).toMatchObject({ code: 'EACCES', path })
    expect(error.message).toContain(`'${path}'`)
    expect(error.stack).not.toContain('/proc/')
  })
})
