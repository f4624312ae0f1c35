import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseChallenges } from '../../../../src/oras/registry/auth/parse-challenges.js'
import { assertProperty } from '../../../support/seeds.js'

type Plain = readonly [scheme: string, parameters: Readonly<Record<string, string>>]

const plain = (header: string): readonly Plain[] =>
  parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)])

const REALM = 'https://auth.example/token'

describe('parseChallenges()', () => {
  it.each<[promise: string, header: string, challenges: readonly Plain[]]>([
    ['nothing', '', []],
    ['a scheme alone', 'Negotiate', [['negotiate', {}]]],
    ['Basic', 'Basic realm="a b"', [['basic', { realm: 'a b' }]]],
    [
      'Bearer as registries write it',
      `Bearer realm="${REALM}",service="registry.example",scope="repository:a/b:pull,push"`,
      [['bearer', { realm: REALM, service: 'registry.example', scope: 'repository:a/b:pull,push' }]],
    ],
    ['upper case', `BEARER REALM="${REALM}"`, [['bearer', { realm: REALM }]]],
    ['values without quotes', `bearer realm=${REALM},service=a`, [['bearer', { realm: REALM, service: 'a' }]]],
    ['spaces around the signs', 'Bearer realm = "a" ,  service =b', [['bearer', { realm: 'a', service: 'b' }]]],
    ['escaped quotes', 'Basic realm="a \\"b\\" \\\\ c"', [['basic', { realm: 'a "b" \\ c' }]]],
    ['empty values', 'Basic realm="",charset=', [['basic', { realm: '', charset: '' }]]],
    [
      'what looks like a challenge inside quotes',
      'Basic realm="x, Bearer realm=y"',
      [['basic', { realm: 'x, Bearer realm=y' }]],
    ],
    [
      'several challenges in one line',
      `Negotiate, Basic realm="a", Bearer realm="${REALM}",service="s"`,
      [
        ['negotiate', {}],
        ['basic', { realm: 'a' }],
        ['bearer', { realm: REALM, service: 's' }],
      ],
    ],
    [
      'several headers that were joined',
      ['Basic realm="a,b"', `Bearer realm="${REALM}"`].join(', '),
      [
        ['basic', { realm: 'a,b' }],
        ['bearer', { realm: REALM }],
      ],
    ],
    ['empty elements of the list', ',, Basic realm="a",,', [['basic', { realm: 'a' }]]],
    ['parameters before any scheme', 'realm="a", Basic realm="b"', [['basic', { realm: 'b' }]]],
    ['the last of two equal parameters', 'Basic realm="a", realm="b"', [['basic', { realm: 'b' }]]],
  ])('reads %s', (_, header, challenges) => {
    expect(plain(header)).toEqual(challenges)
  })

  it('finds the challenge behind a token68', () => {
    expect(plain(`Negotiate YIIabc/+==, Bearer realm="${REALM}"`).at(-1)).toEqual(['bearer', { realm: REALM }])
  })

  it.each(['"', '=', '"""', '= = =', 'Bearer realm="', 'Bearer realm="\\', 'Bearer "realm"', '\u0000', '\\"', ', ,'])(
    'finds no parameters in %j',
    (header) => {
      const parameters = plain(header).flatMap(([, found]) => Object.values(found).filter((value) => value !== ''))

      expect(parameters).toEqual([])
    },
  )

  it('reads any name of a parameter, also __proto__', () => {
    const [challenge] = parseChallenges('Bearer __proto__="a", constructor="b"')

    expect([...(challenge?.parameters ?? [])]).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ])
  })

  it('reads back what is written by the rules, and throws on nothing', async () => {
    const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/)
    const quote = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`
    const challenge = fc.tuple(token, fc.dictionary(token, fc.string(), { minKeys: 1, maxKeys: 4 }))

    await assertProperty(
      fc.property(fc.array(challenge, { maxLength: 4 }), (challenges) => {
        const header = challenges.map(
          ([scheme, parameters]) =>
            `${scheme} ${Object.entries(parameters)
              .map(([name, value]) => `${name}=${quote(value)}`)
              .join(', ')}`,
        )
        expect(plain(header.join(', '))).toEqual(challenges.map(([scheme, found]) => [scheme, { ...found }]))
      }),
      300,
    )
    await assertProperty(
      fc.property(fc.string({ unit: 'binary' }), (header) => void parseChallenges(header)),
      1000,
    )
  })

  // A regular expression that backtracks would need minutes for these.
  it.each([
    '"',
    '\\',
    '=',
    ' ',
    'a',
    'a=',
    'a="',
    'a="\\',
    '="\\"',
    '\\"',
    'a ',
    'a =',
    'a= ',
    'a="b',
    '"a=',
    ',',
    'a,',
    '\n=',
  ])('reads 64 KiB of %j in little time', (piece) => {
    const text = piece.repeat((64 * 1024) / piece.length)

    expect(Array.isArray(parseChallenges(text))).toBe(true)
    expect(Array.isArray(parseChallenges(`Bearer realm="${text}`))).toBe(true)
    expect(Array.isArray(parseChallenges(`${text}"`))).toBe(true)
  })
})
