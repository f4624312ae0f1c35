import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readContentLayer, type SplitLayout } from '../../../src/helm/artifact/read-content-layer.js'
import { createReadContext } from '../../../src/helm/model/read-context.js'
import { slices } from '../../../src/oras/oci/byte-stream.js'
import { caught, makeTar } from '../../support/make-chart.js'

async function list(names: readonly string[], given: Partial<SplitLayout> = {}): Promise<readonly string[]> {
  const layout = { isRootless: false, name: undefined, ...given }
  const tar = makeTar(names.map((name) => ({ name, text: name })))
  const [plain, packed] = await Promise.all(
    [tar, gzipSync(tar)].map((bytes) => readContentLayer(slices(bytes), layout, createReadContext('x'))),
  )
  expect(packed).toEqual(plain)
  return (plain ?? []).map(({ path }) => path)
}

describe('readContentLayer(): the root folder', () => {
  it('is what all names begin with, if it is called "-" or like the chart, or holds a Chart.yaml', async () => {
    expect(await list(['-/values.yaml', '-/templates/a'])).toEqual(['values.yaml', 'templates/a'])
    expect(await list(['x/values.yaml', 'x/a/b'], { name: 'x' })).toEqual(['values.yaml', 'a/b'])
    expect(await list(['any/Chart.yaml', 'any/a'])).toEqual(['Chart.yaml', 'a'])
  })

  it('is not there where names differ in it, or where it is a folder of the chart', async () => {
    expect(await list(['values.yaml', '-/a'])).toEqual(['values.yaml', '-/a'])
    expect(await list(['templates/a', 'templates/b'])).toEqual(['templates/a', 'templates/b'])
    expect(await list(['Chart.yaml', 'charts/sub/Chart.yaml'])).toEqual(['Chart.yaml', 'charts/sub/Chart.yaml'])
  })

  it('is never there in what this library has written, whatever the names', async () => {
    const own = { isRootless: true, name: 'crds' }

    expect(await list(['crds/a.yaml', 'crds/b.yaml'], own)).toEqual(['crds/a.yaml', 'crds/b.yaml'])
    expect(await list(['files/Chart.yaml'], own)).toEqual(['files/Chart.yaml'])
  })

  it('may be written with "./" before it', async () => {
    expect(await list(['./-/a', './-/b/c'])).toEqual(['a', 'b/c'])
    expect(await list(['./values.yaml', './a/b'])).toEqual(['values.yaml', 'a/b'])
  })

  it('may hold nothing at all', async () => {
    expect(await list([])).toEqual([])
  })

  it.each([
    ['../x', 'chart illegally references parent directory'],
    ['/x', 'chart illegally contains absolute paths'],
    ['-/../../x', 'chart illegally references parent directory'],
    ['-/..x', 'chart illegally references parent directory'],
    ['-/C:/x', 'chart contains illegally named files'],
    ['C:/x', 'chart contains illegally named files'],
    ['..\\x', 'chart illegally references parent directory'],
    ['a\\b', 'chart contains illegally named files'],
    ['a/../b', 'chart illegally references parent directory'],
    ['a\0b', 'the archive cannot be read: a name has bytes after its end'],
    ['', 'chart illegally contains content outside the base directory: "-/"'],
  ])('does not hide %j', async (name, reason) => {
    const error = await caught(list([name]).then((paths) => Promise.reject(new Error(paths.join(' ')))))

    // In a header, a NUL ends the name.
    expect(error.message).toBe(reason === undefined ? 'a' : `Cannot read chart x: ${reason}`)
  })
})
