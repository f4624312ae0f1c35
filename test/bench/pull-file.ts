/** Measures `writeContent` of a large blob of a registry against curl and openssl, which do the same. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { BUDGET, hashThenCurl, makeFile, SIZE } from './copy-file.js'
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

export async function benchPull({ folder, host }: Bench): Promise<Outcome> {
  const source = join(folder, 'pushed')
  const target = join(folder, 'pulled')
  await makeFile(source, -1)
  await hashThenCurl(source, host)
  const { stdout } = await run('openssl', ['dgst', '-sha256', '-r', source])
  const digest = `sha256:${stdout.split(' ')[0] ?? ''}`
  await rm(source)

  const pulls: Measured[] = []
  const curls: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    curls.push(await curlThenHash(`http://${host}/v2/bench/blobs/${digest}`, target))
    await rm(target)
    pulls.push(await pullFile(host, digest, target))
    await rm(target)
  }
  const ours = pulls.map(({ seconds }) => seconds)
  const ratio = median(curls) / median(ours)
  const peak = Math.max(...pulls.map((each) => each.peak)) / 1024
  return {
    rows: [
      `| 1 GiB blob of Distribution to a file by \`writeContent\`: pull and verify | ${median(ours).toFixed(2)} s | ${median(curls).toFixed(2)} s: \`curl -o\`, then \`openssl dgst -sha256\` | ${ratio.toFixed(2)} × as fast | |`,
      `| its peak resident memory, process and all | ${peak.toFixed(0)} MiB | ${SIZE / MEBIBYTE} MiB of content | ${((peak * MEBIBYTE) / SIZE).toFixed(2)} | < ${BUDGET} MiB |`,
    ],
    spread: `of the pulls ${listSeconds(ours)}, ${listPeaks(pulls)}; of curl and openssl ${listSeconds(curls)}`,
    failures: peak < BUDGET ? [] : [`the pull needed ${peak.toFixed(0)} MiB`],
  }
}

async function pullFile(host: string, digest: string, target: string): Promise<Measured> {
  const descriptor = { mediaType: 'application/octet-stream', digest, size: SIZE }
  return measureScript(`
    import { Repository, writeContent } from ${PACKAGE}
    const content = new Repository(${JSON.stringify(`${host}/bench`)}).get(${JSON.stringify(descriptor)})
    await writeContent(content, ${JSON.stringify(target)})
  `)
}

async function curlThenHash(url: string, target: string): Promise<number> {
  const start = performance.now()
  await run('curl', ['-sf', '-o', target, url])
  await run('openssl', ['dgst', '-sha256', '-r', target])
  return (performance.now() - start) / 1000
}
