import { describe, expect, it } from 'vitest'
import type { ProgressEvent } from '../../../src/oras/events.js'
import { readContent } from '../../../src/oras/oci/content.js'
import { digestOf } from '../../../src/oras/oci/digest.js'
import { observeContent } from '../../../src/oras/graph/observe-content.js'
import { randomContent } from '../../support/make-artifact.js'

describe('observeContent()', () => {
  it('reports rising bytes up to the size, and changes nothing', async () => {
    const content = randomContent(5_000_000)
    const events: ProgressEvent[] = []

    const bytes = await readContent(observeContent(content, (event) => events.push(event)))

    const transferred = events.map((event) => event.transferred)
    expect(digestOf(bytes)).toBe(content.descriptor.digest)
    expect(transferred).toEqual(transferred.toSorted((a, b) => a - b))
    expect(new Set(transferred).size).toBe(5)
    expect(events.at(-1)).toEqual({ type: 'progress', ...content.descriptor, transferred: 5_000_000 })
  })

  it('starts again with every reading', async () => {
    const events: ProgressEvent[] = []
    const observed = observeContent(randomContent(10), (event) => events.push(event))

    await readContent(observed)
    await readContent(observed)

    expect(events.map(({ transferred }) => transferred)).toEqual([10, 10])
  })

  it('reports about a hundred times, however small the chunks are', async () => {
    const content = randomContent(10_000)
    const tiny = {
      descriptor: content.descriptor,
      async *open() {
        const bytes = await readContent(content)
        for (let at = 0; at < bytes.length; at += 3) yield bytes.subarray(at, at + 3)
      },
    }
    let count = 0

    await readContent(observeContent(tiny, () => count++))

    expect(count).toBeGreaterThan(90)
    expect(count).toBeLessThanOrEqual(101)
  })
})
