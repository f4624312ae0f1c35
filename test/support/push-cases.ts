/** What a push does, on any registry: run against the embedded one, and against those of other projects. */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import {
  formatReference,
  packChart,
  parseReference,
  pushChart,
  type PushChartOptions,
  type PushChartResult,
  readChart,
} from '../../src/index.js'
import { readContent } from '../../src/oras/oci/content.js'
import { chartFiles, makeChartFolder } from './make-chart-folder.js'
import type { CountingProxy } from './start-counting-proxy.js'

/**
 * How a registry answers a request to mount: 201 if it has the blob, otherwise an upload session or a refusal; or always an
 * upload session.
 */
export type Mounting = 'or a session' | 'or a refusal' | 'never'

/** A registry behind the counting proxy. */
export interface PushTarget {
  readonly proxy: CountingProxy
  readonly credentials: { readonly username: string; readonly password: string } | undefined
  readonly mounting: Mounting
}

export interface PushCase {
  readonly name: string
  readonly run: (target: PushTarget) => Promise<void>
}

// The requests for a small blob that is not there. After a refused mount, the library asks for it and uploads it.
const COLD: Readonly<Record<Mounting, readonly string[]>> = {
  'or a session': ['POST', 'PUT'],
  'or a refusal': ['POST', 'HEAD', 'POST', 'PUT'],
  never: ['POST', 'PUT'],
}
// The requests for a small blob that is there, if only in another repository.
const WARM: Readonly<Record<Mounting, readonly string[]>> = {
  'or a session': ['POST'],
  'or a refusal': ['POST'],
  never: ['POST', 'PUT'],
}

