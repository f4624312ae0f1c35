import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseNoProxy } from '../../../../src/oras/http/proxy/no-proxy.js'
import { decideProxy, type ProxyQuestion } from '../../../support/decide-proxy.js'
import { assertProperty } from '../../../support/seeds.js'

// Written by the Go program in test/interop/no-proxy; test/interop/no-proxy.test.ts checks new rows against it.
const ROWS = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../golden/no-proxy.json'), 'utf8'),
) as readonly (ProxyQuestion & {
  readonly verdict: string
})[]

describe('NO_PROXY', () => {
  it('has the same meaning as in Go, row by row', () => {
    expect(ROWS.length).toBeGreaterThan(150)

    expect(ROWS.map(({ noProxy, url }) => ({ noProxy, url, verdict: decideProxy({ noProxy, url }) }))).toEqual(ROWS)
  })
})

describe('parseNoProxy()', () => {
  it('accepts any text as a list, and answers for any URL', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ...'.:,/[]*%@-'.split(''),
        '::',
        '10.0.0.0/8',
        'fd00::/8',
        '[::1]:5',
        'example.com',
        'bücher',
        '\u0085',
        '\ufeff',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    )
    const list = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
    const url = fc.constantFrom(
      'https://example.com/',
      'http://10.0.0.1:5/',
      'https://[fd00::1]/',
      'https://xn--bcher-kva/',
    )
    await assertProperty(
      fc.property(list, url, (text, at) => {
        expect(parseNoProxy(text)(new URL(at))).toBeTypeOf('boolean')
      }),
      2000,
    )
  })

  it('finds a host in its list, whatever else is in the list', async () => {
    const other = fc.stringMatching(/^[a-z0-9.:/[\]-]{0,20}$/)
    await assertProperty(
      fc.property(fc.array(other), fc.array(other), (before, after) => {
        const isExempt = parseNoProxy([...before, 'example.com', ...after].join(','))
        expect(isExempt(new URL('https://a.example.com:5000/'))).toBe(true)
      }),
    )
  })

  it('needs little time for a hostile list', () => {
    // A regular expression that backtracks would need minutes for each.
    for (const text of [
      '['.repeat(200_000),
      ':'.repeat(200_000),
      '1.'.repeat(100_000),
      '/1'.repeat(100_000),
      'a:'.repeat(100_000),
    ])
      expect(parseNoProxy(text)(new URL('https://example.com/'))).toBe(false)
  })
})
