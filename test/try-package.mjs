// Uses the package as it is published, by its name: both entries work, and what is loaded late is not loaded early.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { OciError, pullChart, pushChart } from 'oras-helm'
import { startRegistry } from 'oras-helm/testing'

const LATE = ['node-fetch', 'pako', 'tar-stream', 'http-proxy-agent', 'https-proxy-agent']
const entry = new URL(import.meta.resolve('oras-helm'))
const entryCode = await readFile(entry, 'utf8')
// What it shares with the other entry is loaded with it.
const shared = [...entryCode.matchAll(/^} from "(\.\/chunks\/[^"]+)"/gm)].map(([, path]) => new URL(path, entry))
assert.notEqual(shared.length, 0, 'the entries share nothing')
for (const code of [entryCode, ...(await Promise.all(shared.map((url) => readFile(url, 'utf8'))))]) {
  for (const name of LATE) assert.doesNotMatch(code, new RegExp(`^(?:import|export|})[^(]*["']${name}["']`, 'm'), name)
}

const chart = fileURLToPath(new URL('../examples/mychart', import.meta.url))
const registry = await startRegistry()
try {
  for (const reference of [`oci://${registry.host}/charts/mychart:0.1.0`, `${registry.host}/mychart:latest`]) {
    const pushed = await pushChart(chart, reference)
    const pulled = await pullChart(reference)
    assert.equal(pulled.digest, pushed.digest)
    assert.equal((await pushChart(pulled.chart, reference)).status, 'unchanged')
  }
  await assert.rejects(pullChart(`${registry.host}/nothing:here`), OciError)
} finally {
  await registry.close()
}
