import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  allowsPush,
  isOpaque,
  mergeScopes,
  missingScopes,
  parseScopes,
  repositoryScope,
} from '../../../../src/oras/registry/auth/scopes.js'
import { assertProperty } from '../../../support/seeds.js'

describe('repositoryScope()', () => {
  it('is what the token specification says', () => {
    expect(repositoryScope('charts/a', 'pull')).toBe('repository:charts/a:pull')
    expect(repositoryScope('charts/a', 'push')).toBe('repository:charts/a:pull,push')
  })
})

describe('allowsPush()', () => {
  it.each([
    [['repository:a:pull'], false],
    [['repository:a:pull', 'repository:b:pull,push'], true],
    [['repository:push:pull'], false],
    [['push'], false],
    [[], false],
  ])('%j: %s', (scopes, expected) => {
    expect(allowsPush(scopes)).toBe(expected)
  })
})

describe('parseScopes()', () => {
  it.each([
    ['nothing', '', []],
    ['several', 'repository:a:pull repository:b:push', ['repository:a:pull', 'repository:b:push']],
    ['a word', 'aws', ['aws']],
    ['not the star that stands for anything', '*', []],
    ['nothing that could break out of a query or a header', 'a\nb c\u00e9 d', ['d']],
    ['ten of many', 'x '.repeat(50), Array.from({ length: 10 }, () => 'x')],
    ['none that is longer than any', `${'a'.repeat(513)} b`, ['b']],
  ])('takes %s', (_, text, scopes) => {
    expect(parseScopes(text)).toEqual(scopes)
  })
})

describe('isOpaque()', () => {
  it.each([
    ['aws', true],
    ['repository:a:pull', false],
    ['registry:catalog:*', false],
    ['repository(plugin):a:pull', false],
    ['a:b', true],
  ])('%s: %s', (scope, expected) => {
    expect(isOpaque(scope)).toBe(expected)
  })
})

describe('mergeScopes()', () => {
  it('puts the actions on one resource together, and leaves the order of the resources', () => {
    expect(mergeScopes(['repository:a:pull', 'aws', 'repository:b:pull', 'repository:a:pull,push', 'aws'])).toEqual([
      'repository:a:pull,push',
      'aws',
      'repository:b:pull',
    ])
  })

  it('treats a colon in a name as part of the name', () => {
    expect(mergeScopes(['repository:host:5000/a:pull', 'repository:host:5000/a:push'])).toEqual([
      'repository:host:5000/a:pull,push',
    ])
  })
})

describe('missingScopes()', () => {
  it.each([
    [['repository:a:pull'], ['repository:a:pull,push'], []],
    [['repository:a:pull,push'], ['repository:a:pull'], ['repository:a:pull,push']],
    [['repository:a:delete'], ['repository:a:*'], []],
    [['repository:b:pull'], ['repository:a:pull'], ['repository:b:pull']],
    [['aws'], ['repository:a:pull'], ['aws']],
    [['aws'], ['aws'], []],
    [['repository:a:push'], ['repository:a:pull', 'repository:a:push'], []],
    [['repository:a:,'], ['repository:a:,'], []],
    [['repository:a:,pull'], ['repository:a:pull'], []],
  ])('of %j, with %j asked for, %j is missing', (wanted, asked, missing) => {
    expect(missingScopes(wanted, asked)).toEqual(missing)
  })

  it('is empty once what was missing has been asked for, too', async () => {
    const action = fc.constantFrom('pull', 'push', 'delete', '*')
    const actions = fc.array(action, { minLength: 1, maxLength: 3 })
    const scope = fc.oneof(
      fc
        .tuple(fc.constantFrom('a', 'b/c', 'h:5/d'), actions)
        .map(([name, all]) => `repository:${name}:${all.join(',')}`),
      fc.constantFrom('aws', 'x:y', '*', ':', '::', ' : :,', 'z:y:,pull,'),
      fc.string(),
    )
    await assertProperty(
      fc.property(fc.array(scope), fc.array(scope), (wanted, asked) => {
        const missing = missingScopes(wanted, asked)
        expect(missingScopes(wanted, [...asked, ...missing])).toEqual([])
        expect(mergeScopes(mergeScopes(wanted))).toEqual(mergeScopes(wanted))
      }),
      1000,
    )
  })
})
