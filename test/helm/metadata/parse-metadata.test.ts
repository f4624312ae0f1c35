import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseMetadata } from '../../../src/helm/metadata/parse-metadata.js'
import { createReadContext } from '../../../src/helm/model/read-context.js'
import { OciError } from '../../../src/oras/errors/oci-error.js'
import { assertProperty } from '../../support/seeds.js'

const context = createReadContext('x')
const none = { own: {}, other: {} }
const parse = (json: string | Uint8Array, names: Parameters<typeof parseMetadata>[1] = none) =>
  parseMetadata(Buffer.from(json as string), names, context)
const NAMED = '"name":"mychart","version":"1.2.3"'

describe('parseMetadata()', () => {
  it('reads the config that Helm writes', async () => {
    const json = `{${NAMED},"description":"\\u003c","apiVersion":"v2","annotations":{"__proto__":"x"}}`

    expect(JSON.stringify(await parse(json))).toBe(
      '{"name":"mychart","version":"1.2.3","description":"<","apiVersion":"v2","annotations":{"__proto__":"x"}}',
    )
  })

  it('takes name and version from `own` first, then from the JSON, then from `other`', async () => {
    expect(await parse('{}', { own: { name: 'a', version: '1.0.0' }, other: {} })).toMatchObject({
      name: 'a',
      version: '1.0.0',
    })
    expect(await parse(`{${NAMED}}`, { own: { name: 'a' }, other: { name: 'b', version: '2.0.0' } })).toMatchObject({
      name: 'a',
      version: '1.2.3',
    })
    expect(await parse('{}', { own: {}, other: { name: 'b', version: '2.0.0' } })).toMatchObject({ name: 'b' })
  })

  it.each([
    ['', 'cannot load metadata: Unexpected end of JSON input'],
    ['[]', 'cannot load metadata: cannot unmarshal array into Go value of type chart.Metadata'],
    ['{"name":{},"version":"1.2.3"}', 'cannot load metadata: cannot unmarshal object into Go struct field'],
    [`{${NAMED},"maintainers":"me"}`, 'cannot load metadata: cannot unmarshal string into Go struct field'],
    ['{}', 'validation: chart.metadata.name is required'],
    ['{"name":"../x","version":"1.2.3"}', 'validation: chart.metadata.name "../x" is invalid'],
    ['{"name":"x","version":"../1"}', 'validation: chart.metadata.version "../1" is invalid'],
    [`${'['.repeat(200_000)}${']'.repeat(200_000)}`, 'cannot load metadata: nesting exceeded 100 levels'],
    [`{"x":${'{"x":'.repeat(101)}1${'}'.repeat(102)}`, 'cannot load metadata: nesting exceeded 100 levels'],
  ])('refuses %.40s', async (json, reason) => {
    await expect(parse(json)).rejects.toThrow(`Cannot read chart x: ${reason}`)
  })

  it('refuses bytes that are not UTF-8', async () => {
    await expect(parse(Uint8Array.of(0x7b, 0xff, 0x7d))).rejects.toThrow(
      'cannot load metadata: it is neither UTF-8 nor UTF-16',
    )
  })

  it('returns metadata or throws an error of the library, for any JSON', async () => {
    const value = fc.jsonValue({ maxDepth: 4 })
    const fields = fc.constantFrom('name', 'version', 'keywords', 'maintainers', 'dependencies', 'annotations', 'Type')
    await assertProperty(
      fc.asyncProperty(fc.dictionary(fields, value), async (metadata) => {
        try {
          const { name, version } = await parse(JSON.stringify(metadata), {
            own: {},
            other: { name: 'mychart', version: '1.2.3' },
          })
          expect(`${name}${version}`).not.toContain('/')
        } catch (error) {
          if (!(error instanceof OciError)) throw error
        }
      }),
    )
  })
})
