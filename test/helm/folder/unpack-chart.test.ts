import { existsSync, lstatSync, readdirSync, renameSync, symlinkSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, readlink, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import type { Chart, ChartFile } from '../../../src/helm/model/chart.js'
import { createChart } from '../../../src/helm/load/create-chart.js'
import type { ChartLimits } from '../../../src/helm/model/chart-limits.js'
import { readChart } from '../../../src/helm/load/read-chart.js'
import { unpackChart } from '../../../src/helm/folder/unpack-chart.js'
import type { AnyOciError } from '../../../src/helm/model/error-codes.js'
import {
  AlreadyExistsError,
  ContentMismatchError,
  InvalidArchiveError,
  LimitExceededError,
  NotFoundError,
} from '../../../src/oras/errors/oci-error.js'
import { removeFromFolder } from '../../../src/oras/remove-from-folder.js'
import { InvalidChartError } from '../../../src/helm/model/invalid-chart-error.js'
import { bytesContent, checkedContent } from '../../../src/oras/oci/content.js'
import { digestOf } from '../../../src/oras/oci/digest.js'
import { quote } from '../../../src/oras/errors/escape-message.js'
import { catchError } from '../../support/catch-error.js'
import { eventually } from '../../support/eventually.js'
import {
  CHART_YAML,
  type Files,
  makeArchive,
  makeFolder,
  packFiles,
  toFiles,
  writeFolder,
} from '../../support/make-chart.js'
import { asUser, noUsers } from '../../support/as-user.js'
import { skipBecause, skipOnWindows } from '../../support/skip-because.js'
import { pretendPlatform, WAYS } from '../../support/ways-to-hold.js'

// Mocked with its real behaviour, which a test can replace.
vi.mock('../../../src/oras/remove-from-folder.js', { spy: true })

const SUBCHART = 'apiVersion: v2\nname: sub\nversion: 1.0.0\n'

/** Lists a folder: the text of each file, the target of each link, and folders with a slash. */
async function list(folder: string): Promise<Record<string, string>> {
  const listed: Record<string, string> = {}
  for (const name of (await readdir(folder)).toSorted()) {
    const path = join(folder, name)
    const target = await readlink(path).catch(() => undefined)
    if (target !== undefined) listed[name] = `-> ${target}`
    else if ((await stat(path)).isFile()) listed[name] = await readFile(path, 'utf8')
    else {
      listed[`${name}/`] = ''
      for (const [inner, text] of Object.entries(await list(path))) listed[`${name}/${inner}`] = text
    }
  }
  return listed
}

/** Makes a chart without reading one, so that nothing was checked. */
function handMade(files: readonly ChartFile[], chart: Partial<Chart> = {}): Chart {
  return {
    metadata: { apiVersion: 'v2', name: 'mychart', version: '1.2.3' },
    files,
    dependencies: [],
    warnings: [],
    ...chart,
  }
}

const named = (name: string): Chart => handMade([], { metadata: { apiVersion: 'v2', name, version: '1.0.0' } })

/** A signal that calls a function each time it is checked: before each folder, each batch of files, and the end. */
function whenAsked(act: (count: number) => void): AbortSignal {
  let count = 0
  return Object.assign(new AbortController().signal, { throwIfAborted: () => act(++count) })
}

/** The temporary folder into which unpacking writes. */
function findMade(directory: string): string {
  const isTemporary = (name: string): boolean => /^\.oras-helm-(?!lock)/.test(name)
  return join(directory, readdirSync(directory).find(isTemporary) ?? '', 'new', 'mychart')
}

/** Bytes that are made while they are written, so that a test can act at that time. */
function whenWritten(open: () => AsyncGenerator<Uint8Array>): Uint8Array {
  return Object.assign(open(), { length: 4 }) as unknown as Uint8Array
}

/** Bytes that fail half written, as on a full disk. */
function failing(error: Error): Uint8Array {
  return whenWritten(async function* () {
    yield Buffer.from('half')
    throw error
  })
}

describe('unpackChart', () => {
  it('writes what it read from a folder, subcharts unpacked, and gives the path', async () => {
    const files = {
      'Chart.yaml': `# kept\n${CHART_YAML}`,
      'templates/deep/a.yaml': 'a',
      'ü 😀.txt': '',
      'charts/sub/Chart.yaml': SUBCHART,
      'charts/sub/templates/b.yaml': 'b',
      'charts/sub/charts/inner/Chart.yaml': SUBCHART.replace('sub', 'inner'),
    }
    const source = await writeFolder(files)
    await writeFile(join(source, 'charts/packed.tgz'), packFiles({ 'Chart.yaml': SUBCHART.replace('sub', 'packed') }))
    const folder = await makeFolder()

    const path = await unpackChart(await readChart(source), folder)

    expect(path).toBe(join(folder, 'mychart'))
    expect(await readdir(folder)).toEqual(['mychart'])
    expect(await list(path)).toMatchObject({
      ...files,
      'charts/packed/Chart.yaml': SUBCHART.replace('sub', 'packed'),
    })
    const { archive: _, ...again } = await readChart(path)
    expect(again.metadata.name).toBe('mychart')
    expect(again.dependencies.map(({ metadata }) => metadata.name)).toEqual(['packed', 'sub'])
  })

  it('writes the files of an archive byte for byte, packed subcharts as they are', async () => {
    const packed = packFiles({ 'Chart.yaml': SUBCHART })
    const bytes = makeArchive([
      { name: 'other/Chart.yaml', text: `\uFEFF${CHART_YAML}` },
      { name: 'other/charts/sub-1.0.0.tgz', text: packed },
      { name: 'other/charts/', type: '5' },
      { name: 'other/Chart.lock', text: '' },
    ])
    const folder = await makeFolder()

    const path = await unpackChart(await readChart(bytes), folder)

    expect(path).toBe(join(folder, 'mychart'))
    expect(Object.keys(await list(path))).toEqual(['Chart.lock', 'Chart.yaml', 'charts/', 'charts/sub-1.0.0.tgz'])
    expect((await readFile(join(path, 'charts/sub-1.0.0.tgz'))).equals(packed)).toBe(true)
    expect(await readFile(join(path, 'Chart.yaml'), 'utf8')).toBe(`\uFEFF${CHART_YAML}`)
  })

  it('writes a chart that was made in memory, in a directory behind a link', async () => {
    const folder = await makeFolder()
    await mkdir(join(folder, 'real'))
    await symlink('real', join(folder, 'link'))
    const chart = await createChart(toFiles({ 'Chart.yaml': CHART_YAML }))

    expect(await unpackChart(chart, join(folder, 'link'))).toBe(join(folder, 'link', 'mychart'))
    expect(await readFile(join(folder, 'real/mychart/Chart.yaml'), 'utf8')).toBe(CHART_YAML)
  })

  it('writes more files than are open at once', async () => {
    const files = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`files/${index}`, String(index)]))
    const chart = await createChart(toFiles({ 'Chart.yaml': CHART_YAML, ...files }))

    expect(await list(await unpackChart(chart, await makeFolder()))).toMatchObject(files)
  })

  it.skipIf(skipOnWindows('makes folders that all users may enter, and files that all users may read'))(
    'makes folders that all users may enter, and files that all users may read',
    async () => {
      const path = await unpackChart(handMade(toFiles({ 'a/b': '' })), await makeFolder())
      const mask = process.umask()

      expect((await stat(path)).mode & 0o777).toBe(0o755 & ~mask)
      expect((await stat(join(path, 'a'))).mode & 0o777).toBe(0o755 & ~mask)
      expect((await stat(join(path, 'a/b'))).mode & 0o777).toBe(0o644 & ~mask)
    },
  )

  it.each(['no-such-folder', 'file', 'file/below'])('says that the directory %j is not a directory', async (name) => {
    const folder = await makeFolder()
    await writeFile(join(folder, 'file'), 'kept')
    const directory = join(folder, name)

    const error = await catchError(() => unpackChart(handMade(toFiles({ a: '' })), directory))

    expect(error).toBeInstanceOf(NotFoundError)
    expect(error).toMatchObject({
      message: `Cannot unpack chart "mychart": there is no folder ${directory}`,
      hint: 'Give the path of a folder that exists: the folder of the chart is made in it.',
    })
    expect(await list(folder)).toEqual({ file: 'kept' })
  })
})

