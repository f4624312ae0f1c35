/** Bad input, from the caller and from the wire: the whole message and hint of every case, nothing sent, nothing left. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  inspectChart,
  listChartVersions,
  OciError,
  pullChart,
  pushChart,
  type PushChartOptions,
  readChartFile,
} from '../../src/index.js'
import { startRegistry, type TestRegistry, type TestRegistryOptions } from '../../src/testing/index.js'

const CHART = 'apiVersion: v2\nname: mychart\nversion: 1.0.0\n'
const NEST = ['a', 'b', 'c', 'd', 'e', 'f'].map(
  (key, i) =>
    `${key}: &${key} [${Array(9)
      .fill(i ? `*${'abcde'[i - 1]}` : 'x')
      .join(',')}]`,
)
const HEX = '0'.repeat(64)

/** The hints of all cases, by the code that they came with. */
const seen = new Map<string, Set<string>>()
let folder: string
let registry: TestRegistry

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oras-helm-bad-'))
  registry = await startRegistry()
})
afterAll(async () => {
  await registry.close()
  await rm(folder, { recursive: true, force: true })
})

async function writeChart(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const chart = join(folder, 'chart')
  await rm(chart, { recursive: true, force: true })
  await mkdir(chart)
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(chart, path)), { recursive: true })
    await writeFile(join(chart, path), content)
  }
  return chart
}

async function refusalOf(push: Promise<unknown>): Promise<OciError> {
  const error: unknown = await push.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  if (!(error instanceof OciError)) throw new Error('no refusal', { cause: error })
  seen.set(error.hint, (seen.get(error.hint) ?? new Set()).add(error.code))
  return error
}

interface BadCase {
  readonly case: string
  /** The files of the chart folder; by default a valid chart. */
  readonly files?: Readonly<Record<string, string | Buffer>>
  /** Instead of the folder: a path in the temporary folder. */
  readonly path?: string
  /** `HOST` stands for the registry. */
  readonly reference?: string
  readonly options?: PushChartOptions
  readonly code: string
  /** `CHART` stands for the folder, `HOST` for the registry. */
  readonly message: string
  readonly hint: string
}

const FIELDS =
  'Correct Chart.yaml: https://helm.sh/docs/topics/charts/#the-chartyaml-file says what each field may hold.'
const LINT = 'Correct Chart.yaml in the folder of the chart, and pack or push the chart again.'
const LEAST = 'Write at least apiVersion, name and version into Chart.yaml.'

