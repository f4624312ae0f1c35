/** A gibibyte to a registry and back, against programs that do the same. */
import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bench } from './bench.js'
import type { Contest } from './contest.js'
import { type Measured, measureProcess, measureScript, MEBIBYTE, PACKAGE, run, timed } from './measure.js'
import { nodeContestant } from './node-contestant.js'

const SIZE = 1024 * MEBIBYTE
/** In MiB, for the whole process. */
const MEMORY = 120
const ROUNDS = 7

const TYPE = 'application/octet-stream'

export async function largeContent({ folder, host, programs, env }: Bench): Promise<readonly Contest[]> {
  const file = join(folder, 'content')
  const target = join(folder, 'pulled')
  const layout = join(folder, 'layout')
  let seed = 0
  // Random enough that every push brings another blob, and the registry has to take it.
  const prepareFile = async (): Promise<void> => makeFile(file, seed++)
  const emptyTarget = async (): Promise<void> => {
    await rm(target, { recursive: true, force: true })
    await mkdir(target)
  }
  const hashAlone = {
    name: 'openssl dgst alone',
    isLimit: true,
    run: async () => measureProcess('openssl', ['dgst', '-sha256', '-r', file]),
  }
  const oras = async (...args: readonly string[]): Promise<Measured> =>
    measureProcess(programs.oras, args, { env, cwd: folder })

  await prepareFile()
  const digest = await digestOf(file)
  const pushed = `${host}/large:pushed`
  await oras('push', '--plain-http', pushed, `content:${TYPE}`)
  return [
    // First, while the disk has nothing of the pushes left to write.
    {
      title: '1 GiB blob of a registry to a file: pull and verify',
      rounds: ROUNDS,
      memory: MEMORY,
      contestants: [
        {
          ...nodeContestant('writeContent()', () => pullScript(host, digest, join(target, 'content')), measureScript),
          prepare: emptyTarget,
        },
        {
          name: 'curl -o, then openssl dgst',
          prepare: emptyTarget,
          run: async () =>
            measureProcess('bash', [
              '-c',
              CURL_AND_HASH,
              'bash',
              join(target, 'content'),
              `http://${host}/v2/large/blobs/${digest}`,
            ]),
        },
        {
          name: 'oras pull',
          prepare: emptyTarget,
          run: async () => oras('pull', '--plain-http', '-o', target, pushed),
        },
        {
          name: 'skopeo copy docker: dir:',
          prepare: emptyTarget,
          run: async () =>
            measureProcess(
              programs.skopeo,
              ['copy', '--insecure-policy', '--src-tls-verify=false', `docker://${pushed}`, `dir:${target}`],
              { env },
            ),
        },
        hashAlone,
        {
          name: 'curl to nowhere',
          isLimit: true,
          run: async () =>
            measureProcess('curl', ['-sf', '-o', '/dev/null', `http://${host}/v2/large/blobs/${digest}`]),
        },
      ],
      targets: { 'curl -o, then openssl dgst': 0.9, 'oras pull': 0.9 },
    },
    {
      title: '1 GiB file to a registry: hash, then push',
      rounds: ROUNDS,
      memory: MEMORY,
      contestants: [
        {
          ...nodeContestant('copy()', () => pushScript(file, `${host}/large-ours`), measureScript),
          prepare: prepareFile,
        },
        {
          name: 'openssl dgst, then curl -T',
          prepare: prepareFile,
          run: async () => measureProcess('bash', ['-c', HASH_AND_CURL, 'bash', file, `http://${host}/v2/large-curl`]),
        },
        {
          name: 'oras push',
          prepare: prepareFile,
          run: async () => oras('push', '--plain-http', `${host}/large-oras:latest`, `content:${TYPE}`),
        },
        {
          name: 'skopeo copy oci: docker:',
          prepare: async () => {
            await prepareFile()
            await rm(layout, { recursive: true, force: true })
            await oras('push', '--oci-layout', `${layout}:latest`, `content:${TYPE}`)
          },
          run: async () =>
            measureProcess(
              programs.skopeo,
              [
                'copy',
                '--insecure-policy',
                '--dest-tls-verify=false',
                `oci:${layout}:latest`,
                `docker://${host}/large-skopeo:latest`,
              ],
              { env },
            ),
        },
        hashAlone,
      ],
      targets: { 'openssl dgst, then curl -T': 0.9, 'oras push': 0.9 },
    },
  ]
}

const HASH_AND_CURL = `
  set -eu
  digest=$(openssl dgst -sha256 -r "$1" | cut -d' ' -f1)
  location=$(curl -sf -X POST -D - -o /dev/null "$2/blobs/uploads/" | tr -d '\\r' | sed -n 's/^[Ll]ocation: //p')
  curl -sf -H Expect: -T "$1" "$location&digest=sha256:$digest"
`
const CURL_AND_HASH = `
  set -eu
  curl -sf -o "$1" "$2"
  openssl dgst -sha256 -r "$1"
`

function pushScript(file: string, repository: string): string {
  return `
    import { buildManifest, bytesContent, copy, fileContent, Repository } from ${PACKAGE}
    ${timed(`
      const layer = await fileContent(${JSON.stringify(file)}, { mediaType: '${TYPE}' })
      const config = bytesContent(new TextEncoder().encode('{}'), { mediaType: 'application/vnd.oci.image.config.v1+json' })
      const manifest = buildManifest({ config, layers: [layer] })
      const contents = new Map([layer, config, manifest].map((each) => [each.descriptor.digest, each]))
      const source = { get: ({ digest }) => contents.get(digest) }
      await copy(source, manifest.descriptor, new Repository(${JSON.stringify(repository)}), { tags: ['latest'] })
    `)}
  `
}

function pullScript(host: string, digest: string, path: string): string {
  const descriptor = { mediaType: TYPE, digest, size: SIZE }
  return `
    import { Repository, writeContent } from ${PACKAGE}
    ${timed(`
      const content = new Repository(${JSON.stringify(`${host}/large`)}).get(${JSON.stringify(descriptor)})
      await writeContent(content, ${JSON.stringify(path)})
    `)}
  `
}

async function digestOf(file: string): Promise<string> {
  const { stdout } = await run('openssl', ['dgst', '-sha256', '-r', file])
  return `sha256:${stdout.split(' ')[0] ?? ''}`
}

/** Writes a file that differs from all others by its seed. */
async function makeFile(path: string, seed: number): Promise<void> {
  const chunk = Buffer.alloc(MEBIBYTE, `${seed} ${process.pid} `)
  const file = await open(path, 'w')
  for (let written = 0; written < SIZE; written += chunk.length) {
    chunk.writeUInt32LE(written / chunk.length)
    await file.write(chunk)
  }
  await file.close()
}
