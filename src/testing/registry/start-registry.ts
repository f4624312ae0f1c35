/** The embedded registry: started on a port of this machine, looked into, and closed. */
import { aBoolean, aFunction, aString, must, type OptionChecks, readOptions } from '../../oras/errors/read-options.js'
import type { Digest } from '../../oras/oci/digest.js'
import type { Answer, ConnectionReset } from './answer.js'
import { answerExchange } from './answer-exchange.js'
import type { Exchange } from './exchange.js'
import { checkAuth, type TestRegistryAuth } from './auth-options.js'
import { RegistryAuth } from './registry-auth.js'
import { RegistryState } from './registry-state.js'
import { type LoggedRequest, RequestLog } from './request-log.js'
import { serveHttp } from './serve-http.js'

/** A request as {@link TestRegistryOptions.intercept} sees it. */
export interface InterceptedRequest {
  readonly method: string
  /** With the query, as it was sent. */
  readonly path: string
  /** Names are in lower case. `authorization` is among them. */
  readonly headers: Readonly<Record<string, string>>
}

/** How the embedded registry behaves. */
export interface TestRegistryOptions {
  /** Default: a free port. */
  readonly port?: number | undefined
  /** The address to listen on. Default: `127.0.0.1`, which nobody reaches from another machine. */
  readonly host?: string | undefined
  /** Who may do what. Default: everybody may do everything. */
  readonly auth?: TestRegistryAuth | undefined
  /** Milliseconds to wait before every answer. Default: 0. */
  readonly delay?: number | undefined
  /** `false`: no blob is ever mounted; the answer is always an upload session. Default: `true`. */
  readonly mounting?: boolean | undefined
  /**
   * `true`: a manifest may name blobs and manifests that the repository lacks, as in a mirror of one platform of many.
   * Default: `false`.
   */
  readonly sparse?: boolean | undefined
  /**
   * Called with every request before anything else, `auth` included. What it returns is sent instead of the registry's
   * own answer, at once and with the request's body unread; `undefined` lets the registry answer.
   */
  readonly intercept?: ((request: InterceptedRequest) => Interception | Promise<Interception>) | undefined
}

function registryChecks(): OptionChecks<TestRegistryOptions> {
  return {
    port: must('a port from 0 to 65535', (value) => Number.isInteger(value) && !((value as number) >>> 16)),
    host: aString,
    auth: checkAuth,
    delay: must('a number of milliseconds', (value) => Number.isFinite(value) && (value as number) >= 0),
    mounting: aBoolean,
    sparse: aBoolean,
    intercept: aFunction,
  }
}

type Interception = Answer | ConnectionReset | undefined

/** A running registry. */
export interface TestRegistry {
  /** Host and port as they begin a reference: `127.0.0.1:49152`. */
  readonly host: string
  /** The same as a URL: `http://127.0.0.1:49152`. */
  readonly url: string
  readonly port: number
  /** Every request since the start or the last `clearRequests()`, in the order of arrival. */
  readonly requests: readonly LoggedRequest[]
  /** How many upload sessions are neither finished nor cancelled. */
  readonly openSessions: number
  /** Forgets the requests so far; waves count from 1 again. */
  clearRequests(): void
  /** The names of all repositories, sorted. */
  repositories(): readonly string[]
  /** The tags of a repository, sorted, each with the digest it points to. */
  tags(repository: string): Readonly<Record<string, Digest>>
  /** The blobs that a repository may see, sorted. */
  blobs(repository: string): readonly Digest[]
  /** The manifests of a repository, sorted. */
  manifests(repository: string): readonly Digest[]
  /** Breaks all connections and stops; nothing of the registry is left running. May be called again. */
  close(): Promise<void>
}

/**
 * Starts an OCI registry inside this process, for tests, demos and examples. It keeps everything in memory, is strict
 * where the specification is, and logs every request. It is no registry for real use.
 *
 * @throws the system's error if the port is taken (`EADDRINUSE`).
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
 * @example
 * ```ts
 * import { startRegistry } from 'oras-helm/testing'
 *
 * const registry = await startRegistry()
 * const answer = await fetch(`${registry.url}/v2/`)
 * console.log(answer.status, registry.requests.length) // 200 1
 * await registry.close()
 * ```
 */
export async function startRegistry(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const { port = 0, host = '127.0.0.1', auth, ...behaviour } = readOptions(options, registryChecks())
  const { delay = 0, mounting = true, sparse = false, intercept } = behaviour
  const state = new RegistryState()
  const log = new RequestLog()
  const registry = { state, auth: auth && new RegistryAuth(auth), mounting, sparse }

  const answer = async (exchange: Exchange): Promise<Answer | ConnectionReset> => {
    const { method, path, headers, body } = exchange
    const intercepted = await intercept?.({ method, path, headers })
    if (intercepted) return intercepted
    const answered = await answerExchange(exchange, registry)
    // Answered before the body is read, a client that is still sending would hear it only by chance.
    for await (const _ of body);
    return answered
  }

  const server = await serveHttp(answer, { port, host, delay, log })
  // Nobody can connect to the address that stands for all addresses.
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  const name = `${reachable.includes(':') ? `[${reachable}]` : reachable}:${server.port}`
  return {
    host: name,
    url: `http://${name}`,
    port: server.port,
    get requests() {
      return log.entries
    },
    get openSessions() {
      return state.openSessions
    },
    clearRequests: () => log.clear(),
    repositories: () => state.repositories(),
    tags: (repository) => Object.fromEntries(state.tags(repository)),
    blobs: (repository) => state.blobs(repository),
    manifests: (repository) => state.manifests(repository),
    close: () => server.close(),
  }
}
