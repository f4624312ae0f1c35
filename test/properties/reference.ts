/** Properties of references: texts by the grammar are parsed, and everything else is refused. */
import fc from 'fast-check'
import { expect } from 'vitest'
import { OciError } from '../../src/oras/errors/oci-error.js'
import type { formatReference, parseReference } from '../../src/oras/oci/reference.js'
import type { NamedProperty } from './named-property.js'

export interface ReferenceGrammar {
  readonly parseReference: typeof parseReference
  readonly formatReference: typeof formatReference
}

interface Parts {
  readonly isOci: boolean
  readonly registry: string
  readonly repository: string
  readonly tag: string | undefined
  readonly digest: string | undefined
}

// Word by word from the distribution and image specifications; a host may also have "_" and a dot at its end, as in Helm.
const NAME = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/
const DIGEST = /^(sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/
const LABEL = '([a-zA-Z0-9_]|[a-zA-Z0-9_][a-zA-Z0-9_-]*[a-zA-Z0-9_])'
const REGISTRY = new RegExp(`^(${LABEL}(\\.${LABEL})*\\.?|\\[[a-fA-F0-9:]+\\])(:[0-9]+)?$`)

export function referenceProperties({ parseReference, formatReference }: ReferenceGrammar): readonly NamedProperty[] {
  return [
    {
      name: 'are parsed and formatted by the grammar',
      property: fc.property(canonical, (parts) => {
        const { isOci, registry, repository, tag, digest } = parts
        const reference = parseReference(write(parts))

        expect(reference).toEqual({
          ...(isOci && { scheme: 'oci' }),
          registry,
          repository,
          ...(tag !== undefined && { tag }),
          ...(digest !== undefined && { digest }),
        })
        expect(formatReference(reference)).toBe(write(parts))
      }),
    },
    {
      name: 'are refused if one part of them is invalid',
      property: fc.property(spoilt, (text) => {
        expect(catchCode(() => parseReference(text))).toBe('ERR_INVALID_REFERENCE')
      }),
    },
    {
      name: 'may have a plus in the tag only after oci://, where it becomes an underscore',
      property: fc.property(canonical, tags, tags, (parts, left, right) => {
        const tag = `${left.slice(0, 64)}+${right}`.slice(0, 128)
        const text = write({ ...parts, isOci: true, repository: parts.repository || 'a', tag })

        expect(parseReference(text).tag).toBe(tag.replaceAll('+', '_'))
        expect(catchCode(() => parseReference(text.replace('oci://', '')))).toBe('ERR_INVALID_REFERENCE')
      }),
    },
    {
      name: 'of any text are refused, or have valid parts that make up the text',
      property: fc.property(anyText, (text) => {
        let reference: ReturnType<typeof parseReference>
        try {
          reference = parseReference(text)
        } catch (error) {
          expect(error).toBeInstanceOf(OciError)
          expect(error).toMatchObject({ code: 'ERR_INVALID_REFERENCE', input: expect.any(String) })
          return
        }
        const { scheme, registry, repository, tag, digest } = reference
        expect(registry).toMatch(REGISTRY)
        if (scheme === 'oci' && repository === '') {
          expect(tag).toBeUndefined()
        } else {
          expect(repository).toMatch(NAME)
          expect(repository.length).toBeLessThanOrEqual(255)
        }
        if (tag !== undefined) expect(tag).toMatch(TAG)
        if (digest !== undefined) expect(digest).toMatch(DIGEST)
        expect(formatReference(reference)).toBe(scheme === 'oci' ? text.replaceAll('+', '_') : text)
        expect(parseReference(formatReference(reference))).toEqual(reference)
      }),
    },
  ]
}

function write({ isOci, registry, repository, tag, digest }: Parts): string {
  const path = repository === '' ? '' : `/${repository}`
  return `${isOci ? 'oci://' : ''}${registry}${path}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`
}

function catchCode(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return (error as { code?: unknown }).code
  }
  return undefined
}

// With a last label that begins with a digit, a URL would read the host as an IPv4 address.
const label = fc.stringMatching(/^[A-Za-z_](?:[A-Za-z0-9_-]{0,6}[A-Za-z0-9_])?$/).filter((text) => !/^xn--/i.test(text))
const domain = fc
  .tuple(
    fc.array(fc.oneof(label, fc.stringMatching(/^[0-9]{1,3}$/)), { maxLength: 3 }),
    label,
    fc.constantFrom('', '.'),
  )
  .map(([labels, last, dot]) => [...labels, last].join('.') + dot)
const hosts = fc.oneof(
  { weight: 3, arbitrary: domain },
  { weight: 1, arbitrary: fc.ipV4() },
  {
    weight: 1,
    arbitrary: fc
      .ipV6()
      .filter((text) => !text.includes('.'))
      .map((text) => `[${text}]`),
  },
)
const ports = fc.oneof(fc.constantFrom(1, 80, 443, 5000, 65535), fc.integer({ min: 1, max: 65535 }))
const registries = fc.tuple(hosts, fc.option(ports)).map(([host, port]) => (port === null ? host : `${host}:${port}`))

