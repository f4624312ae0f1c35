/** What js-yaml takes for an anchor, a tag or a word, and go-yaml does not: each text was tried with go-yaml. */
import { describe, expect, it } from 'vitest'
import { parseYaml, type YamlValue } from '../../../src/helm/yaml/yaml.js'

function plain(value: YamlValue): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]))
  return Array.isArray(value) ? (value as readonly YamlValue[]).map(plain) : value
}

const ANCHOR = 'did not find expected alphabetic or numeric character'
const TAG = 'did not find expected whitespace or line break'
const COLON = 'found a colon without a blank behind it in brackets'
const QUESTION = 'found a question mark in a word in brackets; put it in quotes'
const NESTED = 'mapping values are not allowed in this context'

describe('parseYaml', () => {
  it.each([
    ['a: &x-1_Y b\nc: [*x-1_Y, &d e]', { a: 'b', c: ['b', 'e'] }],
    ['a: !x/y.z:1@b', { a: '' }],
    ["a: !b's b", { a: 'b' }],
    ['a: !%41 b\nc: !<x:y> d\ne: ! f', { a: 'b', c: 'd', e: 'f' }],
    ['a: !x\n  b: c\nd: &y !x\n  - e', { a: { b: 'c' }, d: ['e'] }],
    ['a:\n  !x b: &y c', { a: { b: 'c' } }],
    ['- !x a: b', [{ a: 'b' }]],
    ['? a\n: !x b', { a: 'b' }],
    ['a: [b:c, "d?", e]', { a: ['b:c', 'd?', 'e'] }],
    ['a: b?c\nd?: :e', { a: 'b?c', 'd?': ':e' }],
    ['a: {? b : c}', { a: { b: 'c' } }],
    ['a: ["b":c, http://x/y:1]', { a: [{ b: 'c' }, 'http://x/y:1'] }],
  ])('reads %j', (text, value) => {
    expect(plain(parseYaml(text).value)).toEqual(value)
  })

  it.each([
    ['a: &1.16 b', ANCHOR],
    ['a: &é b', ANCHOR],
    ['a: &| b', ANCHOR],
    ['a: &"b"', ANCHOR],
    ['a: [&b? c]', ANCHOR],
    ['a: !b#c d', TAG],
    ['a: !<b#c> d', TAG],
    ['a: [!{b: c}]', TAG],
    ['a: !b c: d', NESTED],
    ['a: &b c: d', NESTED],
    ['- a: !b c: d', NESTED],
    ['a: [b?c]', QUESTION],
    ['a: {b?: c}', QUESTION],
    ['a: [https://x/?y=z]', QUESTION],
    ['a: [:b]', COLON],
    ['a: {b:[c]}', COLON],
  ])('refuses %j', (text, message) => {
    expect(() => parseYaml(text)).toThrow(new SyntaxError(message))
  })

  it.each([
    ['a: [b:]', COLON],
    ['a: {b:}', COLON],
    ['a: {b:, c: d}', COLON],
    ['a: [?b]', QUESTION],
    ['a: {?b: c}', QUESTION],
    ['a: [!b, c]', TAG],
    ['a: !b,c d', 'line 1: tag suffix cannot contain flow indicator characters'],
    ['a: &b:c d', ANCHOR],
  ])('refuses %j, of which go-yaml makes something that is not meant', (text, message) => {
    expect(() => parseYaml(text)).toThrow(new SyntaxError(message))
  })
})
