import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { OciEvent } from '../../src/oras/events.js'
import { warn } from '../../src/oras/warn.js'

const emitWarning = vi.spyOn(process, 'emitWarning')
beforeEach(() => void emitWarning.mockReset().mockImplementation(() => undefined))

describe('warn()', () => {
  it('calls the listener each time, and then not the process', () => {
    const events: OciEvent[] = []
    for (let count = 0; count < 2; count++) warn((event) => events.push(event), 'WARN_CHART', 'heard')

    const event = { type: 'warning', code: 'WARN_CHART', message: 'heard' }
    expect(events).toEqual([event, event])
    expect(emitWarning).not.toHaveBeenCalled()
  })

  it('calls process.emitWarning without a listener: once for each message and code', () => {
    for (let count = 0; count < 2; count++) {
      warn(undefined, 'WARN_CHART', 'this one')
      warn(undefined, 'WARN_CHART', 'another one')
      warn(undefined, 'WARN_MISSING_DEPENDENCIES', 'this one')
    }

    expect(emitWarning.mock.calls).toEqual([
      ['this one', { type: 'OrasHelmWarning', code: 'WARN_CHART' }],
      ['another one', { type: 'OrasHelmWarning', code: 'WARN_CHART' }],
      ['this one', { type: 'OrasHelmWarning', code: 'WARN_MISSING_DEPENDENCIES' }],
    ])
  })

  it('gives the process no more than a hundred messages of one code', () => {
    for (let count = 0; count < 120; count++) warn(undefined, 'WARN_REGISTRY', `number ${count}`)
    warn(undefined, 'WARN_SPLIT_FORMAT', 'of another code')

    expect(emitWarning).toHaveBeenCalledTimes(101)
  })

  it('escapes what could drive a terminal, for both', () => {
    const messages: string[] = []
    const text = 'red \u001b[31m, a bell \u0007, a line\nand \u202e backwards'
    warn((event) => messages.push(event.type === 'warning' ? event.message : ''), 'WARN_CHART', text)
    warn(undefined, 'WARN_CHART', text)

    const escaped = String.raw`red \u001b[31m, a bell \u0007, a line\u000aand \u202e backwards`
    expect(messages).toEqual([escaped])
    expect(emitWarning.mock.calls.map(([message]) => message)).toEqual([escaped])
  })

  it('does nothing where the runtime has no process.emitWarning', () => {
    vi.stubGlobal('process', { ...process, emitWarning: undefined })
    try {
      expect(() => warn(undefined, 'WARN_CHART', 'nowhere to tell')).not.toThrow()
    } finally {
      vi.unstubAllGlobals()
    }
  })
})