const charts: readonly BadCase[] = [
  {
    case: 'no such path',
    path: 'nowhere',
    code: 'ERR_NOT_FOUND',
    message: 'Cannot read chart CHART: there is no such file or folder',
    hint: 'Check the path: it may be a chart folder, a .tgz that "helm package" made, or the .prov of one.',
  },
  {
    case: 'a file that is no gzip',
    path: 'chart/Chart.yaml',
    code: 'ERR_INVALID_ARCHIVE',
    message: 'Cannot read chart CHART: it is not a gzipped archive',
    hint: 'Give the folder of the chart, or pack it with "helm package" or packChart(): the archive of a chart is a gzipped tar file.',
  },
  {
    case: 'no Chart.yaml',
    files: { 'values.yaml': 'a: 1' },
    code: 'ERR_INVALID_CHART',
    message: 'Cannot read chart CHART: Chart.yaml file is missing',
    hint: 'A chart is a folder, or the .tgz of one, with Chart.yaml at its top. Check the path, and that .helmignore does not ignore Chart.yaml.',
  },
  {
    case: 'an empty Chart.yaml',
    files: { 'Chart.yaml': '' },
    code: 'ERR_INVALID_CHART',
    message: 'Cannot read chart CHART: Chart.yaml is empty',
    hint: LEAST,
  },
  {
    case: 'a Chart.yaml that is null',
    files: { 'Chart.yaml': 'null\n' },
    code: 'ERR_INVALID_CHART',
    message: 'Cannot read chart CHART: Chart.yaml is empty',
    hint: LEAST,
  },
  {
    case: 'a YAML alias bomb',
    files: { 'Chart.yaml': NEST.join('\n') },
    code: 'ERR_INVALID_CHART',
    message: 'Cannot read chart CHART: cannot load Chart.yaml: document contains excessive aliasing',
    hint: LINT,
  },
  {
    case: 'a missing name',
    files: { 'Chart.yaml': 'apiVersion: v2\nversion: 1.0.0\n' },
    code: 'ERR_INVALID_CHART',
    message: 'Cannot read chart CHART: validation: chart.metadata.name is required',
    hint: FIELDS,
  },
  {
    case: 'a missing version',
    files: { 'Chart.yaml': 'apiVersion: v2\nname: mychart\n' },
    code: 'ERR_INVALID_CHART',
    message: 'Cannot read chart CHART: validation: chart.metadata.version is required',
    hint: FIELDS,
  },
  {
    case: 'an invalid version',
    files: { 'Chart.yaml': 'apiVersion: v2\nname: mychart\nversion: latest\n' },
    code: 'ERR_INVALID_CHART',
    message: 'Cannot read chart CHART: validation: chart.metadata.version "latest" is invalid',
    hint: FIELDS,
  },
  {
    case: 'the name ..',
    files: { 'Chart.yaml': 'apiVersion: v2\nname: ..\nversion: 1.0.0\n' },
    code: 'ERR_INVALID_CHART',
    message: 'Cannot read chart CHART: validation: chart.metadata.name ".." is not allowed',
    hint: FIELDS,
  },
  {
    case: 'a name with a slash',
    files: { 'Chart.yaml': 'apiVersion: v2\nname: a/b\nversion: 1.0.0\n' },
    code: 'ERR_INVALID_CHART',
    message: 'Cannot read chart CHART: validation: chart.metadata.name "a/b" is invalid',
    hint: FIELDS,
  },
  {
    case: 'a file over the limit',
    files: { 'Chart.yaml': CHART, 'large.bin': Buffer.alloc(5 * 1024 * 1024 + 1) },
    code: 'ERR_LIMIT_EXCEEDED',
    message: 'Cannot read chart CHART: chart file "large.bin" is larger than the maximum file size 5242880',
    hint: 'Leave the file out of the chart, or raise limits.fileBytes. Helm 3 loads no file of more than 5 MiB.',
  },
  {
    case: 'a chart over the limit',
    options: { limits: { chartBytes: 10 } },
    code: 'ERR_LIMIT_EXCEEDED',
    message: 'Cannot read chart CHART: the chart is larger than the maximum size 10',
    hint: 'Leave files out of the chart, or raise limits.chartBytes. Helm loads no chart of 100 MiB or more.',
  },
  {
    case: 'a declared dependency that is missing',
    files: { 'Chart.yaml': `${CHART}dependencies:\n- {name: redis, version: 1.x.x, repository: ""}\n` },
    code: 'ERR_INVALID_CHART',
    message: 'Cannot push chart mychart: found in Chart.yaml, but missing in charts/ directory: redis',
    hint: 'Fetch them with "helm dependency update", or push without them with missingDependencies: \'warn\'.',
  },
  {
    case: 'more missing dependencies than anybody would read',
    files: {
      'Chart.yaml': `${CHART}dependencies:\n${Array.from({ length: 99 }, (_, at) => `- {name: d${at}}\n`).join('')}`,
    },
    code: 'ERR_INVALID_CHART',
    message:
      'Cannot push chart mychart: found in Chart.yaml, but missing in charts/ directory: d0, d1, d2, d3, d4, d5, d6, d7, d8, d9, others',
    hint: 'Fetch them with "helm dependency update", or push without them with missingDependencies: \'warn\'.',
  },
]

