import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compareWalkOrder } from '../../../src/helm/model/walk-order.js'
import { assertProperty } from '../../support/seeds.js'

it('compareWalkOrder sorts folder by folder, by the bytes of the names', () => {
  const sorted = ['Z.txt', '_helpers.tpl', 'a/b/c', 'a/z', 'a.txt', 'a0', 'b', '\uE000', '😀']

  expect(sorted.toReversed().toSorted(compareWalkOrder)).toEqual(sorted)
})

it('compareWalkOrder agrees with the bytes, whatever the paths', async () => {
  // Few letters, so that paths begin alike; with two of the same first half in UTF-16.
  const path = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', 'é', '\uE000', '😀', '😁') })
  const bytes = (text: string): Buffer => Buffer.from(text.replaceAll('/', '\0'))

  await assertProperty(
    fc.property(path, path, (a, b) => {
      expect(Math.sign(compareWalkOrder(a, b))).toBe(Math.sign(Buffer.compare(bytes(a), bytes(b))))
    }),
    1000,
  )
})
