import { describe, expect, it } from 'vitest'
import type { OciEvent } from '../../../src/oras/events.js'
import { fetchContents } from '../../../src/oras/graph/fetch-contents.js'
import { bytesContent, type Content, readContent } from '../../../src/oras/oci/content.js'
import type { Descriptor } from '../../../src/oras/oci/descriptor.js'
import { caught } from '../../support/make-chart.js'

const content = (text: string): Content => bytesContent(Buffer.from(text), { mediaType: 'text/plain' })
const quietly = { concurrency: 4, onEvent: undefined, signal: undefined }

/** A source that does not check what it delivers. */
const careless = (text: string) => ({
  get: (descriptor: Descriptor): Content => ({
    descriptor,
    async *open() {
      yield Buffer.from(text)
    },
  }),
})

describe('fetchContents()', () => {
  it('reads contents into memory, in their order, and reports the progress of each', async () => {
    const contents = [content('first'), content('second')]
    const events: OciEvent[] = []
    const source = {
      get: ({ digest }: Descriptor) => contents.find((each) => each.descriptor.digest === digest) as Content,
    }

    const fetched = await fetchContents(
      source,
      contents.map(({ descriptor }) => descriptor),
      { ...quietly, onEvent: (event) => void events.push(event) },
    )

    const texts = await Promise.all(fetched.map(async (each) => Buffer.from(await readContent(each)).toString()))
    expect(texts).toEqual(['first', 'second'])
    expect(events.map(({ type }) => type)).toEqual(['progress', 'progress'])
  })

  it.each(['hellO', 'hell', 'hello!'])('checks the contents of a source that does not check them: %s', async (text) => {
    const { descriptor } = content('hello')

    expect((await caught(fetchContents(careless(text), [descriptor], quietly))).code).toBe('ERR_CONTENT_MISMATCH')
  })

  it('returns memory that the source does not share', async () => {
    const bytes = Buffer.from('hello')
    const { descriptor } = content('hello')
    const source = {
      get: (): Content => ({
        descriptor,
        async *open() {
          yield bytes
        },
      }),
    }

    const [fetched] = await fetchContents(source, [descriptor], quietly)
    bytes.fill(0)

    expect(Buffer.from(await readContent(fetched as Content)).toString()).toBe('hello')
  })
})