describe('unpackChart, where the name is taken', () => {
  const chart = handMade(toFiles({ 'Chart.yaml': 'new' }))
  const old = {
    elsewhere: { 'elsewhere/': '', 'elsewhere/kept': 'kept' },
    made: { 'mychart/': '', 'mychart/Chart.yaml': 'new' },
  }

  const standing: readonly [what: string, make: (path: string) => Promise<unknown>, listed: Files][] = [
    ['a file', (path) => writeFile(path, 'old'), { mychart: 'old' }],
    ['an empty folder', (path) => mkdir(path), { 'mychart/': '' }],
    [
      'a folder',
      (path) => mkdir(path).then(() => writeFile(join(path, 'old'), 'old')),
      { 'mychart/': '', 'mychart/old': 'old' },
    ],
    ['a link to a folder', (path) => symlink('elsewhere', path), { mychart: '-> elsewhere' }],
    ['a link to a file', (path) => symlink('elsewhere/kept', path), { mychart: '-> elsewhere/kept' }],
    ['a link to nothing', (path) => symlink('nothing', path), { mychart: '-> nothing' }],
    ['a link out of it', (path) => symlink('/', path), { mychart: '-> /' }],
  ]

  async function makeStanding(make: (path: string) => Promise<unknown>): Promise<string> {
    const folder = await writeFolder({ 'elsewhere/kept': 'kept' })
    await make(join(folder, 'mychart'))
    return folder
  }

  it.each(standing)('refuses %s, and leaves it', async (_, make, listed) => {
    const folder = await makeStanding(make)

    const error = await catchError(() => unpackChart(chart, folder))

    expect(error).toBeInstanceOf(AlreadyExistsError)
    expect(error).toMatchObject({
      message: `Cannot unpack chart "mychart": ${join(folder, 'mychart')} exists`,
      hint: 'Choose another directory, or allow what is there to be replaced with overwrite: true.',
    })
    expect(await list(folder)).toEqual({ ...old.elsewhere, ...listed })
  })

  it.each(standing)('replaces %s with overwrite, and never the target of a link', async (_, make) => {
    const folder = await makeStanding(make)

    await unpackChart(chart, folder, { overwrite: true })

    expect(await list(folder)).toEqual({ ...old.elsewhere, ...old.made })
  })

  it.each(standing)('keeps %s if a file cannot be written', async (_, make, listed) => {
    const folder = await makeStanding(make)
    const full = new Error('no space left on device')
    const broken = handMade([...chart.files, { path: 'b', bytes: failing(full) }])

    expect(await catchError(() => unpackChart(broken, folder, { overwrite: true }))).toBe(full)
    expect(await list(folder)).toEqual({ ...old.elsewhere, ...listed })
  })

  it.each(standing)('keeps %s that appears while it writes', async (_, make, listed) => {
    const folder = await writeFolder({ 'elsewhere/kept': 'kept' })
    const bytes = whenWritten(async function* () {
      await make(join(folder, 'mychart'))
      yield Buffer.from('new')
    })
    const slow = handMade([{ path: 'a', bytes }])

    const error = await catchError(() => unpackChart(slow, folder))

    expect(error).toBeInstanceOf(AlreadyExistsError)
    expect(await list(folder)).toEqual({ ...old.elsewhere, ...listed })
  })

  it('makes the folder with overwrite, even if there is nothing to replace', async () => {
    const folder = await makeFolder()

    await unpackChart(chart, folder, { overwrite: true })

    expect(await list(folder)).toEqual(old.made)
  })

  it('may be called many times at once: one call succeeds, or all do with overwrite', async () => {
    const folder = await makeFolder()
    const others = [1, 2, 3, 4].map((count) => handMade(toFiles({ a: String(count), [`only/${count}`]: '' })))

    const outcomes = await Promise.allSettled(others.map((other) => unpackChart(other, folder)))
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(refused.map(({ reason }) => (reason as Error).name)).toEqual(Array(3).fill('AlreadyExistsError'))
    await Promise.all(others.map((other) => unpackChart(other, folder, { overwrite: true })))

    const { 'mychart/a': last, ...rest } = await list(folder)
    expect(rest).toEqual({ 'mychart/': '', 'mychart/only/': '', [`mychart/only/${last}`]: '' })
  })
})

