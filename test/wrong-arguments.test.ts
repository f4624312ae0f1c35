/** Arguments and options that TypeScript would not let through: every public function names them, before it does anything. */
import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as library from '../src/index.js'
import { type Chart, MemoryStore, Repository } from '../src/index.js'
import * as testing from '../src/testing/index.js'
import { startRegistry, type TestRegistry } from '../src/testing/index.js'
import { catchError } from './support/catch-error.js'

const CHART_YAML = Buffer.from('apiVersion: v2\nname: mychart\nversion: 1.2.3\n')
const content = library.bytesContent(CHART_YAML, { mediaType: 'text/yaml' })
const REFERENCE = 'localhost:1/mychart'
let chart: Chart
let registry: TestRegistry
const fetch = (): never => expect.fail('nothing may be sent')
const unsent = { fetch, retry: false }

beforeAll(async () => {
  chart = await library.createChart([{ path: 'Chart.yaml', bytes: CHART_YAML }])
  registry = await startRegistry()
})
afterAll(() => registry.close())

type AnyFunction = (...values: readonly unknown[]) => unknown

interface Parameter {
  readonly name: string
  /** A value that is right. */
  readonly right: () => unknown
  /** Values of wrong types; those that are wrong for every parameter are tried too. */
  readonly wrong?: readonly unknown[]
  /** For a parameter that may be left out. */
  readonly isOptional?: boolean
}

/** Wrong everywhere. */
const WRONG = [null, 5, true, Symbol('s'), Promise.resolve('mychart')]
const NO_TEXT = [undefined, {}, [], new URL('oci://localhost/a'), new Repository('localhost:1/a')]

const text = (name: string, right: string, wrong: readonly unknown[] = ['']): Parameter => {
  return { name, right: () => right, wrong: [...NO_TEXT, ...wrong] }
}
const object = (name: string, right: () => unknown, wrong: readonly unknown[] = ['', {}, []]): Parameter => {
  return { name, right, wrong: [undefined, 'a string', ...wrong] }
}
const reference = text('reference', REFERENCE)
const path = { ...text('path', 'a/file'), wrong: [...NO_TEXT, '', pathToFileURL('/a/file')] }
const aChart = object('chart', () => chart, ['mychart', {}, { metadata: {} }, CHART_YAML])
const options = (right: object = {}, wrong: readonly unknown[] = []): Parameter => {
  return { name: 'options', right: () => right, wrong: ['', [], AbortSignal.abort(), ...wrong], isOptional: true }
}
/** Options without which the call does not know what to do. */
const needed = (right: object): Parameter => ({ ...options(right, [undefined]), isOptional: false })

/** Every public function, and the name of an option that is wrong by one letter, with the one that is meant. */
const FUNCTIONS: Readonly<
  Record<string, readonly [parameters: readonly Parameter[], unknown?: string, meant?: string]>