export const pushCases: readonly PushCase[] = [
  {
    name: 'a plain reference gets two layers, metadata and content, exactly there',
    run: async (target) => {
      const { push, host, name, chart, read } = await prepare(target)

      const result = await push(chart, `${host}/${name}:latest`)

      const { manifest, digest, config } = await read(name, 'latest')
      expect(result).toMatchObject({ status: 'pushed', format: 'split', reference: `${host}/${name}:latest`, digest })
      expect(config.mediaType).toBe('application/vnd.oci.image.config.v1+json')
      expect(manifest.layers).toEqual([
        expect.objectContaining({
          mediaType: 'application/vnd.cncf.helm.chart.config.v1+json',
          annotations: { 'org.opencontainers.image.title': 'meta.json' },
        }),
        expect.objectContaining({
          mediaType: 'application/vnd.cncf.helm.chart.content.v1+tar',
          annotations: {
            'chart.name': name,
            'chart.version': '1.0.0',
            'org.opencontainers.image.title': 'content.tar',
          },
        }),
      ])
      expect(manifest.annotations).toEqual({
        'org.opencontainers.image.title': name,
        'org.opencontainers.image.version': '1.0.0',
      })
    },
  },
  {
    name: "an oci:// reference gets Helm's artifact, below the parent folder",
    run: async (target) => {
      const { push, host, name, chart, read, readBlob } = await prepare(target)

      const result = await push(chart, `oci://${host}/charts`)

      const { manifest, config } = await read(`charts/${name}`, '1.0.0')
      expect(result).toMatchObject({ format: 'helm', reference: `oci://${host}/charts/${name}:1.0.0` })
      expect(config.mediaType).toBe('application/vnd.cncf.helm.config.v1+json')
      expect(manifest.layers.map(({ mediaType }) => mediaType)).toEqual([
        'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
      ])
      expect(JSON.parse((await readBlob(`charts/${name}`, config.digest)).toString())).toEqual({
        name,
        version: '1.0.0',
        description: 'Made by a test',
        apiVersion: 'v2',
      })
    },
  },
  {
    name: 'a version with + becomes a tag with _, also at the root of the registry',
    run: async (target) => {
      const { push, host, name, chart, read } = await prepare(target)

      await push(chart, `oci://${host}`, { version: '1.0.0+build.7' })

      const { manifest } = await read(name, '1.0.0_build.7')
      expect(manifest.annotations?.['org.opencontainers.image.version']).toBe('1.0.0+build.7')
    },
  },
  {
    name: 'a cold push of helm needs 6 requests, of split 8',
    run: async (target) => {
      const { push, host, name, chart } = await prepare(target)
      const extra = target.credentials ? 1 : 0

      const blob = COLD[target.mounting]

      await push(chart, `oci://${host}/charts`)
      const methods = target.proxy.requests.map(({ method }) => method).slice(extra)
      expect([methods[0], methods.at(-1)]).toEqual(['HEAD', 'PUT'])
      expect(methods.slice(1, -1).toSorted()).toEqual([...blob, ...blob].toSorted())

      target.proxy.clearRequests()
      const other = await makeChartFolder(chartFiles(name, '2.0.0', randomUUID()))
      await push(other, `${host}/${name}-split:latest`)
      expect(target.proxy.requests).toHaveLength(2 + 3 * blob.length + extra)
    },
  },
  {
    name: 'what is there already takes one request and no body, also from a new process',
    run: async (target) => {
      const { push, host, name, chart } = await prepare(target)
      const reference = `${host}/${name}:latest`
      const extra = target.credentials ? 1 : 0
      const first = await push(chart, reference)
      target.proxy.clearRequests()

      const second = await push(chart, reference)
      expect(second).toMatchObject({ status: 'unchanged', digest: first.digest, uploaded: [] })
      expect(target.proxy.requests.map(({ method, bytesIn }) => [method, bytesIn]).slice(extra)).toEqual([['HEAD', 0]])

      target.proxy.clearRequests()
      const script = join(import.meta.dirname, 'push-in-process.ts')
      const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script, chart, reference], {
        env: { ...process.env, PUSH_CREDENTIALS: JSON.stringify(target.credentials ?? null) },
      })
      expect(JSON.parse(stdout)).toEqual({ status: 'unchanged', digest: first.digest })
      expect(target.proxy.requests).toHaveLength(1 + extra)
    },
  },
  {
    name: 'the same content under another name and version sends nothing but the manifest: 5 requests, 1 body',
    run: async (target) => {
      const { push, host, name, content } = await prepare(target)
      await push(await makeChartFolder(chartFiles(name, '1.0.0', content)), `${host}/${name}:v1`)
      target.proxy.clearRequests()

      const other = await makeChartFolder(chartFiles('another-name', '2.0.0', content))
      const result = await push(other, `${host}/${name}:v2`)

      expectMounted(target, result)
    },
  },
  {
    name: 'the same content in another repository sends nothing but the manifest, with mountFrom',
    run: async (target) => {
      const { push, host, name, chart } = await prepare(target)
      await push(chart, `${host}/${name}:v1`)
      target.proxy.clearRequests()

      const result = await push(chart, `${host}/mirror/${name}:v1`, { mountFrom: [name] })

      expectMounted(target, result)
    },
  },
  {
    name: 'the same files give the same digests, whatever their times and the order in which they were made',
    run: async (target) => {
      const { push, host, name, content } = await prepare(target)
      const files = chartFiles(name, '1.0.0', content)
      const reversed = Object.fromEntries(Object.entries(files).toReversed())
      const [a, b] = [await makeChartFolder(files), await makeChartFolder(reversed, new Date(0))]

      for (const reference of [`${host}/${name}:latest`, `oci://${host}/charts`]) {
        const first = await push(a, reference)
        const second = await push(b, reference)
        expect(second).toMatchObject({ status: 'unchanged', digest: first.digest })
      }
    },
  },
  {
    name: 'a .tgz is pushed byte for byte, with the provenance that lies next to it',
    run: async (target) => {
      const { push, host, name, chart, read, readBlob } = await prepare(target)
      const archive = await readContent(await packChart(await readChart(chart)))
      const tgz = join(chart, '..', `${name}-1.0.0.tgz`)
      await writeFile(tgz, archive)
      await writeFile(`${tgz}.prov`, 'not a real signature')

      const result = await push(tgz, `oci://${host}/charts`)
      const without = await push(tgz, `oci://${host}/others`, { provenance: false })

      const { manifest } = await read(`charts/${name}`, '1.0.0')
      const layer = (type: string): string =>
        manifest.layers.find(({ mediaType }) => mediaType.includes(type))?.digest ?? ''
      expect(await readBlob(`charts/${name}`, layer('content'))).toEqual(Buffer.from(archive))
      expect((await readBlob(`charts/${name}`, layer('provenance'))).toString()).toBe('not a real signature')
      expect(manifest.layers.map(({ digest }) => digest)).toEqual(result.layers.map(({ digest }) => digest).toSorted())
      expect(without.layers).toHaveLength(1)
    },
  },
  {
    name: 'several tags name one manifest',
    run: async (target) => {
      const { push, host, name, chart, read } = await prepare(target)

      const { digest } = await push(chart, `${host}/${name}:1.0.0`, { tags: ['1.0', 'latest'] })

      for (const tag of ['1.0.0', '1.0', 'latest']) expect((await read(name, tag)).digest).toBe(digest)
    },
  },
  {
    name: 'ifExists decides what happens to a tag that names another manifest',
    run: async (target) => {
      const { push, host, name, chart, read } = await prepare(target)
      const reference = `${host}/${name}:latest`
      const { digest } = await push(chart, reference)
      const options = { version: '2.0.0' } as const

      const skipped = await push(chart, reference, { ...options, ifExists: 'skip' })
      expect(skipped).toMatchObject({ status: 'skipped', uploaded: [], existing: digest })
      expect(skipped.digest).not.toBe(digest)
      await expect(push(chart, reference, { ...options, ifExists: 'error' })).rejects.toMatchObject({
        code: 'ERR_ALREADY_EXISTS',
      })
      expect((await read(name, 'latest')).digest).toBe(digest)

      const replaced = await push(chart, reference, options)
      expect((await read(name, 'latest')).digest).toBe(replaced.digest)
      expect(replaced).not.toHaveProperty('existing')
    },
  },
  {
    name: 'a dry run opens no connection and returns the digest of the later push',
    run: async (target) => {
      const { push, host, name, chart } = await prepare(target)

      const planned = await push(chart, `${host}/${name}:latest`, { dryRun: true })
      expect(target.proxy.requests).toEqual([])

      const pushed = await push(chart, `${host}/${name}:latest`)
      expect(planned).toEqual({ ...pushed, status: 'planned', uploaded: [], reused: [] })
    },
  },
  {
    name: 'a digest in the reference must be that of the manifest, or nothing is sent',
    run: async (target) => {
      const { push, host, name, chart } = await prepare(target)
      const { digest } = await push(chart, `${host}/${name}:latest`, { dryRun: true })
      const wrong = `sha256:${'0'.repeat(64)}`

      await expect(push(chart, `${host}/${name}:latest@${wrong}`)).rejects.toMatchObject({
        code: 'ERR_CONTENT_MISMATCH',
        expected: wrong,
        actual: digest,
      })
      expect(target.proxy.requests).toEqual([])

      expect(await push(chart, `${host}/${name}:latest@${digest}`)).toMatchObject({ status: 'pushed', digest })
    },
  },
  {
    name: 'a cancelled push leaves no tag, and the next one succeeds',
    run: async (target) => {
      const { push, host, name, chart } = await prepare(target)
      const reference = parseReference(`${host}/${name}:latest`)
      await writeFile(join(chart, 'large.bin'), Buffer.alloc(4_000_000, randomUUID()))
      const controller = new AbortController()
      const reason = new Error('enough')
      const onEvent: PushChartOptions['onEvent'] = (event) => {
        if (event.type === 'progress' && event.size > 1_000_000) controller.abort(reason)
      }

      await expect(push(chart, formatReference(reference), { signal: controller.signal, onEvent })).rejects.toBe(reason)

      expect(await push(chart, formatReference(reference))).toMatchObject({ status: 'pushed' })
    },
  },
  {
    name: 'wrong credentials are refused by a registry with a login, and never shown',
    run: async (target) => {
      const { push, host, name, chart } = await prepare(target)
      const credentials = { username: 'unknown', password: 'hunter2-secret' }

      const attempt = push(chart, `${host}/${name}:latest`, { credentials })

      if (!target.credentials) expect(await attempt).toMatchObject({ status: 'pushed' })
      else {
        const error: unknown = await attempt.catch((cause: unknown) => cause)
        expect(error).toMatchObject({ code: 'ERR_UNAUTHORIZED', answer: { status: 401 } })
        expect(JSON.stringify(error) + String(error) + String((error as Error).stack)).not.toContain('hunter2')
      }
    },
  },
  {
    name: 'a chart in another folder is the same chart',
    run: async (target) => {
      const { push, host, name, chart } = await prepare(target)
      const first = await push(chart, `${host}/${name}:latest`)
      const moved = `${chart}-moved`
      await rename(chart, moved)

      expect(await push(moved, `${host}/${name}:latest`)).toMatchObject({ status: 'unchanged', digest: first.digest })
      expect(await readFile(join(moved, 'README.md'), 'utf8')).toBe('# A chart\n')
    },
  },
]