describe('unpackChart, of a chart that was not checked', () => {
  const PATH_HINT =
    'Nothing was unpacked. Every path must lead to a file in the chart, with "/" and without ".", ".." or "\\".'
  const PARENT = 'chart illegally references parent directory'
  const ILLEGAL = 'chart contains illegally named files'
  const LONG = 'x'.repeat(300)

  /** A call that fails and changes nothing, although it may overwrite. */
  async function refuse(chart: Chart): Promise<AnyOciError> {
    const folder = await writeFolder({ 'in/mychart/old': 'old', out: 'kept' })
    const error = await catchError(() => unpackChart(chart, join(folder, 'in'), { overwrite: true }))
    expect(await list(folder)).toEqual({ 'in/': '', 'in/mychart/': '', 'in/mychart/old': 'old', out: 'kept' })
    return error
  }

  it.each<[path: string, reason: string]>([
    ['../x', PARENT],
    ['../mychart-more/x', PARENT],
    ['a/../../x', PARENT],
    ['a/..', PARENT],
    ['..', PARENT],
    ['/x', 'chart illegally contains absolute paths'],
    ['//x', 'chart illegally contains absolute paths'],
    ['C:/x', ILLEGAL],
    ['C:x', ILLEGAL],
    ['..\\x', PARENT],
    ['a\\..\\..\\x', ILLEGAL],
    ['\\x', ILLEGAL],
    ['a\0b', ILLEGAL],
    ['', ILLEGAL],
    ['.', ILLEGAL],
    ['a//b', ILLEGAL],
    ['a/', ILLEGAL],
    ['\ud800', ILLEGAL],
  ])('refuses the path %j', async (path, reason) => {
    const error = await refuse(handMade(toFiles({ 'Chart.yaml': CHART_YAML, [path]: 'new' })))

    expect(error).toBeInstanceOf(InvalidChartError)
    expect(error).toMatchObject({
      message: `Cannot unpack chart "mychart": ${reason}: ${JSON.stringify(path)}`,
      hint: PATH_HINT,
      file: path,
    })
  })

  const TWINS = 'Rename one of the two in the chart: on Windows or macOS they are one file.'

  it.each<[paths: readonly string[], reason: string, file: string, hint: string]>([
    [
      ['a', 'a'],
      'the file "a" is there twice',
      'a',
      'Leave one of the two out of the chart: which one is meant is not known.',
    ],
    [
      ['a', 'a/b'],
      '"a" is a file and also a folder',
      'a',
      'Rename one of the two in the chart: no folder can hold both.',
    ],
    [['a.yaml', 'A.yaml'], '"a.yaml" and "A.yaml" differ only in case', 'A.yaml', TWINS],
    [['Templates/x', 'templates/y'], '"Templates" and "templates" differ only in case', 'templates', TWINS],
    [['\u00FC', 'u\u0308'], '"\u00FC" and "u\u0308" differ only in Unicode normalization', 'u\u0308', TWINS],
    [
      [LONG],
      `"${LONG}" has a name of more than 255 bytes`,
      LONG,
      'Give it a shorter name in the chart: most file systems do not allow this one.',
    ],
  ])('refuses the paths %j', async (paths, reason, file, hint) => {
    const error = await refuse(handMade(paths.map((path) => ({ path, bytes: Buffer.from('new') }))))

    expect(error).toBeInstanceOf(InvalidChartError)
    expect(error).toMatchObject({ message: `Cannot unpack chart "mychart": ${reason}`, hint, file })
  })

  it.each(['..', '.', '', '/', 'a/b', '../mychart', '/tmp', 'a\\b', 'C:', 'a\0', LONG])(
    'refuses the name %j',
    async (name) => {
      const error = await refuse(named(name))

      expect(error).toBeInstanceOf(InvalidChartError)
      expect(error).toMatchObject({
        message: `Cannot unpack chart ${JSON.stringify(name)}: its name cannot be that of a folder`,
        hint: 'Give the chart a name of letters, digits and dashes in Chart.yaml.',
        file: 'Chart.yaml',
      })
    },
  )

  describe.each([
    ['nul', 'is the name of a device on Windows'],
    ['con.txt', 'is the name of a device on Windows'],
    ['x.', 'ends in a dot or a blank, which Windows leaves out'],
    ['x ', 'ends in a dot or a blank, which Windows leaves out'],
    ['xy:z', 'has a character that Windows does not allow in names'],
    ['x\u200dy', 'has an invisible character in its name'],
    ['x\u202ey', 'has an invisible character in its name'],
  ])('refuses on every system the name %j, which %s', (name, reason) => {
    const refusal = (path: string) => `Cannot unpack chart "mychart": ${quote(path)} ${reason}`

    it('of the chart', async () => {
      const error = await refuse(named(name))

      expect(error).toMatchObject({ message: `Cannot unpack chart ${quote(name)}: ${quote(name)} ${reason}` })
      expect(error).toMatchObject({ code: 'ERR_INVALID_CHART', file: 'Chart.yaml' })
    })

    it.each(['templates/', 'a/b/'])('of a file or a folder in %s', async (folder) => {
      const path = `${folder}${name}`
      for (const file of [path, `${path}/b`]) {
        const written = Buffer.from(`c/${file}`).toString('latin1')
        const archive = bytesContent(makeArchive([{ name: written }]), { mediaType: 'any' })

        for (const chart of [handMade(toFiles({ [file]: '' })), handMade([], { archive })]) {
          expect(await refuse(chart)).toMatchObject({ message: refusal(path), file: path })
        }
      }
    })

    it('of a subchart, where it becomes a folder', async () => {
      const error = await refuse(handMade([], { dependencies: [{ ...named(name), files: toFiles({ a: '' }) }] }))

      expect(error.message).toBe(refusal(`charts/${name}`))
    })
  })

  it('refuses subcharts whose names or versions lead elsewhere, or that lie where a file lies', async () => {
    const subchart = (name: string, version = '1.0.0'): Chart =>
      handMade(toFiles({ a: '' }), { metadata: { apiVersion: 'v2', name, version } })

    expect((await refuse(handMade([], { dependencies: [subchart('..')] }))).message).toBe(
      'Cannot unpack chart "..": its name cannot be that of a folder',
    )
    expect((await refuse(handMade([], { dependencies: [subchart('x'), subchart('x', '/../../../x')] }))).message).toBe(
      `Cannot unpack chart "mychart": ${PARENT}: "charts/x-/../../../x/a"`,
    )
    expect((await refuse(handMade(toFiles({ 'charts/x/a': '' }), { dependencies: [subchart('x')] }))).message).toBe(
      'Cannot unpack chart "mychart": the file "charts/x/a" is there twice',
    )
  })

  it.each<[what: string, bytes: Uint8Array, reason: string]>([
    ['a link', makeArchive([{ name: 'a/b', type: '2' }]), 'the entry "a/b" is a symbolic link'],
    ['a path that leads out', makeArchive([{ name: 'a/../../x' }]), PARENT],
    ['nothing', makeArchive([]), 'no files in chart archive'],
    ['no archive', Buffer.from('x'), 'it is not a gzipped archive'],
  ])('refuses an archive with %s', async (_, bytes, reason) => {
    const error = await refuse(handMade([], { archive: bytesContent(bytes, { mediaType: 'any' }) }))

    expect(error).toBeInstanceOf(InvalidArchiveError)
    expect(error.message).toBe(`Cannot unpack chart "mychart": ${reason}`)
  })

  it('refuses an archive with two different ones of a file, and one that is not what it says', async () => {
    const bytes = makeArchive([{ name: 'a/b' }, { name: 'a/./b', text: 'x' }])
    const archive = bytesContent(bytes, { mediaType: 'any' })
    async function* other(): AsyncGenerator<Uint8Array> {
      yield packFiles({ b: '' })
    }

    expect((await refuse(handMade([], { archive }))).message).toBe(
      'Cannot unpack chart "mychart": the file "b" is there twice, with different bytes',
    )
    expect(await refuse(handMade([], { archive: checkedContent(archive.descriptor, other) }))).toBeInstanceOf(
      ContentMismatchError,
    )
  })
})

