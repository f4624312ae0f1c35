import { describe, expect, it } from 'vitest'
import { resolveScalar, scalarToText } from '../../../src/helm/yaml/scalar.js'

describe('resolveScalar', () => {
  it.each([
    ['18446744073709551615', 18446744073709551615n],
    ['+9223372036854775808', 9223372036854775808],
    ['0x_1F', 31n],
    ['-0b11', -3n],
    ['08', 8],
    ['1e400', '1e400'],
    ['._5', '._5'],
    ['0b-10', -2n],
    ['0b+1', 1n],
    ['-0b+1', '-0b+1'],
    ['.1_1', 0.11],
    ['.1__1', '.1__1'],
    ['.1e1_0', 1e9],
    [`0x${'0'.repeat(100)}1`, 1n],
    ['9'.repeat(1_000_000), '9'.repeat(1_000_000)],
    [`0x${'f'.repeat(1_000_000)}`, `0x${'f'.repeat(1_000_000)}`],
    ['9'.repeat(80), 1e80],
    [`0b-${'1'.repeat(1_000_000)}`, `0b-${'1'.repeat(1_000_000)}`],
    ['2024-01-01', '2024-01-01'],
    ['190:20', '190:20'],
    ['nO', 'nO'],
  ])('reads the plain scalar %.20s as go-yaml does', (text, value) => {
    expect(resolveScalar(text, '')).toBe(value)
  })

  it.each([
    ['12', 'str', '12'],
    ['12', 'float', 12],
    ['12', 'unknown', '12'],
    ['aGk=', 'binary', 'hi'],
    ['2024-01-01', 'timestamp', '2024-01-01'],
  ])('reads %s with the tag %s as %s', (text, tag, value) => {
    expect(resolveScalar(text, tag)).toBe(value)
  })

  it('refuses a text that does not fit its tag', () => {
    expect(() => resolveScalar('x', 'int')).toThrow('cannot decode !!str `x` as a !!int')
    expect(() => resolveScalar('2024-01', 'timestamp')).toThrow('cannot decode !!str `2024-01` as a !!timestamp')
    expect(() => resolveScalar('5', 'timestamp')).toThrow('cannot decode !!int `5` as a !!timestamp')
    expect(() => resolveScalar('18446744073709551615', 'float')).toThrow('cannot decode !!int')
  })

  it.each([
    '2024-01-01',
    '2024-1-1',
    '2024-02-29',
    '2000-02-29',
    '0000-02-29',
    '2024-01-01 1:2:3',
    '2024-01-01 01:02:03.55555555555555555',
    '2024-01-01 1:2:3,5',
    '2024-01-01T1:2:3Z',
    '2024-01-01t23:59:59.5-05:00',
    '2024-01-01t01:02:03+24:60',
  ])('reads the timestamp %j, as go-yaml does', (text) => {
    expect(resolveScalar(text, 'timestamp')).toBe(text)
  })

  it.each([
    '',
    '2024',
    '2024-01',
    '2024-13-01',
    '2024-00-01',
    '2024-01-00',
    '2024-02-30',
    '2023-02-29',
    '1900-02-29',
    '0100-02-29',
    '2024-001-01',
    '20é-01-01',
    '2024-01-01 ',
    '2024-01-01 1:2',
    '2024-01-01 1:2:3.',
    '2024-01-01 24:2:3',
    '2024-01-01 1:60:3',
    '2024-01-01 1:2:60',
    '2024-01-01 1:2:3Z',
    '2024-01-01T1:2:3',
    '2024-01-01T1:2:3z',
    '2024-01-01t01:02:03+25:00',
    '2024-01-01t01:02:03+00:61',
    '2024-01-01t01:02:03+1:00',
  ])('does not read %j as a timestamp', (text) => {
    expect(() => resolveScalar(text, 'timestamp')).toThrow(/^cannot decode !!\w+ `.*` as a !!timestamp$/)
  })
})

describe('scalarToText', () => {
  it.each([
    ['1.10', '1.1'],
    ['1.0', '1'],
    ['017', '15'],
    ['yes', 'true'],
    ['~', ''],
    ['2024-01-01', '2024-01-01'],
    ['20230101.1', '2.0230102e+07'],
    ['1e21', '1e+21'],
    ['.inf', '+Inf'],
  ])('gives for the plain scalar %s the text %s', (scalar, text) => {
    expect(scalarToText(resolveScalar(scalar, ''))).toBe(text)
  })

  it.each([
    [123456.7, '123456.7'],
    [1234567.5, '1.2345675e+06'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [3e38, '3e+38'],
    [1e39, '+Inf'],
    [5e-324, '0'],
    [1585746.25, '1.5857462e+06'],
    [-0.25, '-0.25'],
  ])('writes the float %d with the shortest digits of single precision', (value, text) => {
    expect(scalarToText(value)).toBe(text)
  })
})