const references: readonly BadCase[] = [
  {
    case: 'a reference without a repository',
    reference: 'HOST',
    code: 'ERR_INVALID_REFERENCE',
    message: 'Cannot parse reference "HOST": there is no repository',
    hint: 'Name the repository after the registry: localhost:5000/app.',
  },
  {
    case: 'upper case',
    reference: 'HOST/MyChart:latest',
    code: 'ERR_INVALID_REFERENCE',
    message: 'Cannot parse reference "HOST/MyChart:latest": the repository has upper case in "MyChart"',
    hint: 'Write the repository in lower case.',
  },
  {
    case: 'upper case in the name of the chart',
    files: { 'Chart.yaml': 'apiVersion: v2\nname: MyChart\nversion: 1.0.0\n' },
    reference: 'oci://HOST/charts',
    code: 'ERR_INVALID_REFERENCE',
    message: 'Cannot parse reference "oci://HOST/charts/MyChart:1.0.0": the repository has upper case in "MyChart"',
    hint: 'Write the repository in lower case.',
  },
  {
    case: 'a bad port',
    reference: 'localhost:99999/mychart',
    code: 'ERR_INVALID_REFERENCE',
    message: 'Cannot parse reference "localhost:99999/mychart": the port "99999" is not between 1 and 65535',
    hint: 'Give the port as a number from 1 to 65535, or leave it out: localhost:5000.',
  },
  {
    case: 'a bad tag',
    reference: 'HOST/mychart:-x',
    code: 'ERR_INVALID_REFERENCE',
    message: 'Cannot parse reference "HOST/mychart:-x": the tag "-x" is not valid',
    hint: 'A tag has up to 128 letters, digits, "_", "." and "-", and begins with a letter, a digit or "_".',
  },
  {
    case: 'a + in a plain tag',
    reference: 'HOST/mychart:1.0.0+b',
    code: 'ERR_INVALID_REFERENCE',
    message: 'Cannot parse reference "HOST/mychart:1.0.0+b": the tag "1.0.0+b" is not valid',
    hint: 'A tag cannot hold "+": write "_" in its place, as Helm does. Only the tag of an oci:// reference may be written with "+".',
  },
  {
    case: 'an invalid digest',
    reference: 'HOST/mychart@md5:abc',
    code: 'ERR_INVALID_REFERENCE',
    message:
      'Cannot parse reference "HOST/mychart@md5:abc": the digest "md5:abc" is neither sha256 nor sha512 in lower-case hex',
    hint: 'After "@" comes "sha256:" and 64, or "sha512:" and 128 lower-case hexadecimal characters.',
  },
  {
    case: 'a digest that is not ours',
    reference: `HOST/mychart:latest@sha256:${HEX}`,
    code: 'ERR_CONTENT_MISMATCH',
    message: `Cannot push to HOST/mychart:latest@sha256:${HEX}: the manifest of this chart is DIGEST`,
    hint: 'Leave the digest out of the reference, or push the chart that has this digest, with the same options.',
  },
  {
    case: 'an invalid additional tag',
    options: { tags: ['latest', 'not a tag'] },
    code: 'ERR_INVALID_REFERENCE',
    message: 'Cannot parse reference "HOST/mychart:not a tag": the tag "not a tag" is not valid',
    hint: 'A tag has up to 128 letters, digits, "_", "." and "-", and begins with a letter, a digit or "_".',
  },
  {
    case: 'an invalid repository in mountFrom',
    options: { mountFrom: ['../other'] },
    code: 'ERR_INVALID_REFERENCE',
    message: 'Cannot parse reference "HOST/../other": ".." cannot be part of a repository',
    hint: 'A repository has lower-case letters, digits, and single ".", "_", "__" or dashes between them; parts are separated by "/".',
  },
  {
    case: 'a tag that is not the version of the chart',
    reference: 'oci://HOST/charts/mychart:2.0.0',
    code: 'ERR_INVALID_REFERENCE',
    message:
      'Cannot push chart mychart 1.0.0 to oci://HOST/charts/mychart:2.0.0: strict mode enabled, ref basename and tag must match the chart name and version',
    hint: 'End the reference in /mychart:1.0.0, or give the folder above it, without a tag. strict: false allows other names.',
  },
]