describe('unpackChart, within limits', () => {
  const files = { 'Chart.yaml': CHART_YAML, 'a/b/c': 'x'.repeat(100) }

  it.each<[limits: ChartLimits, reason: string]>([
    [{ chartBytes: 100 }, 'the chart is larger than the maximum size 100'],
    [{ fileBytes: 99 }, 'chart file "a/b/c" is larger than the maximum file size 99'],
    [{ files: 3 }, 'it has more than 3 files and folders'],
  ])('writes no more than %j', async (limits, reason) => {
    const folder = await makeFolder()

    const error = await catchError(() => unpackChart(handMade(toFiles(files)), folder, { limits }))

    expect(error).toBeInstanceOf(LimitExceededError)
    expect(error.message).toBe(`Cannot unpack chart "mychart": ${reason}`)
    expect(await list(folder)).toEqual({})
  })

  it('counts unpacked files, and folders without an entry of their own', async () => {
    const folder = await makeFolder()
    const bytes = packFiles({ ...files, d: 'x'.repeat(10_000) })
    const chart = handMade([], { archive: bytesContent(bytes, { mediaType: '' }) })
    const messages: string[] = []

    for (const limits of [{ chartBytes: 9000 }, { files: 4 }, { chartBytes: 20 }]) {
      const error = await catchError(() => unpackChart(chart, folder, { limits }))
      expect(error).toBeInstanceOf(LimitExceededError)
      messages.push(error.message)
    }

    expect(messages).toEqual([
      'Cannot unpack chart "mychart": the chart is larger than the maximum size 9000',
      'Cannot unpack chart "mychart": it has more than 4 files and folders',
      `Cannot read ${digestOf(bytes)} into memory: ${bytes.length} bytes are more than the limit of 20`,
    ])
    expect(await list(folder)).toEqual({})
  })

  it('makes 100 levels of folders, and no more', async () => {
    const folder = await makeFolder()
    const deep = (levels: number): Chart => handMade(toFiles({ [Array(levels).fill('d').join('/')]: '' }))

    await unpackChart(deep(100), folder)
    const error = await catchError(() => unpackChart(deep(101), folder, { overwrite: true }))

    expect(error).toBeInstanceOf(LimitExceededError)
    expect(error).toMatchObject({
      message: expect.stringMatching(/^Cannot unpack chart "mychart": "d\/d.*d" lies deeper than 100 levels$/),
      hint: 'Move the file up in the chart: no option raises this limit.',
      limit: 100,
    })
    expect(Object.keys(await list(folder))).toHaveLength(101)
  })

  it.skipIf(skipOnWindows('says that a path is too long for the system'))(
    'says that a path is too long for the system',
    async () => {
      const folder = await makeFolder()
      const path = Array(16).fill('d'.repeat(255)).join('/')

      const error = await catchError(() => unpackChart(handMade(toFiles({ a: '', [path]: '' })), folder))

      expect(error).toBeInstanceOf(InvalidChartError)
      expect(error).toMatchObject({
        message: `Cannot unpack chart "mychart": a path in it is too long to lie in ${folder}`,
        hint: 'Unpack the chart in a directory with a shorter path.',
        cause: { code: 'ENAMETOOLONG' },
      })
      expect(await list(folder)).toEqual({})
    },
  )
})

