import { describe, expect, it } from 'vitest'
import { NotFoundError } from '../../../src/oras/errors/oci-error.js'

const message = (text: string): string => new NotFoundError(text, { hint: 'Do this.' }).message

describe('the message of an error', () => {
  it('is the text as it is, in any language', () => {
    expect(message('Cannot read "naïve ☸ 图表"')).toBe('Cannot read "naïve ☸ 图表"')
  })

  it('contains no control character and no change of direction, whatever others wrote', () => {
    expect(message('a\u001b[31mb\u009b2Jc\r\nd\u202Ee\u2028f\uD800g\u{E0001}')).toBe(
      'a\\u001b[31mb\\u009b2Jc\\u000d\\u000ad\\u202ee\\u2028f\\ud800g\\ue0001',
    )
  })

  it('is cut if it is long, and keeps the reason at its end', () => {
    const long = message(`Cannot read ${'x'.repeat(10_000_000)}: it is too long`)

    expect(long.length).toBe(4000)
    expect(long).toMatch(/^Cannot read x+…x+: it is too long$/)
    expect(message('\u001b'.repeat(4000)).length).toBe(4000)
  })
})
