/**
 * What a release job does: logs in, pushes, and says what happens on the way:
 * `npx tsx examples/release.ts <chart> <oci reference>`, with USERNAME and PASSWORD in the environment, or a login that
 * `docker login`, `helm registry login` or `podman login` has left. Without arguments it releases examples/mychart to an
 * embedded registry that wants tokens which soon run out.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type CredentialProvider,
  defaultCredentials,
  dockerCredentials,
  loginRegistry,
  OciError,
  type OciEvent,
  pushChart,
} from 'oras-helm'
import { startRegistry } from 'oras-helm/testing'

const [chart, reference] = process.argv.slice(2)
const { USERNAME: username, PASSWORD: password } = process.env
try {
  if (chart === undefined || reference === undefined) await demo()
  else if (username !== undefined && password !== undefined) await release(chart, reference, { username, password })
  else await release(chart, reference, defaultCredentials())
} catch (error) {
  if (!(error instanceof OciError)) throw error
  console.error(`${error.code}: ${error.message}\n${error.hint}`)
  process.exitCode = 1
}

async function release(from: string, to: string, credentials: CredentialProvider): Promise<void> {
  const { status, digest } = await pushChart(from, to, { credentials, onEvent: tell })
  console.log(`${status} ${digest}`)
}

function tell(event: OciEvent): void {
  if (event.type === 'request') console.log(`${event.status} ${event.method} ${new URL(event.url).pathname}`)
  else if (event.type === 'retry') console.log(`again in ${event.delay} ms: ${event.reason}`)
  else if (event.type === 'warning') console.log(event.message)
}

async function demo(): Promise<void> {
  const login = { username: 'ada', password: 'lovelace' }
  const registry = await startRegistry({ auth: { scheme: 'bearer', ...login, tokenUses: 4 } })
  const folder = await mkdtemp(join(tmpdir(), 'oras-helm-release-'))
  const path = join(folder, 'config.json')
  await loginRegistry(registry.host, login, { path })
  await release(join(import.meta.dirname, 'mychart'), `oci://${registry.host}/charts`, dockerCredentials({ path }))
  await rm(folder, { recursive: true })
  await registry.close()
}