> = {
  pushChart: [[{ ...path, name: 'chart' }, reference, options(unsent)], 'fromat', 'format'],
  pullChart: [[reference, options(unsent)], 'destinaton', 'destination'],
  inspectChart: [[reference, options(unsent)], 'verison', 'version'],
  readChartFile: [[reference, text('path', 'values.yaml'), options(unsent)], 'partail', 'partial'],
  listChartVersions: [[reference, options(unsent)], 'rnage', 'range'],
  loginRegistry: [
    [
      text('registry', 'localhost:1', []),
      { name: 'login', right: () => ({ username: 'a', password: 'b' }), wrong: [undefined, 'a:b', []] },
      options({ ...unsent, path: 'a/config.json' }),
    ],
    'usrAgent',
    'userAgent',
  ],
  logoutRegistry: [[text('registry', 'localhost:1', []), options({ path: 'a/config.json' })], 'paht', 'path'],
  formatReference: [[object('reference', () => library.parseReference(REFERENCE))]],
  parseReference: [[text('text', REFERENCE, [])]],
  digestOf: [[object('bytes', () => CHART_YAML), { name: 'algorithm', right: () => 'sha512', wrong: ['md5'] }]],
  parseDigest: [[text('text', library.digestOf(CHART_YAML), [])]],
  bytesContent: [[object('bytes', () => CHART_YAML), needed({ mediaType: 'a/b' })], 'anotations', 'annotations'],
  readContent: [[object('content', () => content), options()], 'limits', 'limit'],
  buildManifest: [
    [object('parts', () => ({ config: content, layers: [] }), ['', { config: content }, { layers: [] }])],
    'anotations',
    'annotations',
  ],
  parseManifest: [[object('bytes', () => CHART_YAML), text('mediaType', 'a/b')]],
  readChart: [[{ ...path, name: 'source' }, options()], 'provenence', 'provenance'],
  createChart: [[object('files', () => [], ['', {}]), options()], 'limit', 'limits'],
  overrideChart: [[aChart, needed({})], 'appversion', 'appVersion'],
  missingDependencies: [[aChart]],
  layerizeChart: [[aChart, needed({ format: 'helm' })], 'creatd', 'created'],
  packChart: [[aChart, options()], 'singal', 'signal'],
  assembleChart: [
    [
      object('manifest', () => ({ layers: [], annotations: {}, manifests: [] })),
      object('contents', () => [], ['', {}]),
      options(),
    ],
    'sorce',
    'source',
  ],
  unpackChart: [[aChart, { ...path, name: 'directory' }, options()], 'overwrit', 'overwrite'],
  chartDestination: [
    [object('reference', () => library.parseReference(REFERENCE)), object('metadata', () => chart.metadata), options()],
    'stict',
    'strict',
  ],
  contentSource: [[object('contents', () => [], ['', {}])]],
  fileContent: [[path, needed({ mediaType: 'a/b' })], 'anotations', 'annotations'],
  writeContent: [[object('content', () => content), path, options()], 'overwrit', 'overwrite'],
  staticCredentials: [[object('credentials', () => ({}), ['', []])]],
  environmentCredentials: [[]],
  defaultCredentials: [[]],
  helmCredentials: [[options()], 'pth', 'path'],
  dockerCredentials: [[options()], 'pth', 'path'],
  containersCredentials: [[options()], 'pth', 'path'],
  chainCredentials: [[{ name: 'a provider', right: () => 'anonymous', wrong: ['me', {}, { username: 'me' }] }]],
  copy: [
    [
      object('source', () => new MemoryStore()),
      { name: 'root', right: () => 'v1', wrong: [undefined, '', {}, [], new URL('http://a')] },
      object('target', () => new MemoryStore(), ['', {}, { get: fetch }]),
      options(),
    ],
    'mountfrom',
    'mountFrom',
  ],
  startRegistry: [[options()], 'prot', 'port'],
  storeContract: [[{ name: 'open', right: () => fetch, wrong: [undefined, {}] }, options()], 'sha-512', 'sha512'],
}

const all = new Map<string, unknown>([...Object.entries(library), ...Object.entries(testing)])
const functions = Object.entries(FUNCTIONS)

/** Calls, and gives the error; a call that works, or throws something else, fails the test. */
async function refusal(name: string, values: readonly unknown[]): Promise<Error> {
  const call = all.get(name) as AnyFunction
  const error = await catchError(async () => call(...values))
  expect(error, String(error)).toBeInstanceOf(TypeError)
  expect(error.message.length).toBeLessThan(400)
  return error
}

it('knows every public function', () => {
  const names = [...all].filter(([name, value]) => typeof value === 'function' && !/^[A-Z]/.test(name))
  expect(Object.keys(FUNCTIONS).toSorted()).toEqual(names.map(([name]) => name).toSorted())
})

describe.each(functions.filter(([, [parameters]]) => parameters.length > 0))('%s()', (name, [parameters]) => {
  const cases = parameters.flatMap((parameter, at) => {
    const values = [...WRONG, ...(parameter.wrong ?? [])]
    return values.map((value) => ({ parameter, at, value }))
  })

  it('names each argument of a wrong type, says what it should be, and does nothing', async () => {
    for (const { parameter, at, value } of cases) {
      const values = parameters.map((each) => each.right())
      const { message } = await refusal(name, [...values.slice(0, at), value, ...values.slice(at + 1)])

      expect(message).toContain(parameter.name)
      expect(message).toMatch(/ must (?:be|have) /)
    }
    expect(existsSync('a')).toBe(false)
  })
})

describe.each(functions.filter(([, [, unknown]]) => unknown))('%s()', (name, [parameters, unknown, meant]) => {
  it(`names the option ${unknown}, which is not known, and ${meant}`, async () => {
    const values = parameters.map((each) => each.right())
    const last = { ...(values.pop() as object), [unknown ?? '']: 1 }

    const { message } = await refusal(name, [...values, last])

    expect(message).toMatch(new RegExp(`\\b${unknown} is not known: did you mean ${meant}\\?$`))
  })

  it('takes an option that is undefined for one that is not given', async () => {
    const values = parameters.map((each) => each.right())
    const last = { ...(values.pop() as object), [unknown ?? '']: undefined }
    // Most of these calls fail, but for another reason.
    const error = await catchError(async () => {
      const result = await (all.get(name) as AnyFunction)(...values, last)
      await (result as Partial<TestRegistry> | undefined)?.close?.()
      throw new Error('it worked')
    })

    expect(error.message).not.toMatch(/not known|must be/)
  })
})

