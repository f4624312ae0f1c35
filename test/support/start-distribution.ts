/** Starts the Distribution registry where it is installed. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Distribution {
  /** `127.0.0.1` and a free port. */
  readonly host: string
  /** Who may push, if it was started with a password file. */
  readonly credentials: { readonly username: string; readonly password: string } | undefined
  /** The folder where it keeps everything, so that tests can look at what is really there. */
  readonly storage: string
  close(): Promise<void>
}

// bcrypt of the password below, as `htpasswd -Bbn` writes it.
const CREDENTIALS = { username: 'testuser', password: 's3cret' }
const HTPASSWD = 'testuser:$2y$05$V64hogabhU6z6vONsIg0.eUPX9rstwp4F0xf/AJufoE0U/U71T/gm\n'

/** Says why there is no Distribution registry on this machine; `undefined` if there is one. */
export function distributionMissing(): string | undefined {
  const { error } = spawnSync('docker-registry', ['--version'])
  return error && 'docker-registry is not installed (Debian: apt-get install docker-registry)'
}

/** Which it is, how it asks for a login, and how it is reached. */
export interface DistributionOptions {
  /** The path of the program; by default the one of Debian. */
  readonly program?: string
  /** By a file with one user. */
  readonly htpasswd?: boolean
  /** By the tokens of a server. */
  readonly token?: Readonly<Record<string, string>>
  /** By https: the paths of its certificate and key, and of the CA whose certificates its clients must have. */
  readonly tls?: { readonly certificate: string; readonly key: string; readonly clientCa?: string }
}

/** A port that was free may be taken by another program before the registry takes it. */
const TRIES = 5

/** Starts it on a free port, with a temporary folder as its storage and deletion enabled. */
export async function startDistribution(options: DistributionOptions = {}): Promise<Distribution> {
  for (let tries = 0; tries < TRIES; tries++) {
    const started = await tryStart(options)
    if (started) return started
  }
  throw new Error(`${options.program ?? 'docker-registry'} ended before it answered, ${TRIES} times`)
}

async function tryStart(options: DistributionOptions): Promise<Distribution | undefined> {
  const { program = 'docker-registry' } = options
  const folder = await mkdtemp(join(tmpdir(), 'oras-helm-distribution-'))
  const host = `127.0.0.1:${await findFreePort()}`
  const storage = join(folder, 'storage')
  const { certificate, key, clientCa } = options.tls ?? {}
  const tls = { certificate, key, minimumtls: 'tls1.2', ...(clientCa !== undefined && { clientcas: [clientCa] }) }
  const http = { addr: host, secret: 'test', ...(options.tls && { tls }) }
  const password = join(folder, 'htpasswd')
  await writeFile(password, HTPASSWD)
  await writeFile(
    join(folder, 'config.yml'),
    [
      'version: 0.1',
      'log: {level: error, accesslog: {disabled: true}}',
      `storage: {filesystem: {rootdirectory: ${JSON.stringify(storage)}}, delete: {enabled: true}}`,
      `http: ${JSON.stringify(http)}`,
      options.htpasswd ? `auth: {htpasswd: {realm: test, path: ${JSON.stringify(password)}}}` : '',
      options.token ? `auth: {token: ${JSON.stringify(options.token)}}` : '',
    ].join('\n'),
  )
  // Version 3 sends traces to a collector by default.
  const env = { ...process.env, OTEL_TRACES_EXPORTER: 'none' }
  const server = spawn(program, ['serve', join(folder, 'config.yml')], { stdio: 'ignore', env })
  const exit = once(server, 'exit')
  const close = async (): Promise<void> => {
    server.kill()
    await exit
    await rm(folder, { recursive: true, force: true })
  }
  const answers = options.tls ? listens : answersHttp
  for (let tries = 0; !(await answers(host)); tries++) {
    if (server.exitCode !== null || tries === 1200) break
    await sleep(50)
  }
  if (server.exitCode !== null || !(await answers(host))) {
    await close()
    return undefined
  }
  return { host, storage, credentials: options.htpasswd ? CREDENTIALS : undefined, close }
}

export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

async function answersHttp(host: string): Promise<boolean> {
  try {
    const response = await fetch(`http://${host}/v2/`)
    await response.arrayBuffer()
    return response.status === 200 || response.status === 401
  } catch {
    return false
  }
}

/** Tells whether a server accepts connections there. */
export async function listens(host: string): Promise<boolean> {
  const { hostname, port } = new URL(`http://${host}`)
  const socket = connect(Number(port), hostname)
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
