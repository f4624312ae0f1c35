import { describe, expect, it } from 'vitest'
import { ContentMismatchError, LimitExceededError } from '../../../src/oras/errors/oci-error.js'
import {
  bytesContent,
  checkedContent,
  type Content,
  type OpenOptions,
  readContent,
  uncheckedContent,
} from '../../../src/oras/oci/content.js'
import type { Descriptor } from '../../../src/oras/oci/descriptor.js'
import { digestOf } from '../../../src/oras/oci/digest.js'
import { catchError } from '../../support/catch-error.js'
import { countTurns } from '../../support/event-loop.js'

const HINT =
  'The content was changed, or its descriptor is wrong. Read it again; if it fails again, the content or the descriptor must be replaced.'
const mediaType = 'text/plain'
const describeText = (text: string): Descriptor => {
  return { mediaType, digest: digestOf(Buffer.from(text)), size: Buffer.byteLength(text) }
}

/** A content with the descriptor of one text that delivers other chunks. */
function deliver(descriptor: Descriptor, ...chunks: readonly string[]): Content {
  return checkedContent(descriptor, async function* () {
    for (const chunk of chunks) yield Buffer.from(chunk)
  })
}

/** Reads chunk by chunk, and keeps what came before an error. */
async function collect(content: Content, options?: OpenOptions): Promise<{ chunks: string[]; error: unknown }> {
  const chunks: string[] = []
  try {
    for await (const chunk of content.open(options)) chunks.push(Buffer.from(chunk).toString())
  } catch (error) {
    return { chunks, error }
  }
  return { chunks, error: undefined }
}

describe('bytesContent()', () => {
  it('describes the bytes, with annotations only if there are some', () => {
    const bytes = Buffer.from('hello')

    expect(bytesContent(bytes, { mediaType }).descriptor).toStrictEqual(describeText('hello'))
    expect(bytesContent(bytes, { mediaType, annotations: { a: 'b' } }).descriptor).toStrictEqual({
      ...describeText('hello'),
      annotations: { a: 'b' },
    })
  })

  it.each([0, 1, 1024 * 1024, 1024 * 1024 + 1, 3 * 1024 * 1024])('reads %i bytes as they were given', async (size) => {
    const bytes = Buffer.alloc(size, 'abc')

    const read = await readContent(bytesContent(bytes, { mediaType }))

    expect(Buffer.from(read).equals(bytes)).toBe(true)
  })

  it('does not block the event loop while bytes in memory are hashed, and stops at the signal', async () => {
    const whole = Buffer.alloc(20 * 1024 * 1024)
    const content = checkedContent({ mediaType, digest: digestOf(whole), size: whole.length }, async function* () {
      yield whole
    })
    const controller = new AbortController()
    const reason = new Error('enough')
    setImmediate(() => controller.abort(reason))

    await expect(readContent(content, { signal: controller.signal })).rejects.toBe(reason)
    expect((await countTurns(() => readContent(content))).turns).toBeGreaterThanOrEqual(3)
  })

  it('detects bytes that were changed later', async () => {
    const bytes = Buffer.from('hello')
    const content = bytesContent(bytes, { mediaType })
    bytes[0] = 0

    expect(await catchError(() => readContent(content))).toBeInstanceOf(ContentMismatchError)
  })
})