describe('an async function', () => {
  const isAsync = (name: string): boolean => String(all.get(name)).startsWith('async ')

  it.each(functions.filter(([name]) => isAsync(name)).map(([name]) => name))(
    '%s() rejects, and does not throw',
    async (name) => {
      const call = all.get(name) as (...values: readonly unknown[]) => Promise<unknown>
      const promise = call(null, null, null, null)
      await expect(promise).rejects.toThrow(TypeError)
    },
  )
})

describe('pushChart() and the calls that read', () => {
  it.each<[what: string, call: () => Promise<unknown>, message: string | RegExp]>([
    [
      'nothing',
      () => (library.pushChart as AnyFunction)() as Promise<unknown>,
      /^the argument chart must be the path of a folder .*, not undefined$/,
    ],
    [
      'no reference',
      () => library.pushChart('mychart', undefined as never),
      /^the argument reference must be a reference such as "[^"]+", as a string, not undefined$/,
    ],
    [
      'a file URL',
      () => library.pushChart(pathToFileURL('/a') as never, REFERENCE),
      /^the argument chart must be .* not a URL: fileURLToPath\(url\) of node:url gives the path$/,
    ],
    [
      'a Repository',
      () => library.pullChart(new Repository(REFERENCE) as never),
      /^the argument reference must be .*, not a Repository$/,
    ],
    [
      'a chart that was not awaited',
      () => library.pushChart(library.createChart([{ path: 'Chart.yaml', bytes: CHART_YAML }]) as never, REFERENCE),
      /^the argument chart must be .*, not a Promise: await it first$/,
    ],
    [
      'a password that is not set',
      () => library.pushChart(chart, REFERENCE, { credentials: { username: 'me', password: undefined as never } }),
      /^the option credentials must have a username and a password, .*: the password is undefined$/,
    ],
    [
      'empty credentials',
      () => library.inspectChart(REFERENCE, { credentials: {} as never }),
      /^the option credentials must have /,
    ],
    [
      'a token as credentials',
      () => library.inspectChart(REFERENCE, { credentials: 's3cret' as never }),
      /^the option credentials must be 'anonymous', a function, or an object with .*, not a string$/,
    ],
    [
      'an invalid version',
      () => library.pushChart('/nowhere', REFERENCE, { version: 'one' }),
      'the option version must be a version such as "1.2.3", not "one"',
    ],
    [
      'a wrong CA, before the chart is read',
      () => library.pushChart('/nowhere', REFERENCE, { tls: { ca: 'x' } }),
      /^the option tls\.ca must be PEM/,
    ],
    [
      'fetch with tls, before the chart is read',
      () => library.pushChart('/nowhere', REFERENCE, { fetch, tls: {} }),
      'the option tls cannot be used with fetch',
    ],
    [
      'an unknown member of retry',
      () => library.inspectChart(REFERENCE, { retry: { retrys: 1 } as never }),
      'the option retry.retrys is not known: did you mean retries?',
    ],
    [
      'an unknown member of tls',
      () => library.inspectChart(REFERENCE, { tls: { serverName: 'a' } as never }),
      'the option tls.serverName is not known: did you mean servername?',
    ],
    [
      'an unknown member of proxy',
      () => library.inspectChart(REFERENCE, { proxy: { url: 'http://a', noproxy: 'b' } as never }),
      'the option proxy.noproxy is not known: did you mean noProxy?',
    ],
    [
      'an unknown member of limits',
      () => library.inspectChart(REFERENCE, { limits: { depht: 1 } as never }),
      'the option limits.depht is not known: did you mean depth?',
    ],
    [
      'a limit that is no number',
      () => library.readChart('/nowhere', { limits: { files: '1' as never } }),
      'the option limits.files must be a number from 0, not a string',
    ],
    [
      'an invalid mirror',
      () => library.inspectChart(REFERENCE, { mirrors: ['a'] as never }),
      /^the option mirrors must be a list of \{ registry, mirror \}/,
    ],
    [
      'a timeout in the place of a signal',
      () => library.inspectChart(REFERENCE, { signal: 5000 as never }),
      'the option signal must be an AbortSignal, not the number 5000',
    ],
    [
      'invalid files',
      () => library.createChart([{ path: 'Chart.yaml', content: 'a' } as never]),
      /^a file of the chart must be \{ path, bytes \}/,
    ],
    [
      'an invalid layer',
      async () => library.buildManifest({ config: content, layers: ['a' as never] }),
      /^an item of parts\.layers must be a content or a descriptor, not a string$/,
    ],
    [
      'credentials of a test registry',
      () => startRegistry({ auth: { scheme: 'basic', user: 'me' } as never }),
      'the option auth.user is not known: did you mean username?',
    ],
    [
      'a test registry whose password is not set',
      () => startRegistry({ auth: { scheme: 'basic', username: 'me', password: undefined } as never }),
      'the option auth.password must be a string, not undefined',
    ],
    [
      'a login that is not in the option credentials',
      () => library.inspectChart(REFERENCE, { password: 's3cret' } as never),
      'the option password is not known: a login is given in the option credentials',
    ],
    [
      'an option that is not like any other',
      () => library.inspectChart(REFERENCE, { extract: true } as never),
      /^the option extract is not known: known are /,
    ],
    [
      'a URL as proxy',
      () => library.inspectChart(REFERENCE, { proxy: new URL('http://a') as never }),
      'the option proxy must be the URL of a proxy as a string, false, or an object with a url, not a URL',
    ],
    [
      'a tag for the store in memory that is not set',
      async () => new library.MemoryStore().tag(content.descriptor, undefined as never),
      'the argument tag must be a tag, as a string, not undefined',
    ],
    [
      'a name for the store in memory that is a number',
      async () => new library.MemoryStore().resolve(5 as never),
      'the argument tagOrDigest must be a tag or a digest, as a string, not the number 5',
    ],
  ])('refuse %s', async (_, call, message) => {
    await expect(call()).rejects.toThrow(message instanceof RegExp ? message : new TypeError(message))
  })

  it('show no password of a wrong type or in a wrong place', async () => {
    const wrong = [
      { credentials: { username: 'me', password: 83627 } },
      { tls: { passphrase: 83627 } },
      { proxy: 'ftp://me:83627@localhost' },
      { credentials: 'me:83627' },
      { userAgent: '83627\n' },
    ]
    for (const each of wrong) {
      const error = await catchError(() => library.inspectChart(REFERENCE, each as never))
      expect(error).toBeInstanceOf(TypeError)
      expect(String(error.stack)).not.toContain('83627')
    }
  })
})