describe('unpackChart of a chart whose name looks like that of a temporary folder', () => {
  it.each(['.oras-helm-AAAAAA', '.oras-helm-lock-0', '.oras-helm-'])('refuses %s', async (name) => {
    const folder = await makeFolder()

    const error = await catchError(() => unpackChart(named(name), folder, { overwrite: true }))

    expect(error).toBeInstanceOf(InvalidChartError)
    expect(error).toMatchObject({
      message: `Cannot unpack chart "${name}": its name begins with ".oras-helm-", as temporary folders do`,
      hint: 'Give the chart a name in Chart.yaml that does not begin with ".oras-helm-".',
      file: 'Chart.yaml',
    })
    expect(await list(folder)).toEqual({})
  })
})

describe('unpackChart, interrupted', () => {
  const many = handMade(toFiles(Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`${index}/a`, 'new']))))

  it.each([1, 2, 20, 41, 42, 43, 44, 45])('leaves nothing when it is cancelled at step %i', async (step) => {
    const folder = await writeFolder({ 'mychart/old': 'old' })
    const reason = new Error('enough')
    const steps: number[] = []
    const signal = whenAsked((count) => {
      steps.push(count)
      if (count >= step) throw reason
    })

    expect(await catchError(() => unpackChart(many, folder, { overwrite: true, signal }))).toBe(reason)
    expect(await list(folder)).toEqual({ 'mychart/': '', 'mychart/old': 'old' })
    expect(steps.length).toBeGreaterThanOrEqual(step)
  })

  it('throws the reason of the signal, whatever step it interrupts', async () => {
    const folder = await makeFolder()
    const reason = new Error('enough')
    const controller = new AbortController()
    const bytes = whenWritten(async function* () {
      yield Buffer.from('half')
      controller.abort(reason)
      yield Buffer.from('half')
    })
    const slow = handMade([{ path: 'a', bytes }])

    expect(await catchError(() => unpackChart(slow, folder, { signal: controller.signal }))).toBe(reason)
    expect(await catchError(() => unpackChart(many, folder, { signal: controller.signal }))).toBe(reason)
    expect(await list(folder)).toEqual({})
  })

  it('leaves nothing of thousands of files, even if it is still removing them after the rejection', async () => {
    const folder = await makeFolder()
    const thousands = handMade(toFiles(Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [`${at}`, '']))))
    const reason = new Error('enough')
    const controller = new AbortController()
    let asked = 0
    const signal = Object.assign(controller.signal, {
      throwIfAborted() {
        if (++asked === 150) controller.abort(reason)
        if (controller.signal.aborted) throw reason
      },
    })

    expect(await catchError(() => unpackChart(thousands, folder, { signal }))).toBe(reason)
    await eventually(() => expect(readdirSync(folder)).toEqual([]))
  })

  it('leaves nothing if a file cannot be written, and waits for the others', async () => {
    const folder = await makeFolder()
    const full = new Error('no space left on device')
    let isWritten = false
    const slow = whenWritten(async function* () {
      await setTimeout(50)
      yield Buffer.from('slow')
      isWritten = true
    })
    const files = [
      { path: 'a/x', bytes: failing(full) },
      { path: 'a/y', bytes: slow },
    ]

    expect(await catchError(() => unpackChart(handMade(files), folder))).toBe(full)
    expect(isWritten).toBe(true)
    expect(await list(folder)).toEqual({})
  })

  it.each<[overwrite: boolean, listed: Files]>([
    [false, {}],
    [true, { 'mychart/': '', 'mychart/old': 'old' }],
  ])('leaves nothing new if the last step fails (overwrite: %j)', async (overwrite, listed) => {
    const folder = await writeFolder(overwrite ? { 'mychart/old': 'old' } : {})
    const signal = whenAsked(() => {
      const made = findMade(folder)
      if (existsSync(join(made, 'b'))) renameSync(made, `${made}-moved`)
    })
    const chart = handMade(toFiles({ a: '', b: '' }))

    expect(await catchError(() => unpackChart(chart, folder, { overwrite, signal }))).toMatchObject({
      message: `Cannot unpack chart "mychart": a folder in ${folder} was moved or replaced by another program`,
      code: 'ERR_INVALID_CHART',
    })
    expect(await list(folder)).toEqual(listed)
  })

  it.skipIf(skipBecause(process.seteuid === undefined && 'there are no users', 'a folder of another user'))(
    'names a folder in which it may not write by its path',
    async () => {
      const folder = await makeFolder()
      await chmod(folder, 0o555)
      const before = process.geteuid?.() ?? 0
      if (before === 0) process.seteuid?.(65_534)
      try {
        const error = await catchError(() => unpackChart(many, folder))
        expect(error).toMatchObject({ code: 'EACCES', path: expect.stringContaining(`${folder}/.oras-helm-`) })
        expect(error.message).toContain(`'${folder}/.oras-helm-`)
      } finally {
        if (before === 0) process.seteuid?.(before)
      }
    },
  )

  it('shows nothing under the name before all is written', async () => {
    const folder = await makeFolder()
    const seen: string[][] = []

    await unpackChart(many, folder, { signal: whenAsked(() => seen.push(readdirSync(folder))) })

    expect(seen.length).toBeGreaterThan(40)
    expect(seen.flat().filter((name) => !name.startsWith('.oras-helm-'))).toEqual([])
  })

  /** Replaces a folder by a link to `out` as soon as unpacking has made it. */
  const planting = (folder: string, path: string): AbortSignal =>
    whenAsked(() => {
      const made = join(findMade(join(folder, 'in')), path)
      if (!existsSync(made) || lstatSync(made).isSymbolicLink()) return
      renameSync(made, `${made}-moved`)
      symlinkSync(join(folder, 'out'), made)
    })

  it.each([
    ['a folder', 'a/b/c', 'a/b'],
    ['a file', 'a/c', 'a'],
    ['the first file', 'c', undefined],
  ])('does not even make %s through a link that is planted meanwhile', async (_, path, file) => {
    const folder = await writeFolder({ 'out/kept': 'kept', 'in/kept': 'kept' })

    const error = await catchError(() =>
      unpackChart(handMade(toFiles({ [path]: 'new' })), join(folder, 'in'), {
        signal: planting(folder, path === 'c' ? '' : 'a'),
      }),
    )

    expect(error).toBeInstanceOf(InvalidChartError)
    expect(error).toMatchObject({
      message: `Cannot unpack chart "mychart": ${file ? `"${file}"` : `a folder in ${join(folder, 'in')}`} was moved or replaced by another program`,
      hint: 'Unpack the chart into a folder in which no other program writes.',
      file,
    })
    expect(await list(folder)).toEqual({ 'in/': '', 'in/kept': 'kept', 'out/': '', 'out/kept': 'kept' })
  })

  it('writes no file through a link that is planted in its place', async () => {
    const folder = await writeFolder({ out: 'kept', 'in/kept': 'kept' })
    const files = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`${index}`, 'new']))
    const signal = whenAsked(() => {
      const made = findMade(join(folder, 'in'))
      if (existsSync(join(made, '15')) && !existsSync(join(made, '16'))) {
        symlinkSync(join(folder, 'out'), join(made, '16'))
      }
    })

    const error = await catchError(() => unpackChart(handMade(toFiles(files)), join(folder, 'in'), { signal }))

    expect(error).toMatchObject({
      message: 'Cannot unpack chart "mychart": "16" was moved or replaced by another program',
      code: 'ERR_INVALID_CHART',
    })
    expect(await list(folder)).toEqual({ out: 'kept', 'in/': '', 'in/kept': 'kept' })
  })
})

