/** The embedded registry: starts on a local port, lists what it holds, and closes. */
import {
  aBoolean,
  aFunction,
  aString,
  must,
  oneOf,
  type OptionChecks,
  readOptions,
} from '../../oras/errors/read-options.js'
import type { Digest } from '../../oras/oci/digest.js'
import type { Answer, ConnectionReset } from './answer.js'
import { answerRequest } from './answer-request.js'
import type { RegistryRequest } from './registry-request.js'
import { checkAuth, type TestRegistryAuth } from './auth-options.js'
import { RegistryAuth } from './registry-auth.js'
import { RegistryState } from './registry-state.js'
import { type LoggedRequest, RequestLog } from './request-log.js'
import { serveHttp } from './serve-http.js'
import { LINKS, type TestRegistryLinks } from './tag-endpoints.js'

/** What {@link TestRegistryOptions.intercept} gets of a request. */
export interface InterceptedRequest {
  /** The method, in capitals: `GET`. */
  readonly method: string
  /** The path with its query, as the client sent it. */
  readonly path: string
  /** The headers, `authorization` included. Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

/** Options of {@link startRegistry}. */
export interface TestRegistryOptions {
  /**
   * The port to listen on.
   *
   * @default a free port
   */
  readonly port?: number | undefined
  /**
   * The address to listen on. The default cannot be reached from another machine.
   *
   * @default `'127.0.0.1'`
   */
  readonly host?: string | undefined
  /**
   * Asks clients for a login.
   *
   * @default no login: every client may pull, push and delete
   */
  readonly auth?: TestRegistryAuth | undefined
  /**
   * Milliseconds to wait before every answer.
   *
   * @default 0
   */
  readonly delay?: number | undefined
  /**
   * Whether blobs can be mounted from other repositories. `false`: the answer to a mount is always an upload session.
   *
   * @default true
   */
  readonly mounting?: boolean | undefined
  /**
   * `true`: a manifest may name blobs and manifests that the repository does not have, as in a mirror that holds only
   * some platforms of an index.
   *
   * @default false
   */
  readonly sparse?: boolean | undefined
  /**
   * How a list of tags names its next page. All but `right` are mistakes of registries that are in use, often behind a
   * proxy: `none` sends no Link header, `short-path` links to a path without the first part of the repository, `number`
   * puts the number of tags in place of the last tag, `inner-path` and `inner-host` name a path and a host before the
   * proxy, and `other-scheme` takes https for http.
   *
   * @default `'right'`
   */
  readonly links?: TestRegistryLinks | undefined
  /**
   * Called with every request first, even before `auth`. An answer that it returns is sent in place of the registry's
   * own, before the body of the request is read. `undefined` lets the registry answer.
   *
   * @default the registry answers every request
   */
  readonly intercept?: ((request: InterceptedRequest) => Interception | Promise<Interception>) | undefined
}

function registryChecks(): OptionChecks<TestRegistryOptions> {
  return {
    port: must(
      'a port from 0 to 65535',
      (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 65_535,
    ),
    host: aString,
    auth: checkAuth,
    delay: must('a number of milliseconds', (value) => Number.isFinite(value) && (value as number) >= 0),
    mounting: aBoolean,
    sparse: aBoolean,
    links: oneOf(...LINKS),
    intercept: aFunction,
  }
}

type Interception = Answer | ConnectionReset | undefined

/** A running registry. */
export interface TestRegistry {
  /** Host and port, as a reference begins: `127.0.0.1:49152`. */
  readonly host: string
  /** The same as a URL: `http://127.0.0.1:49152`. */
  readonly url: string
  /** The port it listens on. */
  readonly port: number
  /** Every request since the start or the last `clearRequests()`, in the order of arrival. */
  readonly requests: readonly LoggedRequest[]
  /** The number of upload sessions that are neither finished nor cancelled. */
  readonly openSessions: number
  /** Empties `requests`; waves count from 1 again. */
  clearRequests(): void
  /** The names of all repositories, sorted. */
  repositories(): readonly string[]
  /** The tags of a repository, sorted, each with the digest of its manifest. */
  tags(repository: string): Readonly<Record<string, Digest>>
  /** The digests of a repository's blobs, sorted. */
  blobs(repository: string): readonly Digest[]
  /** The digests of a repository's manifests, sorted. */
  manifests(repository: string): readonly Digest[]
  /** Breaks all connections and stops the registry. A second call does nothing. */
  close(): Promise<void>
}

/**
 * Starts an OCI registry in this process, for tests, demos and examples. It keeps everything in memory, enforces the
 * distribution specification, and logs every request. It is not made for production.
 *
 * @throws the error of the system if it cannot listen, such as `EADDRINUSE` for a port that is in use.
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
  const { delay = 0, mounting = true, sparse = false, links = 'right', intercept } = behaviour
  const state = new RegistryState()
  const log = new RequestLog()
  const registry = { state, auth: auth && new RegistryAuth(auth), mounting, sparse, links }

  const answer = async (request: RegistryRequest): Promise<Answer | ConnectionReset> => {
    const { method, path, headers, body } = request
    const intercepted = await intercept?.({ method, path, headers })
    if (intercepted) return intercepted
    const answered = await answerRequest(request, registry)
    // A client that is still sending may miss an answer that comes before its body is read.
    for await (const _ of body);
    return answered
  }

  const server = await serveHttp(answer, { port, host, delay, log })
  // Clients cannot connect to 0.0.0.0 or ::, which stand for all addresses.
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
