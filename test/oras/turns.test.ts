import { describe, expect, it } from 'vitest'
import { Turns } from '../../src/oras/turns.js'
import { countTurns } from '../support/event-loop.js'
import { makeRandom } from '../support/make-random.js'

describe('Turns.sort()', () => {
  const compare = (a: readonly [number, number], b: readonly [number, number]): number => a[0] - b[0]

  it.each([0, 1, 2, 511, 512, 513, 1024, 1025, 5000])(
    'sorts %i things as toSorted does, equal ones in their order',
    async (count) => {
      const random = makeRandom(count)
      const list = Array.from({ length: count }, (_, at) => [Math.floor(random() * 100), at] as const)

      expect(await new Turns().sort(list, compare)).toEqual(list.toSorted(compare))
    },
  )

  it('yields more often the more there is to sort', async () => {
    const sort = async (count: number): Promise<number> => {
      const list = Array.from({ length: count }, (_, at) => [-at, at] as const)
      return (await countTurns(() => new Turns().sort(list, compare))).turns
    }
    const [few, many] = [await sort(20_000), await sort(40_000)]

    expect(few).toBeGreaterThan(10)
    expect(many).toBeGreaterThan(1.9 * few)
  })

  it('stops at the signal in the middle, with its reason', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    setImmediate(() => controller.abort(reason))

    const sorted = new Turns(controller.signal).sort(
      Array.from({ length: 20_000 }, (_, at) => [at, at] as const),
      compare,
    )
    await expect(sorted).rejects.toBe(reason)
  })
})
