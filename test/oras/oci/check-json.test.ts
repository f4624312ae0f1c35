import { describe, expect, it } from 'vitest'
import { LimitExceededError } from '../../../src/oras/errors/oci-error.js'
import { checkJson } from '../../../src/oras/oci/check-json.js'
import { digestOf } from '../../../src/oras/oci/digest.js'

const check = (json: string): void => checkJson(Buffer.from(json), 'Cannot read it')
const many = (count: number, write: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => write(at)).join(',')

describe('checkJson()', () => {
  it('accepts a manifest of 4 MiB whose layers have titles', () => {
    const layer = (at: number) => ({
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      digest: digestOf(Buffer.of(at)),
      size: at,
      annotations: { 'org.opencontainers.image.title': `files/${at}` },
    })
    const json = JSON.stringify({ schemaVersion: 2, layers: Array.from({ length: 20_000 }, (_, at) => layer(at)) })

    expect(json.length).toBeGreaterThan(4 * 1024 * 1024)
    expect(() => check(json)).not.toThrow()
  })

  it('does not count text in strings as values or names', () => {
    expect(() => check(JSON.stringify({ a: '[{,:'.repeat(200_000), b: '"\\'.repeat(200_000) }))).not.toThrow()
  })

  it.each([
    ['lists in lists', '['.repeat(150_001)],
    ['objects', `[${many(75_001, () => '{}')}]`],
    ['empty texts', `[${many(150_001, () => '""')}]`],
    ['digits', `[${many(150_001, () => '1')}]`],
  ])('refuses more than 150000 values: %s', (_, json) => {
    expect(() => check(json)).toThrow(LimitExceededError)
    expect(() => check(json)).toThrow('Cannot read it: its JSON has more than 150000 values')
  })

  it('refuses more than 10000 names that are not the same, wherever they stand', () => {
    const names = (count: number) => many(count, (at) => `"n${at}" : 0`)

    expect(() => check(`{${names(20_000)}}`)).toThrow('Cannot read it: its JSON has more than 10000 names')
    expect(() => check(`[${many(20_000, (at) => `{"n${at}":0}`)}]`)).toThrow('10000 names')
    expect(() => check(`[${many(20_000, () => `{"n":0}`)}]`)).not.toThrow()
    expect(() => check(`{${names(9000)}}`)).not.toThrow()
  })

  it('does not check small texts', () => {
    expect(() => check('['.repeat(32 * 1024))).not.toThrow()
  })
})
