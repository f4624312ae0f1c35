import { describe, expect, it } from 'vitest'
import { readUpTo, slices } from '../../../src/oras/oci/byte-stream.js'
import { catchError } from '../../support/catch-error.js'

describe('slices()', () => {
  it('yields a mebibyte at a time, of the same memory', async () => {
    const bytes = new Uint8Array(2.5 * 1024 * 1024)

    const got: Uint8Array[] = []
    for await (const slice of slices(bytes)) got.push(slice)

    expect(got.map(({ length }) => length / 1024)).toEqual([1024, 1024, 512])
    expect(got.every(({ buffer }) => buffer === bytes.buffer)).toBe(true)
  })
})

describe('readUpTo()', () => {
  async function* stream(onClose = (): void => {}): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (const text of ['ab', '', 'cd']) yield Buffer.from(text)
    } finally {
      onClose()
    }
  }

  it.each([
    [5, true, 'abcd'],
    [4, true, 'abcd'],
    [3, false, 'abcd'],
    [2, false, 'abcd'],
    [1, false, 'ab'],
    [0, false, 'ab'],
  ])('with a limit of %j, reads it whole: %j', async (limit, isWhole, text) => {
    const beginning = await readUpTo(stream(), limit)

    expect(beginning.isWhole).toBe(isWhole)
    expect(Buffer.concat(beginning.chunks).toString()).toBe(text)
  })

  it('closes a longer stream', async () => {
    let isClosed = false

    await readUpTo(
      stream(() => void (isClosed = true)),
      1,
    )

    expect(isClosed).toBe(true)
  })

  it('throws what the stream throws', async () => {
    async function* broken(): AsyncGenerator<Uint8Array, void, undefined> {
      yield Buffer.from('ab')
      throw new Error('broken')
    }

    expect((await catchError(() => readUpTo(broken(), 100))).message).toBe('broken')
  })
})
