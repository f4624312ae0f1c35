/** Measures `copy` of a large file against openssl and curl, which do the same. */
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Bench,
  listPeaks,
  listSeconds,
  type Measured,
  measureScript,
  MEBIBYTE,
  median,
  type Outcome,
  PACKAGE,
  ROUNDS,
  run,
} from './measure.js'

/** Of the file, in bytes. */
export const SIZE = 1024 * MEBIBYTE
/** In MiB, for the whole process. */
export const BUDGET = 120

export async function benchCopy({ folder, host }: Bench): Promise<Outcome> {
  const file = join(folder, 'content')
  const copies: Measured[] = []
  const curls: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    // Random enough that every round is another blob, and the registry has to take it.
    await makeFile(file, round)
    curls.push(await hashThenCurl(file, host))
    await makeFile(file, round + ROUNDS)
    copies.push(await copyFile(file, host))
  }
  const ours = copies.map(({ seconds }) => seconds)
  const ratio = median(curls) / median(ours)
  const peak = Math.max(...copies.map((each) => each.peak)) / 1024
  return {
    rows: [
      `| 1 GiB file to Distribution by \`copy\`: hash, then push | ${median(ours).toFixed(2)} s | ${median(curls).toFixed(2)} s: \`openssl dgst -sha256\`, then \`curl -T\` | ${ratio.toFixed(2)} × as fast | ≥ 0.9 × |`,
      `| its peak resident memory, process and all | ${peak.toFixed(0)} MiB | ${SIZE / MEBIBYTE} MiB of content | ${((peak * MEBIBYTE) / SIZE).toFixed(2)} | < ${BUDGET} MiB |`,
    ],
    spread: `of the copies ${listSeconds(ours)}, ${listPeaks(copies)}; of openssl and curl ${listSeconds(curls)}`,
    failures: peak < BUDGET ? [] : [`the copy needed ${peak.toFixed(0)} MiB`],
  }
}

async function copyFile(file: string, host: string): Promise<Measured> {
  return measureScript(`
    import { buildManifest, bytesContent, copy, fileContent, Repository } from ${PACKAGE}
    const layer = await fileContent(${JSON.stringify(file)}, { mediaType: 'application/octet-stream' })
    const config = bytesContent(new TextEncoder().encode('{}'), { mediaType: 'application/vnd.oci.image.config.v1+json' })
    const manifest = buildManifest({ config, layers: [layer] })
    const contents = new Map([layer, config, manifest].map((each) => [each.descriptor.digest, each]))
    const source = { get: ({ digest }) => contents.get(digest) }
    await copy(source, manifest.descriptor, new Repository(${JSON.stringify(`${host}/bench`)}), { tags: ['latest'] })
  `)
}

/** Pushes a file as a blob of the repository `bench`, and gives the seconds that it took. */
export async function hashThenCurl(file: string, host: string): Promise<number> {
  const start = performance.now()
  const { stdout } = await run('openssl', ['dgst', '-sha256', '-r', file])
  const session = await fetch(`http://${host}/v2/bench/blobs/uploads/`, { method: 'POST' })
  const location = session.headers.get('location') ?? ''
  const url = `${location}&digest=sha256:${stdout.split(' ')[0] ?? ''}`
  await run('curl', ['-sf', '-H', 'Expect:', '-T', file, url])
  return (performance.now() - start) / 1000
}

/** Writes a file that differs from all others by its seed. */
export async function makeFile(path: string, seed: number): Promise<void> {
  const chunk = Buffer.alloc(MEBIBYTE, `${seed} ${process.pid} `)
  const file = await open(path, 'w')
  for (let written = 0; written < SIZE; written += chunk.length) {
    chunk.writeUInt32LE(written / chunk.length)
    await file.write(chunk)
  }
  await file.close()
}
