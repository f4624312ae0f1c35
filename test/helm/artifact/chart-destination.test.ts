import { describe, expect, it } from 'vitest'
import { chartDestination, parseDestination } from '../../../src/helm/artifact/chart-destination.js'
import { InvalidReferenceError } from '../../../src/oras/errors/oci-error.js'
import { formatReference, parseReference } from '../../../src/oras/oci/reference.js'

const chart = { name: 'mychart', version: '1.2.3+b.1' }
const digest = `sha256:${'0'.repeat(64)}`

function land(text: string, options?: { strict?: boolean }, metadata = chart): string {
  return formatReference(chartDestination(parseReference(text), metadata, options))
}

function refusal(text: string, metadata = chart): InvalidReferenceError {
  try {
    land(text, {}, metadata)
  } catch (error) {
    return error as InvalidReferenceError
  }
  throw new Error('expected an error')
}

describe('chartDestination', () => {
  it.each([
    ['localhost:5000/any:latest', 'localhost:5000/any:latest'],
    ['localhost:5000/any', 'localhost:5000/any:1.2.3_b.1'],
    [`localhost:5000/any@${digest}`, `localhost:5000/any@${digest}`],
    [`localhost:5000/any:x@${digest}`, `localhost:5000/any:x@${digest}`],
    ['oci://localhost:5000', 'oci://localhost:5000/mychart:1.2.3_b.1'],
    ['oci://localhost:5000/charts', 'oci://localhost:5000/charts/mychart:1.2.3_b.1'],
    ['oci://localhost:5000/charts/mychart', 'oci://localhost:5000/charts/mychart/mychart:1.2.3_b.1'],
    [`oci://localhost:5000/charts@${digest}`, `oci://localhost:5000/charts/mychart:1.2.3_b.1@${digest}`],
    ['oci://localhost:5000/charts/mychart:1.2.3_b.1', 'oci://localhost:5000/charts/mychart:1.2.3_b.1'],
    ['oci://localhost:5000/charts/mychart:1.2.3+b.1', 'oci://localhost:5000/charts/mychart:1.2.3_b.1'],
  ])('completes %s to %s', (text, destination) => {
    expect(land(text)).toBe(destination)
  })

  it.each(['oci://localhost:5000/charts/other:1.2.3_b.1', 'oci://localhost:5000/charts/mychart:latest'])(
    'refuses %s unless strict is false',
    (text) => {
      const error = refusal(text)
      expect([error.code, error.message, error.hint]).toEqual([
        'ERR_INVALID_REFERENCE',
        `Cannot push chart mychart 1.2.3+b.1 to ${text}: strict mode enabled, ref basename and tag must match the chart name and version`,
        'End the reference in /mychart:1.2.3_b.1, or give the folder above it, without a tag. strict: false allows other names.',
      ])
      expect(land(text, { strict: false })).toBe(text)
    },
  )

  it.each([
    [{ name: 'MyChart', version: '1.2.3' }, 'the repository has upper case in "MyChart"'],
    [{ name: 'a b', version: '1.2.3' }, '"a b" cannot be part of a repository'],
    [{ name: '/', version: '1.2.3' }, 'there is a "/" too many in "charts//"'],
  ])('refuses a chart whose name is no repository: %o', (metadata, reason) => {
    expect(refusal('oci://localhost:5000/charts', metadata).message).toContain(reason)
  })

  it('refuses a version that is too long for a tag', () => {
    const error = refusal('localhost:5000/mychart', { name: 'mychart', version: `1.2.3-${'a'.repeat(128)}` })

    expect(error.message).toContain('the tag "1.2.3-aaa')
  })
})

describe('parseDestination()', () => {
  it.each([
    ['oci://localhost:5000/charts/', 'oci://localhost:5000/charts'],
    ['oci://localhost:5000//charts', 'oci://localhost:5000/charts'],
    ['oci://localhost:5000/', 'oci://localhost:5000'],
    ['oci://localhost:5000//', 'oci://localhost:5000'],
    ['oci://localhost:5000/a///b//', 'oci://localhost:5000/a/b'],
    ['oci://localhost:5000/./a/./b/.', 'oci://localhost:5000/a/b'],
    ['oci://localhost:5000/a/../b', 'oci://localhost:5000/b'],
    ['oci://localhost:5000/a/..', 'oci://localhost:5000'],
    ['oci://my_registry:5000/charts/', 'oci://my_registry:5000/charts'],
    ['oci://ghcr.io./charts/', 'oci://ghcr.io./charts'],
    ['oci://localhost:5000//charts/mychart:1.2.3+b.1', 'oci://localhost:5000/charts/mychart:1.2.3_b.1'],
  ])('cleans the path of %s as helm push does', (text, expected) => {
    expect(formatReference(parseDestination(text))).toBe(expected)
  })

  it.each([
    'oci://localhost:5000/..',
    'oci://localhost:5000/a/../../other',
    'oci:///localhost:5000/charts',
    'oci://',
    'oci://localhost:5000/charts/:1.2.3',
    'oci://localhost:5000/:1.2.3',
    'localhost:5000/charts/',
    'localhost:5000//charts',
    'localhost:5000/',
    'oci://localhost:5000/Charts/',
    'oci://user:secret@localhost:5000/charts/',
    `oci://localhost:5000/${'/'.repeat(70_000)}`,
  ])('refuses %s', (text) => {
    expect(() => parseDestination(text)).toThrow(InvalidReferenceError)
  })

  it('shows the text as it was given', () => {
    expect(() => parseDestination('oci://localhost:5000/a/../../b')).toThrow('"oci://localhost:5000/a/../../b"')
  })
})
