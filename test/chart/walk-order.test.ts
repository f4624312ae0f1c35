import { expect, it } from 'vitest'
import { compareWalkOrder } from '../../src/chart/walk-order.js'

it('compareWalkOrder sorts folder by folder, by the bytes of the names', () => {
  const sorted = ['Z.txt', '_helpers.tpl', 'a/b/c', 'a/z', 'a.txt', 'a0', 'b', '\uE000', '😀']

  expect(sorted.toReversed().toSorted(compareWalkOrder)).toEqual(sorted)
})