describe('pushChart() refuses, and sends nothing', () => {
  it.each([...charts, ...references].map((bad) => [bad.case, bad] as const))('%s', async (_, bad) => {
    const chart = await writeChart(bad.files ?? { 'Chart.yaml': CHART })
    const path = bad.path === undefined ? chart : join(folder, bad.path)
    const reference = (bad.reference ?? 'HOST/mychart:latest').replace('HOST', registry.host)
    const { digest } = await pushChart(await writeOther(), reference.replace(/[@].*/, ''), {
      dryRun: true,
      strict: false,
    }).catch(() => ({ digest: '' }))

    const error = await refusalOf(pushChart(path, reference, bad.options))

    const message = bad.message.replace('CHART', path).replace('HOST', registry.host).replace('DIGEST', digest)
    expect({ code: error.code, message: error.message, hint: error.hint }).toEqual({
      code: bad.code,
      message,
      hint: bad.hint,
    })
    expect(registry.requests).toEqual([])
  })

  it('a link that leaves the chart', async () => {
    const chart = await writeChart({ 'Chart.yaml': CHART })
    await writeFile(join(folder, 'secret'), 'of the host')
    await symlink('../secret', join(chart, 'innocent.txt'))

    const error = await refusalOf(pushChart(chart, `${registry.host}/mychart:latest`))

    expect({ code: error.code, message: error.message, hint: error.hint }).toEqual({
      code: 'ERR_INVALID_CHART',
      message: `Cannot read chart ${chart}: the link "innocent.txt" leaves the chart`,
      hint: 'A link must lead to another file or folder of the chart: correct it, put a copy in its place, or name it in .helmignore.',
    })
    expect(registry.requests).toEqual([])
  })
})

async function writeOther(): Promise<string> {
  const other = join(folder, 'other')
  await mkdir(other, { recursive: true })
  await writeFile(join(other, 'Chart.yaml'), CHART)
  return other
}

interface WireCase {
  readonly case: string
  readonly intercept: NonNullable<TestRegistryOptions['intercept']>
  readonly code: string
  /** `HOST` stands for the registry; digests are left out as `sha256:…`. */
  readonly message: string
  readonly hint: string
}

const on =
  (method: string, part: string, answer: Awaited<ReturnType<WireCase['intercept']>>): WireCase['intercept'] =>
  (request) =>
    request.method === method && request.path.includes(part) ? answer : undefined
const json = (code: string, message: string): string => JSON.stringify({ errors: [{ code, message }] })

const UPLOAD = 'Cannot upload blob sha256:… to HOST/mychart: the registry answered'
const TAG = 'Cannot put manifest sha256:… as HOST/mychart:latest: the registry answered'
const LOOK = 'Cannot look for HOST/mychart:latest: the registry answered'
const NOT_YOURS =
  'The registry refused without asking for a login: check the reference, and the rights of anonymous users there.'