describe('Content.open()', () => {
  it('reads again and again, also at the same time', async () => {
    const content = deliver(describeText('abcdef'), 'abc', 'def')

    const together = await Promise.all([readContent(content), readContent(content)])
    const later = await readContent(content)

    expect([...together, later].map((bytes) => Buffer.from(bytes).toString())).toEqual(['abcdef', 'abcdef', 'abcdef'])
  })

  it('does nothing before the first chunk is asked for', () => {
    let opened = 0
    const content = checkedContent(describeText(''), async function* () {
      opened++
      yield Buffer.from('a')
    })

    content.open()
    content.open({ signal: AbortSignal.abort() })

    expect(opened).toBe(0)
  })

  it.each<[start: number, chunks: string[]]>([
    [0, ['abc', 'def']],
    [1, ['bc', 'def']],
    [2, ['c', 'def']],
    [3, ['def']],
    [5, ['f']],
    [6, []],
    [7, []],
    [2 ** 40, []],
  ])('yields the bytes from byte %i on', async (start, chunks) => {
    const reading = await collect(deliver(describeText('abcdef'), 'abc', '', 'def'), { start })

    expect(reading).toEqual({ chunks, error: undefined })
  })

  it('checks also what lies before the start', async () => {
    const { chunks, error } = await collect(deliver(describeText('abcdef'), 'aXc', 'def'), { start: 3 })

    expect(error).toBeInstanceOf(ContentMismatchError)
    expect(chunks).toEqual([])
  })

  it('checks also when the start lies behind the end', async () => {
    const { error } = await collect(deliver(describeText('abcdef'), 'abc'), { start: 100 })

    expect(error).toBeInstanceOf(ContentMismatchError)
  })

  it('holds the last chunk back until the digest is right', async () => {
    const { chunks, error } = await collect(deliver(describeText('abcdef'), 'abc', 'deX'))

    expect(chunks).toEqual(['abc'])
    expect(error).toBeInstanceOf(ContentMismatchError)
    expect(error).toMatchObject({
      code: 'ERR_CONTENT_MISMATCH',
      message: `Cannot read ${describeText('abcdef').digest}: the bytes have digest ${describeText('abcdeX').digest}`,
      expected: describeText('abcdef').digest,
      actual: describeText('abcdeX').digest,
      hint: HINT,
    })
  })

  it('holds back no other chunk, so that a reader who stops early does not wait', async () => {
    let delivered = 0
    const content = checkedContent(describeText('abcdef'), async function* () {
      for (const chunk of ['abc', 'def']) {
        delivered++
        yield Buffer.from(chunk)
      }
    })

    for await (const chunk of content.open()) {
      expect(Buffer.from(chunk).toString()).toBe('abc')
      break
    }

    expect(delivered).toBe(1)
  })

  it('stops at the first chunk that is too much, and does not yield it', async () => {
    let delivered = 0
    const content = checkedContent(describeText('abc'), async function* () {
      for (;;) {
        delivered++
        yield Buffer.from('abc')
      }
    })

    const { chunks, error } = await collect(content)

    expect(delivered).toBe(2)
    expect(chunks).toEqual([])
    expect(error).toBeInstanceOf(ContentMismatchError)
    expect(error).toMatchObject({
      message: `Cannot read ${describeText('abc').digest}: 3 bytes were promised, but there are more`,
      expected: '3',
      actual: 'more',
      hint: HINT,
    })
  })

  it('refuses content that ends early', async () => {
    const { error } = await collect(deliver(describeText('abcdef'), 'abc'))

    expect(error).toBeInstanceOf(ContentMismatchError)
    expect(error).toMatchObject({
      message: `Cannot read ${describeText('abcdef').digest}: 6 bytes were promised, but there are only 3`,
      expected: '6',
      actual: 'only 3',
      hint: HINT,
    })
  })

  it('checks empty content too', async () => {
    expect(await collect(deliver(describeText('')))).toEqual({ chunks: [], error: undefined })
    expect((await collect(deliver({ ...describeText('a'), size: 0 }))).error).toBeInstanceOf(ContentMismatchError)
  })

  it('checks sha512 digests', async () => {
    const descriptor = { mediaType, digest: digestOf(Buffer.from('abc'), 'sha512'), size: 3 }

    expect((await collect(deliver(descriptor, 'abc'))).chunks).toEqual(['abc'])
    expect((await collect(deliver(descriptor, 'abX'))).error).toBeInstanceOf(ContentMismatchError)
  })

  it('passes on the error of its source unchanged', async () => {
    const broken = new Error('broken')
    const content = checkedContent(describeText('abc'), async function* () {
      yield Buffer.from('a')
      throw broken
    })

    expect((await collect(content)).error).toBe(broken)
  })

  it('closes its source when it is left early', async () => {
    let isClosed = false
    const content = checkedContent(describeText('aaaa'), async function* () {
      try {
        for (let count = 0; count < 4; count++) yield Buffer.from('a')
      } finally {
        isClosed = true
      }
    })

    for await (const _ of content.open()) break

    expect(isClosed).toBe(true)
  })

  it('throws the reason of a signal that was aborted before, and opens nothing', async () => {
    const reason = new Error('enough')
    let isOpened = false
    const content = checkedContent(describeText('abc'), async function* () {
      isOpened = true
      yield Buffer.from('a')
    })

    expect((await collect(content, { signal: AbortSignal.abort(reason) })).error).toBe(reason)
    expect(isOpened).toBe(false)
  })

  it('throws the reason of a signal that is aborted while it reads', async () => {
    const reason = new Error('enough')
    const controller = new AbortController()
    const content = checkedContent(describeText('abc'), async function* () {
      yield Buffer.from('a')
      controller.abort(reason)
      yield Buffer.from('b')
    })

    expect((await collect(content, { signal: controller.signal })).error).toBe(reason)
  })

  it('throws the reason of the signal, and not the error of the source', async () => {
    const reason = { why: 'not even an Error' }
    const controller = new AbortController()
    const content = checkedContent(describeText('abc'), async function* (signal) {
      yield Buffer.from('a')
      controller.abort(reason)
      if (signal?.aborted) throw new Error('AbortError of some stream')
    })

    expect((await collect(content, { signal: controller.signal })).error).toBe(reason)
  })
})

