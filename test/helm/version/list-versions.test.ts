import { describe, expect, it } from 'vitest'
import { listVersions as list } from '../../../src/helm/version/list-versions.js'
import { selectVersion } from '../../../src/helm/version/select-version.js'
import { parseVersionRange, type VersionRange } from '../../../src/helm/version/version-range.js'
import { Turns } from '../../../src/oras/turns.js'
import { countTurns } from '../../support/event-loop.js'

const tags = (...given: readonly string[]): readonly string[] => given
const listVersions = (given: readonly string[], range?: VersionRange) => list(given, new Turns(), range)
const select = async (given: readonly string[], version?: string, prerelease?: boolean): Promise<string> => {
  const where = { attempt: 'Cannot read chart', turns: new Turns() }
  return (await selectVersion(given, { version, prerelease }, where)).tag
}

describe('listVersions()', () => {
  it('orders by precedence, not by text, newest first', async () => {
    const { versions } = await listVersions(
      tags('1.2.0', '1.10.0', '1.9.0', '2.0.0-rc.1', '2.0.0-rc.10', '2.0.0-rc.2', '2.0.0'),
    )

    expect(versions.map(({ version }) => version)).toEqual([
      '2.0.0',
      '2.0.0-rc.10',
      '2.0.0-rc.2',
      '2.0.0-rc.1',
      '1.10.0',
      '1.9.0',
      '1.2.0',
    ])
  })

  it('reads _ back as +, and keeps the tag of a version with a "v"', async () => {
    expect((await listVersions(tags('v1.0.0', '1.0.0_build.7', '1.0.0'))).versions).toEqual([
      { version: '1.0.0+build.7', tag: '1.0.0_build.7' },
      { version: '1.0.0', tag: '1.0.0' },
      { version: '1.0.0', tag: 'v1.0.0' },
    ])
  })

  it.each(['latest', '1', '1.2', 'v1', '01.2.3', '1.2.3.4', 'sha256-0123.sig', '1.2.3-01', 'V1.2.3', '20231101'])(
    'skips %s, which is not a version',
    async (tag) => {
      expect(await listVersions([tag])).toEqual({ versions: [], otherTags: [tag] })
    },
  )

  it('gives the same order whatever the order of the tags', async () => {
    const given = tags('1.0.0', 'v1.0.0', '1.0.0_a', '1.0.0_b', 'latest', 'main')

    const { versions, otherTags } = await listVersions(given)

    expect(await listVersions(given.toReversed())).toEqual({ versions, otherTags })
    expect(versions.map(({ tag }) => tag)).toEqual(['1.0.0_b', '1.0.0_a', '1.0.0', 'v1.0.0'])
  })

  it('lists segments of 64 bits, and prereleases if the range says so', async () => {
    const given = tags('1.0.0', '20261125123456789.0.0', '1.1.0-rc.1')

    expect((await listVersions(given, parseVersionRange('>1.0.0'))).versions).toHaveLength(1)
    expect((await listVersions(given, parseVersionRange('>1.0.0', { prerelease: true }))).versions).toHaveLength(2)
    expect((await listVersions(given, parseVersionRange('>1.0.0-0'))).versions).toHaveLength(3)
  })
})

describe('very many tags', () => {
  const range = parseVersionRange('^1.2 || >=3')
  const many = (count: number) =>
    Array.from({ length: count }, (_, at) => (at % 2 === 0 ? `1.${at}.0-rc.${at}` : `x${at}`))
  const ways: [string, (given: readonly string[], turns: Turns) => Promise<unknown>][] = [
    ['listVersions()', (given, turns) => list(given, turns, range)],
    [
      'selectVersion()',
      (given, turns) => selectVersion([...given, '1.2.0'], { version: '^1.2' }, { attempt: '', turns }),
    ],
  ]

  it.each(ways)('take time in proportion to their number, and yield to the event loop: %s', async (_, work) => {
    const count = async (tags: number): Promise<number> => (await countTurns(() => work(many(tags), new Turns()))).turns
    const [few, duplicateFile] = [await count(20_000), await count(40_000)]

    expect(few).toBeGreaterThan(5)
    expect(duplicateFile).toBeLessThan(2.5 * few)
  })

  it.each(ways)('stop at the signal, with its reason: %s', async (_, work) => {
    const controller = new AbortController()
    const reason = new Error('enough')
    setImmediate(() => controller.abort(reason))

    await expect(work(many(20_000), new Turns(controller.signal))).rejects.toBe(reason)
  })
})

describe('selectVersion()', () => {
  const given = tags('1.0.0', '1.2.0', 'v1.3.0', '1.2.0_build', '2.0.0-rc.1', '1.2', 'latest')

  it.each([
    [undefined, 'v1.3.0'],
    ['*', 'v1.3.0'],
    ['^1.0', 'v1.3.0'],
    ['~1.0', '1.0.0'],
    ['1.2.0', '1.2.0'],
    ['v1.2.0', '1.2.0'],
    ['1.3.0', 'v1.3.0'],
    ['1.2.0+build', '1.2.0_build'],
    ['2.0.0-rc.1', '2.0.0-rc.1'],
    ['>=2.0.0-0', '2.0.0-rc.1'],
    // A tag with exactly this name takes precedence over a range.
    ['1.2', '1.2'],
    ['<1.2 || >1.2', 'v1.3.0'],
  ])('for %s takes %s', async (version, tag) => {
    expect(await select(given, version)).toBe(tag)
  })

  it('treats prereleases like all other versions with prerelease: true', async () => {
    expect(await select(given, undefined, true)).toBe('2.0.0-rc.1')
    expect(await select(given, '>1.0', true)).toBe('2.0.0-rc.1')
  })

  it('does not choose another build than the one that was named', async () => {
    await expect(select(given, '1.2.0+other')).rejects.toThrow(
      'Cannot read chart: there is no version that fits "1.2.0+other"; the nearest are 1.3.0 and 1.2.0+build',
    )
  })

  it.each<[given: readonly string[], wanted: string, reason: string]>([
    [[], '1', 'there are no tags at all'],
    [['a'], '1', 'there is only the tag a'],
    [['c', 'b', 'a'], '1', 'there are only the tags a and b and c'],
    [['d', 'c', 'b', 'a', 'e'], '1', 'there are only the tags a and b and c and others'],
    [['1.0.0', '2.0.0', 'a'], '1.5', 'the nearest are 2.0.0 and 1.0.0'],
    [['3.0.0', '2.0.0', 'v2.0.0'], '1.5', 'the nearest is 2.0.0'],
    [['1.0.0', '0.9.0'], '>1.5', 'the nearest is 1.0.0'],
    [['1.0.0-a', '1.0.0-b'], '*', 'the newest is 1.0.0-b'],
  ])('of %j says for %s: %s', async (tags, wanted, reason) => {
    await expect(select(tags, wanted)).rejects.toThrow(
      `Cannot read chart: there is no version that fits "${wanted}"; ${reason}`,
    )
  })

  it('refuses an invalid range', async () => {
    await expect(select(given, 'latest-and-greatest')).rejects.toThrow('improper constraint')
  })
})
