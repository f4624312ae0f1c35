import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { readShortBody } from '../../../src/oras/http/read-body.js'
import type { TransportResponse } from '../../../src/oras/http/transport.js'
import { catchError } from '../../support/catch-error.js'

const answer = (read: TransportResponse['read'], close = (): void => undefined): TransportResponse => {
  return { status: 200, header: () => undefined, read, discard: async () => undefined, close }
}

describe('readShortBody()', () => {
  it('reads characters that lie in two chunks', async () => {
    const bytes = Buffer.from('aé')
    const response = answer(async function* () {
      yield bytes.subarray(0, 2)
      yield bytes.subarray(2)
    })

    expect(await readShortBody(response, 100, undefined)).toBe('aé')
  })

  it('stops at the limit, and leaves the rest unread', async () => {
    let isClosed = false
    const response = answer(async function* () {
      try {
        for (;;) yield Buffer.from('abc')
      } finally {
        isClosed = true
      }
    })

    expect(await readShortBody(response, 4, undefined)).toBe('abca')
    expect(isClosed).toBe(true)
  })

  it('returns the beginning of a body that breaks off', async () => {
    const response = answer(async function* () {
      yield Buffer.from('abc')
      throw new Error('reset')
    })

    expect(await readShortBody(response, 100, undefined)).toBe('abc')
  })

  it('throws the reason of a signal that broke it off', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const response = answer(async function* () {
      yield Buffer.from('abc')
      controller.abort(reason)
      throw new Error('aborted')
    })

    expect(await catchError(() => readShortBody(response, 100, controller.signal))).toBe(reason)
  })

  it('closes a body that does not end after five seconds', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const closer = new AbortController()
    const response = answer(
      async function* () {
        yield Buffer.from('abc')
        await new Promise((_, reject) => closer.signal.addEventListener('abort', reject))
      },
      () => closer.abort(),
    )

    const text = readShortBody(response, 100, undefined)
    await vi.advanceTimersByTimeAsync(5000)

    expect(await text).toBe('abc')
    expect(vi.getTimerCount()).toBe(0)
  })
})
