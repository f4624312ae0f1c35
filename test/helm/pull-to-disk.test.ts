/** What a pull writes: whole files and folders under their names, or nothing. */
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pullChart, pushChart, readChart } from '../../src/index.js'
import { startRegistry, type TestRegistry } from '../../src/testing/index.js'
import { caught, makeFolder, packFiles, toTexts } from '../support/make-chart.js'
import { writeFiles } from '../support/make-home.js'
import { DEAD } from '../support/owners.js'

let registry: TestRegistry
let helm: string
let split: string
const archive = packFiles({
  'Chart.yaml': 'apiVersion: v2\nname: mychart\nversion: 1.2.3+build.4\n',
  'values.yaml': 'a: 1\n',
  'templates/a.yaml': 'kind: ConfigMap\n',
})
const provenance = Buffer.from('-----BEGIN PGP SIGNED MESSAGE-----\n')

beforeAll(async () => {
  registry = await startRegistry()
  const pushed = await pushChart(archive, `oci://${registry.host}/charts`, { provenance })
  helm = pushed.reference
  split = (await pushChart(archive, `${registry.host}/split`, { format: 'split' })).reference
})
afterAll(() => registry.close())

describe('pullChart() with a destination', () => {
  it('writes the archive and its provenance under the names that Helm gives them', async () => {
    const destination = await makeFolder()

    const { path } = await pullChart(helm, { destination })

    expect(path).toBe(join(destination, 'mychart-1.2.3+build.4.tgz'))
    expect((await readdir(destination)).toSorted()).toEqual([
      'mychart-1.2.3+build.4.tgz',
      'mychart-1.2.3+build.4.tgz.prov',
    ])
    expect((await readFile(path as string)).equals(archive)).toBe(true)
    expect((await readFile(`${path}.prov`)).equals(provenance)).toBe(true)
  })

  it('writes the archive of a split chart, which any reader of charts takes', async () => {
    const destination = await makeFolder()

    const { path, chart } = await pullChart(split, { destination })

    expect(await readdir(destination)).toEqual(['mychart-1.2.3+build.4.tgz'])
    expect((await readChart(path as string)).metadata).toEqual(chart.metadata)
  })

  it.each(['helm', 'split'])('with untar, writes the folder of the chart and nothing else: %s', async (format) => {
    const destination = await makeFolder()

    const { path, chart } = await pullChart(format === 'helm' ? helm : split, { destination, untar: true })

    expect(path).toBe(join(destination, 'mychart'))
    expect(await readdir(destination)).toEqual(['mychart'])
    const read = await readChart(path as string)
    expect(toTexts(read.files)).toEqual(toTexts(chart.files))
    expect(read.metadata).toEqual(chart.metadata)
  })

  it.each([
    ['mychart-1.2.3+build.4.tgz', false],
    ['mychart-1.2.3+build.4.tgz.prov', false],
    ['mychart', true],
  ])('refuses what stands at %s already, and writes nothing beside it', async (name, untar) => {
    const destination = await makeFolder()
    await writeFile(join(destination, name), 'mine')

    const error = await caught(pullChart(helm, { destination, untar }))

    expect(error.code).toBe('ERR_ALREADY_EXISTS')
    expect(await readdir(destination)).toEqual([name])
    expect(await readFile(join(destination, name), 'utf8')).toBe('mine')
  })

  it('replaces with overwrite, a link itself and not what it leads to', async () => {
    const destination = await makeFolder()
    const elsewhere = await makeFolder()
    await writeFile(join(elsewhere, 'mine'), 'mine')
    await symlink(join(elsewhere, 'mine'), join(destination, 'mychart-1.2.3+build.4.tgz'))
    await symlink(elsewhere, join(destination, 'mychart'))

    await pullChart(helm, { destination, overwrite: true })
    await pullChart(helm, { destination, overwrite: true, untar: true })

    expect((await readFile(join(destination, 'mychart-1.2.3+build.4.tgz'))).equals(archive)).toBe(true)
    expect((await readdir(join(destination, 'mychart'))).toSorted()).toEqual(['Chart.yaml', 'templates', 'values.yaml'])
    expect(await readdir(elsewhere)).toEqual(['mine'])
    expect(await readFile(join(elsewhere, 'mine'), 'utf8')).toBe('mine')
  })

  it('leaves no provenance of another archive beside the new one', async () => {
    const destination = await makeFolder()
    const stale = join(destination, 'mychart-1.2.3+build.4.tgz.prov')
    await writeFile(stale, 'of another archive')

    expect(await caught(pullChart(split, { destination }))).toMatchObject({
      code: 'ERR_ALREADY_EXISTS',
      message: `Cannot write ${stale}: it exists`,
    })
    expect(await readdir(destination)).toEqual(['mychart-1.2.3+build.4.tgz.prov'])

    const { path } = await pullChart(split, { destination, overwrite: true })
    expect(await readdir(destination)).toEqual(['mychart-1.2.3+build.4.tgz'])
    expect((await readChart(path as string)).provenance).toBeUndefined()
  })

  it('takes away no folder, whatever it is called', async () => {
    const destination = await makeFolder()
    const folder = join(destination, 'mychart-1.2.3+build.4.tgz.prov')
    await mkdir(folder)
    await writeFile(join(folder, 'mine'), 'mine')

    const error = await caught(pullChart(split, { destination, overwrite: true }))

    expect(error.message).toBe(`Cannot write ${folder}: it exists`)
    expect(await readdir(destination)).toEqual(['mychart-1.2.3+build.4.tgz.prov'])
    expect(await readdir(folder)).toEqual(['mine'])
  })

  it('does not replace a folder by an archive, and takes nothing half done', async () => {
    const destination = await makeFolder()
    await mkdir(join(destination, 'mychart-1.2.3+build.4.tgz.prov'))

    const error = await caught(pullChart(helm, { destination, overwrite: true }))

    expect(error.code).toBe('ERR_ALREADY_EXISTS')
    expect(await readdir(destination)).toEqual(['mychart-1.2.3+build.4.tgz.prov'])
  })

  it('leaves nothing when it is cancelled, and rejects with the reason', async () => {
    const destination = await makeFolder()
    const controller = new AbortController()
    const reason = new Error('enough')
    const onEvent = (): void => controller.abort(reason)

    const error = await caught(pullChart(helm, { destination, signal: controller.signal, onEvent }))

    expect(error).toBe(reason)
    expect(await readdir(destination)).toEqual([])
  })

  it('reports progress up to the last byte of each content', async () => {
    const last = new Map<string, number>()
    const { archive: packed } = await pullChart(helm, {
      onEvent: (event) => void (event.type === 'progress' && last.set(event.digest, event.transferred)),
    })

    expect(last.size).toBe(3)
    expect(last.get(packed.descriptor.digest)).toBe(packed.descriptor.size)
  })
})

