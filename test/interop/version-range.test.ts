/** Random ranges and versions: the library and Masterminds/semver, which Helm uses, must agree on every pair. */
import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseVersionRange } from '../../src/helm/version/version-range.js'
import { parseVersion } from '../../src/helm/version/version.js'
import { describeWithPeer } from './describe-with-peer.js'
import { PEERS } from './peers.js'
import { drawSamples } from '../support/seeds.js'

const PAIRS = 1000

interface Pair {
  readonly range: string
  readonly version: string
}

describeWithPeer(PEERS.semver, 'which versions are in a range', (program) => {
  it(`agree with Masterminds/semver on ${PAIRS} random pairs`, () => {
    const pairs = drawSamples(pair, PAIRS)

    const verdicts = askGo(program, pairs)

    const ours = pairs.map((each) => ({ ...each, verdict: decide(each) }))
    expect(ours).toEqual(pairs.map((each, index) => ({ ...each, verdict: verdicts[index] })))
    // With fewer, the pairs would prove little.
    for (const verdict of ['true', 'false', 'bad range']) {
      expect(verdicts.filter((each) => each === verdict).length, verdict).toBeGreaterThanOrEqual(50)
    }
  })
})

function askGo(program: string, pairs: readonly Pair[]): readonly string[] {
  const input = pairs.map((each) => JSON.stringify(each)).join('\n')
  const options = { input, encoding: 'utf8', maxBuffer: 2 ** 28 } as const
  const { error, status, stdout, stderr } = spawnSync(program, options)
  if (error) throw error
  if (status !== 0) throw new Error(`the Go program failed: ${stderr}`)
  return stdout.trimEnd().split('\n')
}

function decide({ range, version }: Pair): string {
  try {
    const isInRange = parseVersionRange(range)
    const parsed = parseVersion(version)
    return parsed ? String(isInRange(parsed)) : 'bad version'
  } catch (error) {
    if (error instanceof SyntaxError) return 'bad range'
    throw error
  }
}

type Texts = fc.Arbitrary<string>
const pick = (...texts: readonly string[]): Texts => fc.constantFrom(...texts)
const join = (...parts: readonly Texts[]): Texts => fc.tuple(...parts).map((texts) => texts.join(''))
const mostly = (usual: Texts, percent: number, other: Texts): Texts =>
  fc.oneof({ weight: 100 - percent, arbitrary: usual }, { weight: percent, arbitrary: other })
const maybe = (percent: number, text: Texts): Texts => mostly(fc.constant(''), percent, text)
const list = (item: Texts, between: Texts, most: number, least = 1): Texts =>
  fc
    .tuple(item, fc.array(join(between, item), { minLength: least - 1, maxLength: most - 1 }))
    .map(([first, others]) => first + others.join(''))

// Few numbers and words, so that versions are often in a range, or just outside it.
const number = mostly(pick('0', '1', '2', '3'), 3, pick('10', '01', '00', '9007199254740993', '18446744073709551615'))
const word = mostly(
  pick('alpha', 'rc', '0', '1', '2', '10'),
  15,
  pick('-', '-1', '1a', 'A', 'x', '18446744073709551615'),
)
const identifier = mostly(word, 2, pick('18446744073709551616', '99999999999999999999', '01', '00'))
const prerelease = join(pick('-'), list(identifier, pick('.'), 3))
const build = pick('+1', '+build.01', '+x-y', '+-')
const dotted = (segment: Texts): Texts => mostly(list(segment, pick('.'), 3, 3), 40, list(segment, pick('.'), 2))
const suffix = join(maybe(25, prerelease), maybe(8, build))

const segment = mostly(mostly(number, 15, pick('x', 'X', '*')), 1, pick('1x', '|', '1|2', '**', '18446744073709551616'))
const partial = join(maybe(10, pick('v')), dotted(segment), suffix)
const space = mostly(
  pick('', ' '),
  10,
  mostly(pick('  ', '\t', '\n', '\r\n', '\f '), 10, pick('\v', '\u00a0', '\ufeff')),
)
const operator = mostly(
  pick('', '=', '!=', '>', '<', '>=', '=>', '<=', '=<', '~', '~>', '^'),
  1,
  pick('==', '<>', '!', '><', '~=', '=!', '^^'),
)
const constraint = join(operator, space, partial)
const hyphen = mostly(pick(' - '), 15, pick('  -\t', '-', ' -', '- ', ' - - '))
const term = mostly(constraint, 15, join(partial, hyphen, partial))
const comma = mostly(pick(',', ', ', ' ', ' , '), 3, pick('', ',,', '\t,\n', ' ,  '))
const group = join(space, mostly(term, 50, list(term, comma, 3)), space)
const groups = mostly(group, 50, list(group, mostly(pick('||'), 3, pick('|', '|||', '||||')), 4))
// Around the limits of 32 groups, of 512 bytes, and of 256 bytes in a version.
const long = fc.oneof(
  list(constraint, pick('||'), 34, 30),
  fc.integer({ min: 250, max: 258 }).map((length) => '>1.0.0-'.padEnd(length + 1, 'a')),
  fc.integer({ min: 508, max: 516 }).map((length) => '>1.0'.padEnd(length, ' ')),
  fc.integer({ min: 254, max: 258 }).map((length) => '\u00e9'.repeat(length)),
)

const litter = fc.oneof(pick(...' \t\v\u00a0,|.-+vxX*<>=!~^0123aé'.split('')), fc.string({ maxLength: 3 }))
/** Sometimes puts litter somewhere into the text, in place of up to three characters. */
const spoil = (percent: number, text: Texts): Texts =>
  mostly(
    text,
    percent,
    fc.tuple(text, fc.nat(), fc.nat({ max: 3 }), maybe(60, litter)).map(([whole, place, count, added]) => {
      const at = place % (whole.length + 1)
      return whole.slice(0, at) + added + whole.slice(at + count)
    }),
  )

/** Takes a version that the range names, with zeros for its wildcards and perhaps one segment changed. */
const versionNear = (range: string): Texts => {
  const named = range.match(/[0-9xX*]+(\.[0-9xX*]+)*(-[0-9A-Za-z.-]+)?/g) ?? ['1.0.0']
  return fc.tuple(pick(...named), fc.nat({ max: 3 }), number).map(([found, at, changed]) => {
    const [core = '', ...rest] = found.replace(/[xX*]+/g, '0').split(/(?=-)/)
    const segments = [...core.split('.'), '0', '0'].slice(0, 3)
    return segments.map((each, index) => (index === at ? changed : each)).join('.') + rest.join('')
  })
}
const anyVersion = join(maybe(10, pick('v')), dotted(number), suffix)

const pair: fc.Arbitrary<Pair> = spoil(10, mostly(groups, 4, long)).chain((range) =>
  spoil(3, mostly(versionNear(range), 50, anyVersion)).map((version) => ({ range, version })),
)