describe('uncheckedContent()', () => {
  it('hashes nothing, but counts the bytes, and stops at the signal', async () => {
    const reason = new Error('enough')
    const descriptor = describeText('abcdef')

    expect(await collect(uncheckedContent(deliver(descriptor, 'abc', 'XYZ')))).toEqual({
      chunks: ['abc', 'XYZ'],
      error: undefined,
    })
    expect((await collect(uncheckedContent(deliver(descriptor, 'abc')))).error).toBeInstanceOf(ContentMismatchError)
    expect((await collect(uncheckedContent(deliver(descriptor, 'abcdefg')))).error).toBeInstanceOf(ContentMismatchError)
    const unchecked = uncheckedContent(deliver(descriptor, 'abc', 'def'))
    expect((await collect(unchecked, { start: 2 })).chunks).toEqual(['c', 'def'])
    expect((await collect(unchecked, { signal: AbortSignal.abort(reason) })).error).toBe(reason)
  })

  it('leaves the original content checked', async () => {
    const content = deliver(describeText('abcdef'), 'abcdeX')
    await readContent(uncheckedContent(content))

    expect((await collect(content)).error).toBeInstanceOf(ContentMismatchError)
  })

  it('leaves the check of contents that others made', async () => {
    const content = deliver(describeText('abcdef'), 'abcdeX')
    const other = { ...content }

    expect(uncheckedContent(other)).toBe(other)
    expect((await collect(uncheckedContent(other))).error).toBeInstanceOf(ContentMismatchError)
  })
})

describe('readContent()', () => {
  it('puts the chunks together', async () => {
    const read = await readContent(deliver(describeText('abcdef'), 'ab', 'cd', 'ef'))

    expect(Buffer.from(read).toString()).toBe('abcdef')
  })

  it('returns memory of its own, also of a single chunk', async () => {
    const bytes = Buffer.from('hello')
    const content = bytesContent(bytes, { mediaType })

    const read = await readContent(content)
    read.fill(0)

    expect(bytes.toString()).toBe('hello')
    expect(read.buffer.byteLength).toBe(5)
    expect(Buffer.from(await readContent(content)).toString()).toBe('hello')
  })

  it('reads a source that reuses its memory for each chunk', async () => {
    const bytes = Buffer.from('abcdef'.repeat(1_000_000))
    const memory = Buffer.alloc(65_536)
    const content = checkedContent(bytesContent(bytes, { mediaType }).descriptor, async function* () {
      for (let at = 0; at < bytes.length; at += memory.length) {
        yield memory.subarray(0, bytes.copy(memory, 0, at, at + memory.length))
      }
    })

    expect(Buffer.from(await readContent(content)).equals(bytes)).toBe(true)
  })

  it.each([
    ['less', 'hell'],
    ['more', 'hello!'],
  ])('counts the bytes of a content that does not check itself, and yields %s', async (_, text) => {
    const content: Content = {
      descriptor: describeText('hello'),
      async *open() {
        yield Buffer.from(text)
      },
    }

    expect(await catchError(() => readContent(content))).toBeInstanceOf(ContentMismatchError)
  })

  it('reads a content that declares a size which no memory holds', async () => {
    const content: Content = {
      descriptor: { ...describeText('hello'), size: 2 ** 52 },
      async *open() {
        yield Buffer.from('hello')
      },
    }

    const error = await catchError(() => readContent(content, { limit: Number.MAX_SAFE_INTEGER }))

    expect(error).toMatchObject({ code: 'ERR_CONTENT_MISMATCH', actual: 'only 5' })
  })

  it.each<[promise: string, size: number, limit: number | undefined, shown: number]>([
    ['the limit', 4, 3, 3],
    ['100 MiB, unless told', 100 * 1024 * 1024 + 1, undefined, 100 * 1024 * 1024],
    ['the limit by a size that no memory holds', 2 ** 52, 10, 10],
  ])('reads nothing of a content that is larger than %s', async (_, size, limit, shown) => {
    let isOpened = false
    const descriptor = { ...describeText('abcd'), size }
    const content = checkedContent(descriptor, async function* () {
      isOpened = true
      yield Buffer.from('a')
    })

    const error = await catchError(() => readContent(content, limit === undefined ? {} : { limit }))

    expect(isOpened).toBe(false)
    expect(error).toBeInstanceOf(LimitExceededError)
    expect(error).toMatchObject({
      code: 'ERR_LIMIT_EXCEEDED',
      message: `Cannot read ${descriptor.digest} into memory: ${size} bytes are more than the limit of ${shown}`,
      limit: shown,
      hint: 'Read the content as a stream with its open(), or raise the limit if you trust the source.',
    })
  })

  it('reads a content that is just as large as the limit', async () => {
    expect(await readContent(deliver(describeText('abc'), 'abc'), { limit: 3 })).toHaveLength(3)
  })

  it('throws the reason of its signal', async () => {
    const reason = new Error('enough')

    const error = await catchError(() =>
      readContent(bytesContent(Buffer.from('abc'), { mediaType }), { signal: AbortSignal.abort(reason) }),
    )

    expect(error).toBe(reason)
  })
})
