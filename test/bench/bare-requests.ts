/** The requests of the library, by nothing but Node's own http and without any check: the limit for a client in Node. */

/** What scripts need that send requests. */
const ASK = `
  import { createHash } from 'node:crypto'
  import * as fs from 'node:fs'
  import http from 'node:http'
  const agent = new http.Agent({ keepAlive: true })
  const ask = (method, url, body, type = 'application/octet-stream') =>
    new Promise((resolve, reject) => {
      const length = body?.length ?? (method === 'POST' ? 0 : undefined)
      const headers = { accept: 'application/vnd.oci.image.manifest.v1+json', ...(body && { 'content-type': type }) }
      if (length !== undefined) headers['content-length'] = length
      const request = http.request(url, { method, agent, headers }, async (response) => {
        const chunks = []
        for await (const chunk of response) chunks.push(chunk)
        const isGood = response.statusCode < 300 || (method === 'HEAD' && response.statusCode === 404)
        if (!isGood) reject(new Error(method + ' ' + url + ': ' + response.statusCode))
        resolve({ headers: response.headers, text: Buffer.concat(chunks).toString() })
      })
      request.on('error', reject)
      request.end(body)
    })
  const describe = (bytes, mediaType) => {
    const digest = 'sha256:' + createHash('sha256').update(bytes).digest('hex')
    return { mediaType, digest, size: bytes.length }
  }
`

/** Declares `push(chart)`, which sends what {@link pushChart} sends. */
export function barePush(host: string, parent: string): string {
  return `
    ${ASK}
    const push = async ({ name, version, archive, config }) => {
      const base = 'http://${host}/v2/${parent}/' + name
      const parts = [
        [fs.readFileSync(config), 'application/vnd.cncf.helm.config.v1+json'],
        [fs.readFileSync(archive), 'application/vnd.cncf.helm.chart.content.v1.tar+gzip'],
      ].map(([bytes, mediaType]) => ({ bytes, descriptor: describe(bytes, mediaType) }))
      await ask('HEAD', base + '/manifests/' + version)
      const upload = async ({ bytes, descriptor: { digest } }) => {
        const from = '${parent}/' + name
        const [{ headers }] = await Promise.all([
          ask('POST', base + '/blobs/uploads/?mount=' + digest + '&from=' + from),
          bytes.length > 64 * 1024 && ask('HEAD', base + '/blobs/' + digest),
        ])
        await ask('PUT', new URL(headers.location + '&digest=' + digest, base), bytes)
      }
      await Promise.all(parts.map(upload))
      const [ofConfig, layer] = parts.map(({ descriptor }) => descriptor)
      const mediaType = 'application/vnd.oci.image.manifest.v1+json'
      const manifest = JSON.stringify({ schemaVersion: 2, mediaType, config: ofConfig, layers: [layer] })
      await ask('PUT', base + '/manifests/' + version, Buffer.from(manifest), mediaType)
    }
  `
}

/** Declares `inspect(chart)`, which asks for what {@link inspectChart} asks for. */
export function bareInspect(host: string, parent: string): string {
  return `
    ${ASK}
    const inspect = async ({ name, version }) => {
      const base = 'http://${host}/v2/${parent}/' + name
      const { config } = JSON.parse((await ask('GET', base + '/manifests/' + version)).text)
      JSON.parse((await ask('GET', base + '/blobs/' + config.digest)).text)
    }
  `
}