describe('the methods of a Repository and of a MemoryStore', () => {
  const targets = [() => new Repository(`${registry.host}/a`, { credentials: 'anonymous' }), () => new MemoryStore()]
  const { descriptor } = content

  it.each(targets)('name wrong arguments and unknown options: %#', async (open) => {
    const target = open() as unknown as Record<string, AnyFunction>
    const calls: readonly (readonly [method: string, ...values: readonly unknown[]])[] = [
      ['has', 'a'],
      ['has', descriptor, { singal: 1 }],
      ['get', 'a'],
      ['put', 'a'],
      ['put', content, { mountfrom: 1 }],
      ['put', content, { mountFrom: 'a' }],
      ['resolve', 'v1', { singal: 1 }],
      ['resolve', 'v1', null],
      ['tag', 'a', 'v1'],
      ['tag', descriptor, 'v1', { signal: 1 }],
      ...(open() instanceof Repository
        ? ([
            ['resolve', 5],
            ['tag', descriptor, 5],
            ['putTagged', 'a', ['v1']],
            ['putTagged', content, 'v1'],
            ['fetchManifest', 'v1', { singal: 1 }],
          ] as const)
        : []),
    ]
    for (const [method, ...values] of calls) {
      const error = await catchError(async () => target[method]?.(...values))
      expect(error, method).toBeInstanceOf(TypeError)
      expect(error.message).toMatch(/^the (?:argument|option)s? .*(?:must be|is not known)/)
    }
    const listing = await catchError(async () => {
      const tags = target['tags'] as AnyFunction
      for await (const _ of tags.call(target, { singal: 1 }) as AsyncIterable<string>);
    })
    expect(listing.message).toBe('the option singal is not known: did you mean signal?')
    expect(registry.requests).toEqual([])
  })

  it('and new Repository() name theirs', () => {
    const open =
      (...values: readonly unknown[]) =>
      () =>
        new (Repository as new (...values: readonly unknown[]) => object)(...values)

    expect(open()).toThrow(/^the argument reference must be .*, not undefined$/)
    expect(open(new URL('http://localhost/a'))).toThrow(/^the argument reference must be .*, not a URL$/)
    expect(open({ registry: 'a' })).toThrow(
      /^the argument reference must be a Reference, as parseReference\(\) gives it/,
    )
    expect(open(REFERENCE, { acces: 'push' })).toThrow(
      new TypeError('the option acces is not known: did you mean access?'),
    )
    expect(open(REFERENCE, { access: 'write' })).toThrow(
      new TypeError(`the option access must be 'pull' or 'push', not "write"`),
    )
  })

  it('so does open() of a content', () => {
    expect(() => content.open({ strat: 1 } as never)).toThrow(
      new TypeError('the option strat is not known: did you mean start?'),
    )
  })
})

it('a reference with an unset variable in it is refused as the text that it is', async () => {
  const error = await catchError(() => library.pullChart('undefined/Charts'))
  expect(error).toMatchObject({ code: 'ERR_INVALID_REFERENCE' })
})
