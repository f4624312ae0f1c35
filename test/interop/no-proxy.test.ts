/** Which hosts NO_PROXY names: the library and Go's own package must agree, on random questions and on every row of the table. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decideProxy, type ProxyQuestion } from '../support/decide-proxy.js'
import { describeWithPeer } from './describe-with-peer.js'
import { PEERS } from './peers.js'
import { drawSamples } from '../support/seeds.js'

const QUESTIONS = 3000

describeWithPeer(PEERS.goProxy, 'which hosts NO_PROXY names', (program) => {
  it('answers each row of the table as Go does', () => {
    const text = readFileSync(join(import.meta.dirname, '../golden/no-proxy.json'), 'utf8')
    const rows = JSON.parse(text) as readonly (ProxyQuestion & { readonly verdict: string })[]

    const verdicts = askGo(program, rows)

    expect(rows).toEqual(rows.map((row, index) => ({ ...row, verdict: verdicts[index] })))
  })

  it(`answers ${QUESTIONS} random questions as Go does`, () => {
    const questions = drawSamples(question, QUESTIONS)

    const verdicts = askGo(program, questions)

    const ours = questions.map((each) => ({ ...each, verdict: decideProxy(each) }))
    expect(ours).toEqual(questions.map((each, index) => ({ ...each, verdict: verdicts[index] })))
    // With fewer, the questions would prove little.
    for (const verdict of ['proxy', 'direct']) {
      expect(verdicts.filter((each) => each === verdict).length, verdict).toBeGreaterThanOrEqual(300)
    }
  })
})

function askGo(program: string, questions: readonly ProxyQuestion[]): readonly string[] {
  const input = questions.map(({ noProxy, url }) => JSON.stringify({ noProxy, url })).join('\n')
  const options = { input, encoding: 'utf8', maxBuffer: 2 ** 28 } as const
  const { error, status, stdout, stderr } = spawnSync(program, options)
  if (error) throw error
  if (status !== 0) throw new Error(`the Go program failed: ${stderr}`)
  return stdout.trimEnd().split('\n')
}

type Texts = fc.Arbitrary<string>
const pick = (...texts: readonly string[]): Texts => fc.constantFrom(...texts)
const sequence = (...parts: readonly Texts[]): Texts => fc.tuple(...parts).map((texts) => texts.join(''))
const maybe = (percent: number, text: Texts): Texts =>
  fc.oneof({ weight: 100 - percent, arbitrary: fc.constant('') }, { weight: percent, arbitrary: text })

// Few names and numbers, so that a list often names the host of the URL, or almost.
const label = pick('a', 'b', 'ab', 'example', 'xn--bcher-kva')
const domain = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'))
const byte = pick('0', '1', '10', '127', '255')
const ipv4 = fc.tuple(byte, byte, byte, byte).map((bytes) => bytes.join('.'))
const group = pick('0', '1', 'ffff', 'fd00', '7f00')
const ipv6 = fc.oneof(
  fc.tuple(group, group, fc.nat({ max: 1 })).map(([first, last, zero]) => `${first}:${'0:'.repeat(zero)}:${last}`),
  sequence(pick('::', '::ffff:'), fc.oneof(ipv4, group)),
  fc.array(group, { minLength: 8, maxLength: 8 }).map((groups) => groups.join(':')),
)
const port = pick(':80', ':443', ':5000')

const target = fc
  .tuple(
    pick('http', 'https'),
    fc.oneof(domain, ipv4, sequence(pick('['), ipv6, pick(']')), pick('localhost')),
    maybe(30, port),
  )
  .map(([scheme, host, at]) => `${scheme}://${host}${at}/`)
  .filter((text) => URL.canParse(text))
  // As the library sees it.
  .map((text) => new URL(text).href)

const litter = pick(...' .:/[]*%-0aA'.split(''), '::', '.0', '\t', 'ü')
const prefix = fc.nat({ max: 130 }).map((bits) => `/${bits}`)
const entry = fc
  .oneof(
    sequence(maybe(40, pick('.', '*.')), domain, maybe(20, port)),
    sequence(ipv4, maybe(40, prefix), maybe(20, port)),
    sequence(ipv6, maybe(60, prefix)),
    sequence(pick('['), ipv6, pick(']'), maybe(70, port)),
    { weight: 1, arbitrary: sequence(pick('*', 'localhost', 'BÜCHER', '.bücher'), maybe(20, port)) },
  )
  .chain((text) =>
    fc
      .tuple(fc.nat({ max: 9 }), fc.nat({ max: text.length }), litter)
      .map(([chance, at, added]) => (chance > 1 ? text : text.slice(0, at) + added + text.slice(at + chance))),
  )
const list = fc.array(entry, { maxLength: 4 }).map((entries) => entries.join(','))

/** Half of the lists name the host itself, perhaps changed. */
const question: fc.Arbitrary<ProxyQuestion> = target.chain((url) => {
  const { host, hostname } = new URL(url)
  const near = sequence(
    maybe(20, pick('.', '*.', 'a')),
    pick(host, hostname, hostname.replace(/^\[|\]$/g, '')),
    maybe(20, prefix),
  )
  return fc.record({
    noProxy: fc.oneof(
      list,
      fc.tuple(list, near).map((texts) => texts.join(',')),
    ),
    url: fc.constant(url),
  })
})