/** Expects that the config and two layers were mounted, or sent again if the registry never mounts. */
function expectMounted({ proxy, credentials, mounting }: PushTarget, { uploaded, reused, ...result }: PushChartResult) {
  const sent = mounting === 'never' ? 3 : 0
  expect([uploaded.length, reused.length]).toEqual([1 + sent, 3 - sent])
  expect(uploaded).toContainEqual(result.manifest)
  expect(proxy.requests).toHaveLength(2 + 3 * WARM[mounting].length + (credentials ? 1 : 0))
  expect(proxy.requests.filter(({ bytesIn }) => bytesIn > 0)).toHaveLength(1 + sent)
}

interface RawManifest {
  readonly config: { readonly mediaType: string; readonly digest: string }
  readonly layers: readonly { readonly mediaType: string; readonly digest: string }[]
  readonly annotations?: Readonly<Record<string, string>>
}

async function prepare({ proxy, credentials }: PushTarget) {
  const { host } = proxy
  const content = randomUUID()
  const name = `chart-${content.slice(0, 8)}`
  const chart = await makeChartFolder(chartFiles(name, '1.0.0', content))
  proxy.clearRequests()

  // Read without the library, so that a mistake of the library is not hidden by the same mistake here.
  const get = async (path: string, accept: string): Promise<{ bytes: Buffer; headers: Headers }> => {
    const login = credentials && Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')
    const response = await fetch(`http://${host}/v2/${path}`, {
      headers: { accept, ...(login && { authorization: `Basic ${login}` }) },
    })
    expect(response.status).toBe(200)
    return { bytes: Buffer.from(await response.arrayBuffer()), headers: response.headers }
  }
  return {
    host,
    name,
    content,
    chart,
    push: (from: string, reference: string, options: PushChartOptions = {}) =>
      pushChart(from, reference, { credentials, ...options }),
    read: async (repository: string, tag: string) => {
      const { bytes, headers } = await get(
        `${repository}/manifests/${tag}`,
        'application/vnd.oci.image.manifest.v1+json',
      )
      const manifest = JSON.parse(bytes.toString()) as RawManifest
      return { manifest, config: manifest.config, digest: headers.get('docker-content-digest') }
    },
    readBlob: async (repository: string, digest: string) => (await get(`${repository}/blobs/${digest}`, '*/*')).bytes,
  }
}