describe.skipIf(noUsers('folders that are read-only'))('unpackChart, without the rights of root', () => {
  const chart = handMade(toFiles({ 'Chart.yaml': 'new' }))
  const made = { 'mychart/': '', 'mychart/Chart.yaml': 'new' }

  it.each(WAYS)('replaces a folder that contains read-only folders, %s', async (_, platform) => {
    pretendPlatform(platform)
    const folder = await writeFolder({ 'mychart/locked/deep/file': 'old', 'mychart/locked/file': 'old' })

    await asUser(folder, async () => {
      await chmod(join(folder, 'mychart/locked/deep'), 0)
      await chmod(join(folder, 'mychart/locked'), 0o555)
      await unpackChart(chart, folder, { overwrite: true })
    })

    expect(await list(folder)).toEqual(made)
  })

  it('replaces a folder even if the old one cannot be removed; a later call removes it', async () => {
    const folder = await writeFolder({ 'mychart/old': 'old' })
    const isTemporary = (name: string): boolean => name.startsWith('.oras-helm-')

    await asUser(folder, async () => {
      vi.mocked(removeFromFolder).mockRejectedValueOnce(Object.assign(new Error('busy'), { code: 'EBUSY' }))
      await unpackChart(chart, folder, { overwrite: true })

      expect(await readFile(join(folder, 'mychart/Chart.yaml'), 'utf8')).toBe('new')
      const left = (await readdir(folder)).filter(isTemporary)
      expect(left).toHaveLength(1)
      // So old a folder cannot be in use in this process.
      const before = new Date(Date.now() - 180_000)
      await utimes(join(folder, left[0] ?? ''), before, before)
      await catchError(() => unpackChart(chart, folder))
    })

    expect(await list(folder)).toEqual(made)
  })

  it.each(WAYS)('unpacks into a folder whose names may not be listed, %s', async (_, platform) => {
    pretendPlatform(platform)
    const folder = await makeFolder()

    await asUser(folder, async () => {
      await chmod(folder, 0o333)
      await unpackChart(chart, folder)
      await unpackChart(chart, folder, { overwrite: true })
    })

    await chmod(folder, 0o755)
    expect(await list(folder)).toEqual(made)
  })
})
