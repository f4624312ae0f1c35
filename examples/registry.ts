/** Runs the embedded registry until interrupted: `npx tsx examples/registry.ts [port]`. */
import { startRegistry } from 'oras-helm/testing'

const registry = await startRegistry({ port: Number(process.argv[2] ?? 5000) })
const host = `localhost:${registry.port}`

console.log(`A registry in memory is listening on http://${host}; stop it with Ctrl+C.`)
console.log(`Next: npx tsx examples/push-chart.ts examples/mychart ${host}/mychart:latest`)
console.log(`Then: curl -H 'Accept: application/vnd.oci.image.manifest.v1+json' \\
           http://${host}/v2/mychart/manifests/latest`)

process.once('SIGINT', () => void registry.close())
process.once('SIGTERM', () => void registry.close())