describe('pullChart() after one that was killed', () => {
  /** A folder and a file that were moved away, and nothing in their place yet. */
  async function makeLeft(): Promise<string> {
    const destination = await makeFolder()
    const left = `.oras-helm-${DEAD}`
    await mkdir(join(destination, `${left}-AAAAAA`), { mode: 0o700 })
    await mkdir(join(destination, `${left}-BBBBBB`), { mode: 0o700 })
    await writeFiles(destination, {
      [`${left}-AAAAAA/new/mychart/Chart.yaml`]: 'half',
      [`${left}-AAAAAA/old/mychart/Chart.yaml`]: 'old',
      [`${left}-BBBBBB/new/a.tgz`]: 'new',
      [`${left}-BBBBBB/old/a.tgz.prov`]: 'old',
    })
    return destination
  }

  it.each([true, false])('puts back what stood there whatever the registry says: untar %j', async (untar) => {
    const missing = `${registry.host}/none/mychart:1.0.0`
    const destination = await makeLeft()

    const error = await caught(pullChart(missing, { destination, untar, overwrite: true }))

    expect(error.code).toBe('ERR_NOT_FOUND')
    expect((await readdir(destination)).toSorted()).toEqual(['a.tgz.prov', 'mychart'])
    expect(await readFile(join(destination, 'mychart/Chart.yaml'), 'utf8')).toBe('old')
  })

  it('has put it back before anything is asked', async () => {
    const destination = await makeLeft()
    let seen: string[] = []
    const refusing: typeof fetch = async () => {
      seen = await readdir(destination)
      throw new TypeError('no network')
    }

    await caught(pullChart(helm, { destination, untar: true, fetch: refusing, retry: false }))

    expect(seen.toSorted()).toEqual(['a.tgz.prov', 'mychart'])
  })
})