const word = fc.stringMatching(/^[a-z0-9]{1,5}$/)
const components = fc
  .tuple(word, fc.array(fc.tuple(fc.constantFrom('.', '_', '__', '-', '--', '-----'), word), { maxLength: 3 }))
  .map(([first, others]) => first + others.flat().join(''))
const repositories = fc.oneof(
  { weight: 9, arbitrary: fc.array(components, { minLength: 1, maxLength: 4 }).map((list) => list.join('/')) },
  { weight: 1, arbitrary: fc.integer({ min: 150, max: 255 }).map((length) => 'long'.repeat(64).slice(0, length)) },
)
const tags = fc.oneof(
  { weight: 9, arbitrary: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,12}$/) },
  { weight: 1, arbitrary: fc.integer({ min: 120, max: 128 }).map((length) => 't'.repeat(length)) },
)
const hex = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...Array.from('0123456789abcdef')), minLength: length, maxLength: length })
const digests = fc.oneof(
  hex(64).map((text) => `sha256:${text}`),
  hex(128).map((text) => `sha512:${text}`),
)

const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined })

const full: fc.Arbitrary<Parts> = fc.record({
  isOci: fc.boolean(),
  registry: registries,
  repository: repositories,
  tag: optional(tags),
  digest: optional(digests),
})

/** After `oci://` a registry may stand alone. */
const canonical = fc.oneof(
  { weight: 9, arbitrary: full },
  { weight: 1, arbitrary: full.map((parts) => ({ ...parts, isOci: true, repository: '', tag: undefined })) },
)

const badPorts = fc.oneof(
  fc.constantFrom('', '0', '00', '65536', '99999', '5000a', '-1', '+1', '5e3', ' 80'),
  fc.integer({ min: 65536 }).map(String),
)
const badRepositories = fc
  .tuple(
    repositories,
    fc.nat(),
    fc.constantFrom('A', 'Z', 'é', '%2f', ' ', '..', '___', '._', '//', '\0', '\n', '+', '~'),
  )
  .map(([text, place, bad]) => {
    const at = place % (text.length + 1)
    return text.slice(0, at) + bad + text.slice(at)
  })
const badTags = fc.oneof(
  fc.tuple(fc.constantFrom('.', '-', ' ', '', 'é', '~'), tags).map(([bad, tag]) => (bad === '' ? '' : bad + tag)),
  fc.tuple(tags, fc.constantFrom(' ', '\n', 'é', '!', ':a')).map(([tag, bad]) => tag + bad),
  fc.integer({ min: 129, max: 300 }).map((length) => 't'.repeat(length)),
)
const badDigests = fc.oneof(
  digests.map((text) => text.slice(0, -1)),
  digests.map((text) => `${text}0`),
  digests.map((text) => `${text.slice(0, -1)}A`),
  digests.map((text) => text.replace(/sha(256|512)/, (_, bits) => `sha${bits === '256' ? '512' : '256'}`)),
  digests.map((text) => text.replace(':', '@')),
)
const badSchemes = fc.constantFrom('http://', 'https://', 'OCI://', 'docker://', 'oci:', 'oci:/', '//', 'oci://oci://')

const spoilt = full.chain((parts) =>
  fc.oneof(
    badPorts.map((port) => write({ ...parts, registry: `${parts.registry.replace(/:[0-9]+$/, '')}:${port}` })),
    fc
      .constantFrom('-a', 'a-', 'a..b', 'a..', '.a', 'a_b-', 'é', '[::::]', '::1', '', 'a b', '1.2.3.400')
      .map((registry) => write({ ...parts, registry })),
    badRepositories.map((repository) => write({ ...parts, repository })),
    fc.integer({ min: 256, max: 400 }).map((length) => write({ ...parts, repository: 'a'.repeat(length) })),
    badTags.map((tag) => write({ ...parts, tag })),
    badDigests.map((digest) => write({ ...parts, digest })),
    badSchemes.map((scheme) => scheme + write({ ...parts, isOci: false })),
    fc.constant(write({ ...parts, isOci: false, repository: '', tag: undefined })),
  ),
)

const litter = fc.oneof(
  fc.constantFrom(...Array.from('oci:/@[].-_+:0A %\n')),
  fc.constantFrom('oci://', '::1', ':80', ':v1', '//', '..', '__', '@sha256:'),
  fc.string({ unit: 'binary', maxLength: 2 }),
)
/** Some are references, most nearly are, and some are anything. */
const anyText = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(canonical.map(write), fc.array(fc.tuple(fc.nat(), fc.nat({ max: 2 }), litter), { maxLength: 2 }))
      .map(([text, edits]) =>
        edits.reduce((edited, [place, count, added]) => {
          const at = place % (edited.length + 1)
          return edited.slice(0, at) + added + edited.slice(at + count)
        }, text),
      ),
  },
  { weight: 2, arbitrary: fc.array(fc.oneof(litter, word), { maxLength: 8 }).map((list) => list.join('')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
)
