/** Properties of tags: sorted one way only, and none is lost. */
import fc from 'fast-check'
import { expect } from 'vitest'
import type { listVersions } from '../../src/helm/version/list-versions.js'
import { Turns } from '../../src/oras/turns.js'
import type { NamedProperty } from './named-property.js'

export interface TagOrder {
  readonly listVersions: typeof listVersions
}

export function tagProperties({ listVersions: list }: TagOrder): readonly NamedProperty[] {
  return [
    {
      name: 'sort tags the same way whatever their order, and keep each once',
      property: fc.asyncProperty(fc.uniqueArray(tags), fc.infiniteStream(fc.nat()), async (given, order) => {
        const shuffled = given.toSorted(() => ((order.next().value as number) % 3) - 1)
        const { versions, otherTags } = await list(given, new Turns())

        expect(await list(shuffled, new Turns())).toEqual({ versions, otherTags })
        expect([...versions.map(({ tag }) => tag), ...otherTags].toSorted()).toEqual(given.toSorted())
        for (const { version, tag } of versions) expect(`v${version}`.endsWith(tag.replaceAll('_', '+'))).toBe(true)
      }),
    },
    {
      name: 'list releases by their numbers, newest first',
      property: fc.asyncProperty(fc.uniqueArray(fc.nat(2000), { minLength: 2 }), async (numbers) => {
        const { versions } = await list(
          numbers.map((number) => `1.${number}.0`),
          new Turns(),
        )

        expect(versions.map(({ version }) => Number(version.split('.')[1]))).toEqual(numbers.toSorted((a, b) => b - a))
      }),
    },
  ]
}

const tags = fc.oneof(
  fc.stringMatching(/^[\w][\w.-]{0,12}$/),
  fc.stringMatching(/^v?[0-9]{1,2}\.[0-9]{1,2}\.[0-9](-[a-c0-9]{1,3})?(_[a-c])?$/),
)
