/** Pushes and pulls the example chart on the embedded registry, as users of the package would. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { join } from 'node:path'

/** What the README promises: with every bundler and on every runtime, the package makes the same bytes. */
const DIGESTS = {
  helm: 'sha256:4ce4148add64d209a1489820c32373e5b4a2767cd7ad80515246c8f9b07609e7',
  split: 'sha256:7cec3a4dbac8eee4580fbbe08818ff6f8d22f044b6cff78c6e3b287f8f336712',
}

/**
 * Takes the three entry points as the caller has loaded them, the folder of a chart, and an empty one to write to, if any.
 *
 * @throws {Error} if anything is not as it should be.
 */
export async function pushAndPull({ main, oras, testing }, chart, folder) {
  const registry = await testing.startRegistry()
  const proxy = await startProxy()
  try {
    for (const [format, name] of Object.entries({
      helm: `oci://${registry.host}/charts/mychart:0.1.0`,
      split: `${registry.host}/mychart:latest`,
    })) {
      assert.equal((await main.pushChart(chart, name)).digest, DIGESTS[format])
      assert.equal((await main.pullChart(name)).digest, DIGESTS[format])
    }
    const { digest } = await main.pullChart(`${registry.host}/mychart:latest`, { proxy: proxy.url })
    assert.equal(digest, DIGESTS.split)
    assert.notEqual(proxy.requests, 0)

    // The entry points share their classes, also those of errors.
    assert.equal(main.Repository, oras.Repository)
    const repository = new oras.Repository(`${registry.host}/mychart`)
    assert.equal((await repository.resolve('latest')).digest, DIGESTS.split)
    await assert.rejects(main.pullChart(`${registry.host}/nothing:here`), oras.NotFoundError)
    await assert.rejects(
      main.pullChart('127.0.0.1:1/nothing:here', { retry: false }),
      (error) => error instanceof oras.NetworkError && error instanceof main.OciError && error.code === 'ERR_NETWORK',
    )
    const reason = new Error('no longer needed')
    const given = main.pullChart(`${registry.host}/mychart:latest`, { signal: AbortSignal.abort(reason) })
    await assert.rejects(given, (error) => error === reason)
    await readLargeFile(main)
    if (folder !== undefined) await writeFiles(main, registry, folder)
  } finally {
    await registry.close()
    proxy.close()
  }
}

/** Writes to the disk: an unpacked chart, twice, an archive, and a login. */
async function writeFiles({ pullChart, loginRegistry, logoutRegistry }, registry, folder) {
  const name = `oci://${registry.host}/charts/mychart:0.1.0`
  await pullChart(name, { destination: folder, untar: true })
  await pullChart(name, { destination: folder, untar: true, overwrite: true })
  await pullChart(name, { destination: folder })
  const path = join(folder, 'logins.json')
  await loginRegistry(registry.host, { username: 'user', password: 'secret' }, { path })
  await logoutRegistry(registry.host, { path })
  assert.deepEqual(readdirSync(folder).sort(), ['logins.json', 'mychart', 'mychart-0.1.0.tgz'])
}

/** A file of this size is parsed in a worker, whose code must be part of the package. */
async function readLargeFile({ createChart }) {
  let workers = 0
  const count = () => workers++
  process.on('worker', count)
  const { warnings } = await createChart([
    { path: 'Chart.yaml', bytes: Buffer.from('apiVersion: v2\nname: mychart\nversion: 1.0.0\n') },
    { path: 'values.yaml', bytes: Buffer.from(`a: 1\na: [${'b, '.repeat(20_000)}]\n`) },
  ])
  process.off('worker', count)
  assert.deepEqual(warnings, ['values.yaml has the key "a" twice in one place; the last one counts'])
  // Only Node reports workers, and Jest gives tests a copy of `process`.
  const isTold = !process.versions.bun && !process.versions.deno && !process.env.JEST_WORKER_ID
  const mayStart = process.permission?.has('worker') ?? true
  if (isTold) assert.equal(workers, mayStart ? 1 : 0)
}

/** A proxy for plain http, which counts what goes through it. */
async function startProxy() {
  let requests = 0
  const server = createServer((asked, answer) => {
    requests++
    const onwards = request(asked.url, { method: asked.method, headers: asked.headers }, (answered) => {
      answer.writeHead(answered.statusCode, answered.headers)
      answered.pipe(answer)
    })
    onwards.on('error', () => answer.destroy())
    asked.pipe(onwards)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    get requests() {
      return requests
    },
    close() {
      server.closeAllConnections?.()
      server.close()
    },
  }
}