const wire: readonly WireCase[] = [
  {
    case: 'a host that resets every connection',
    intercept: () => ({ reset: true }),
    code: 'ERR_NETWORK',
    message: 'Cannot HEAD http://HOST/v2/mychart/manifests/latest: ECONNRESET',
    hint: 'The request failed on the way: try again. If it fails again, check the registry and proxies on the way.',
  },
  {
    case: 'a host that answers HTML',
    intercept: () => ({ status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>Welcome</h1>' }),
    code: 'ERR_REGISTRY',
    message: 'Cannot look for HOST/mychart:latest: the answer is a web page',
    hint: 'An OCI registry does not answer like this: check the host, the port and proxies on the way.',
  },
  {
    case: '401 without a challenge',
    intercept: () => ({ status: 401 }),
    code: 'ERR_UNAUTHORIZED',
    message: `${LOOK} 401`,
    hint: 'The registry refused without saying how to log in: check the host, and proxies on the way.',
  },
  {
    case: '403',
    intercept: on('PUT', '/manifests/', { status: 403, body: json('DENIED', 'read only') }),
    code: 'ERR_UNAUTHORIZED',
    message: `${TAG} 403 DENIED: read only`,
    hint: NOT_YOURS,
  },
  {
    case: '404',
    intercept: on('POST', '/uploads/', { status: 404, body: json('NAME_UNKNOWN', 'no such repository') }),
    code: 'ERR_NOT_FOUND',
    message:
      'Cannot start the upload of blob sha256:… to HOST/mychart: the registry answered 404 NAME_UNKNOWN: no such repository',
    hint: 'Check the reference. Some registries want a repository to be created before the first push.',
  },
  {
    case: '413',
    intercept: on('PUT', '/uploads/', {
      status: 413,
      headers: { 'content-type': 'text/html' },
      body: '<h1>413 too large</h1>',
    }),
    code: 'ERR_REGISTRY',
    message: `${UPLOAD} 413 413 too large`,
    hint: 'The content is too large for this registry, or for a proxy before it: raise the limit there.',
  },
  {
    case: '429',
    intercept: on('PUT', '/manifests/', { status: 429, body: json('TOOMANYREQUESTS', 'slow down') }),
    code: 'ERR_REGISTRY',
    message: `${TAG} 429 TOOMANYREQUESTS: slow down`,
    hint: 'Too many requests: wait before you try again, or log in for a higher limit.',
  },
  {
    case: '500',
    intercept: on('PUT', '/manifests/', { status: 500 }),
    code: 'ERR_REGISTRY',
    message: `${TAG} 500`,
    hint: 'The registry failed: try again later, and check its log if you run it.',
  },
  {
    case: 'a Location on another host',
    intercept: on('POST', '/uploads/', {
      status: 202,
      headers: { location: 'https://elsewhere.example/upload?secret=1' },
    }),
    code: 'ERR_UNSAFE_URL',
    message: 'Cannot upload to https://elsewhere.example/upload?secret=REDACTED: it leaves http://HOST',
    hint: 'If the registry really takes its uploads there, name that host in trustedHosts.',
  },
  {
    case: 'a realm at a private address',
    intercept: () => ({ status: 401, headers: { 'www-authenticate': 'Bearer realm="https://10.0.0.1/token"' } }),
    code: 'ERR_UNSAFE_URL',
    message: 'Cannot ask for a token at https://10.0.0.1/token: it is a private address',
    hint: 'If this token server really belongs to the registry, name its host in trustedHosts.',
  },
  {
    case: 'a registry that says "created" with another digest',
    intercept: on('PUT', '/uploads/', { status: 201, headers: { 'docker-content-digest': `sha256:${HEX}` } }),
    code: 'ERR_CONTENT_MISMATCH',
    message: 'Cannot upload blob sha256:… to HOST/mychart: the registry stored sha256:… instead',
    hint: 'Something changes the bytes that are sent: check proxies on the way, and the registry.',
  },
]

const NO_TIME = 'the option created must be a time of RFC 3339 such as "2026-01-02T03:04:05Z", or a Date, not '

describe('pushChart() refuses invalid options, in a dry run too', () => {
  it.each<readonly [option: string, value: unknown, message: string]>([
    ['format', 'Helm', "the option format must be 'helm' or 'split', not \"Helm\""],
    ['ifExists', 'fail', "the option ifExists must be 'overwrite', 'skip' or 'error', not \"fail\""],
    ['tags', 'latest', 'the option tags must be a list of strings, not a string'],
    ['created', 5, `${NO_TIME}the number 5`],
    ...[
      'yesterday',
      '',
      '2024-01-05',
      '1704412800',
      '2024-01-05 10:11:12Z',
      '2024-01-05T10:11:12',
      '2024-02-30T10:11:12Z',
    ].map((text) => ['created', text, `${NO_TIME}${JSON.stringify(text)}`] as const),
    ['created', new Date('yesterday'), `${NO_TIME}"Invalid Date"`],
    ['created', new Date(8.64e15), `${NO_TIME}"+275760-09-13T00:00:00Z"`],
    ['annotations', { a: 1 }, 'the option annotations must be an object whose values are strings'],
    ['concurrency', 0, 'the option concurrency must be a whole number from 1, not the number 0'],
    ['version', 1.2, 'the option version must be a version such as "1.2.3", not the number 1.2'],
    ['version', 'one', 'the option version must be a version such as "1.2.3", not "one"'],
    ['appVersion', 5, 'the option appVersion must be a string, not the number 5'],
    ['strict', 'false', 'the option strict must be true or false, not a string'],
    ['strict', null, 'the option strict must be true or false, not null'],
    ['dryRun', 'false', 'the option dryRun must be true or false, not a string'],
    ['mountFrom', 'base', 'the option mountFrom must be a list of strings, not a string'],
    ['missingDependencies', 'ignore', "the option missingDependencies must be 'error' or 'warn', not \"ignore\""],
  ])('%s: %j', async (option, value, message) => {
    const options = { dryRun: true, [option]: value }

    await expect(pushChart(await writeOther(), `${registry.host}/mychart:latest`, options)).rejects.toThrow(
      new TypeError(message),
    )
  })
})

describe('the calls that read refuse invalid options, and send nothing', () => {
  const readFile = (reference: string, options: object): Promise<unknown> =>
    readChartFile(reference, 'Chart.yaml', options)

  it.each<
    [call: string, read: (reference: string, options: object) => Promise<unknown>, options: object, message: string]
  >([
    ['pullChart', pullChart, { version: 1.2 }, 'the option version must be a string, not the number 1.2'],
    ['pullChart', pullChart, { strict: 'false' }, 'the option strict must be true or false, not a string'],
    ['pullChart', pullChart, { prerelease: 1 }, 'the option prerelease must be true or false, not the number 1'],
    [
      'pullChart',
      pullChart,
      { destination: 5 },
      'the option destination must be the path of a folder, as a string, not the number 5',
    ],
    ['pullChart', pullChart, { untar: 'no', destination: '.' }, 'the option untar must be true or false, not a string'],
    ['pullChart', pullChart, { overwrite: 0 }, 'the option overwrite must be true or false, not the number 0'],
    [
      'pullChart',
      pullChart,
      { concurrency: '2' },
      'the option concurrency must be a whole number from 1, not a string',
    ],
    ['inspectChart', inspectChart, { strict: null }, 'the option strict must be true or false, not null'],
    ['readChartFile', readFile, { partial: 'yes' }, 'the option partial must be true or false, not a string'],
    ['readChartFile', readFile, { version: 2 }, 'the option version must be a string, not the number 2'],
    ['listChartVersions', listChartVersions, { range: 1 }, 'the option range must be a string, not the number 1'],
    [
      'listChartVersions',
      listChartVersions,
      { prerelease: 'no' },
      'the option prerelease must be true or false, not a string',
    ],
  ])('%s', async (_, read, options, message) => {
    registry.clearRequests()

    await expect(read(`${registry.host}/mychart`, options)).rejects.toThrow(new TypeError(message))

    expect(registry.requests).toEqual([])
  })
})

describe('pushChart() reports, and leaves nothing', () => {
  let broken: TestRegistry
  afterEach(() => broken.close())

  const push = async (options: TestRegistryOptions): Promise<OciError> => {
    broken = await startRegistry(options)
    return refusalOf(
      pushChart(await writeChart({ 'Chart.yaml': CHART }), `${broken.host}/mychart:latest`, { retry: false }),
    )
  }
  const shown = (error: OciError): unknown => {
    const message = error.message.replaceAll(broken.host, 'HOST').replace(/sha256:[0-9a-f]{64}/g, 'sha256:…')
    return { code: error.code, message, hint: error.hint }
  }

  it.each(wire.map((bad) => [bad.case, bad] as const))('%s', async (_, { intercept, code, message, hint }) => {
    const error = await push({ intercept })

    expect(shown(error)).toEqual({ code, message, hint })
    expect(broken.tags('mychart')).toEqual({})
    expect(broken.manifests('mychart')).toEqual([])
    expect(broken.openSessions).toBe(0)
  })

  it('a host that refuses', async () => {
    broken = await startRegistry()
    await broken.close()

    const error = await refusalOf(pushChart(await writeChart({ 'Chart.yaml': CHART }), `${broken.host}/mychart:latest`))

    expect(shown(error)).toEqual({
      code: 'ERR_NETWORK',
      message: 'Cannot HEAD http://HOST/v2/mychart/manifests/latest: ECONNREFUSED',
      hint: 'Nothing listens there: check that the registry runs and that the port is right.',
    })
  })
})

describe('the hints of all these cases', () => {
  it('belong to one error code each', () => {
    expect([...seen].filter(([, codes]) => codes.size > 1)).toEqual([])
    expect(seen.size).toBeGreaterThan(25)
  })
})
