import { describe, expect, it } from 'vitest'
import { InvalidChartError } from '../../../src/helm/model/invalid-chart-error.js'
import { archiveName } from '../../../src/helm/model/chart-names.js'

const named = (name: string) => ({
  metadata: { apiVersion: 'v2' as const, name, version: '1.0.0' },
  files: [],
  dependencies: [],
  warnings: [],
})

describe('archiveName()', () => {
  it('is that of helm package', () => {
    expect(archiveName(named('mychart'))).toBe('mychart-1.0.0.tgz')
    expect(archiveName(named('nul'))).toBe('nul-1.0.0.tgz')
  })

  it.each([
    ['nul.x', '"nul.x-1.0.0.tgz" is the name of a device on Windows'],
    ['ab:c', '"ab:c-1.0.0.tgz" has a character that Windows has in no name'],
    ['a\u200bb', String.raw`"a\u200bb-1.0.0.tgz" has an invisible character in its name`],
    ['x'.repeat(250), 'no file can have so long a name'],
  ])('of %j is refused', (name, reason) => {
    expect(() => archiveName(named(name))).toThrow(InvalidChartError)
    expect(() => archiveName(named(name))).toThrow(reason)
  })
})
