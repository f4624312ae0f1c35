import { describe, expect, it } from 'vitest'
import { isVersion } from '../../src/chart/version.js'
import { golden } from './golden.js'

describe('isVersion', () => {
  it.each(golden.version)('decides on $in as Helm does', ({ in: version, err }) => {
    expect(isVersion(version)).toBe(err === undefined)
  })

  it('refuses what is longer than 256 characters', () => {
    expect(isVersion(`1.2.3-${'a'.repeat(250)}`)).toBe(true)
    expect(isVersion(`1.2.3-${'a'.repeat(251)}`)).toBe(false)
  })
})
