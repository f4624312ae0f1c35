import { describe, expect, it } from 'vitest'
import { chooseHelper } from '../../../src/oras/credentials/choose-helper.js'

const choose = (credHelpers: Readonly<Record<string, string>>, registry: string): string | undefined =>
  chooseHelper({ source: 'config.json', credHelpers: Object.entries(credHelpers), credsStore: 'all' }, registry)?.name

describe('chooseHelper()', () => {
  it.each([
    ['the only one', { 'ghcr.io': 'a' }, 'ghcr.io', 'a'],
    ['the one of another spelling', { 'https://ghcr.io/v1/': 'a' }, 'ghcr.io', 'a'],
    // Docker itself asks for the very name.
    ['the very name before another spelling', { 'http://ghcr.io': 'a', 'ghcr.io': 'b' }, 'ghcr.io', 'b'],
    ['Docker Hub’s own key', { 'docker.io': 'a', 'https://index.docker.io/v1/': 'b' }, 'docker.io', 'b'],
    ['the one for all, for another registry', { 'ghcr.io': 'a' }, 'quay.io', 'all'],
    ['the one for all, for a look-alike', { 'ghcr.io': 'a' }, 'ghcr.io.evil.example', 'all'],
  ])('takes %s', (_, credHelpers, registry, expected) => {
    expect(choose(credHelpers, registry)).toBe(`docker-credential-${expected}`)
  })
})
