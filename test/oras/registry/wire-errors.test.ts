/** Everything that goes wrong on the wire, as the caller sees it: class, code, whole message, hint. */
import { inspect } from 'node:util'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import {
  ContentMismatchError,
  LimitExceededError,
  NetworkError,
  NotFoundError,
  OciError,
  RegistryError,
  UnauthorizedError,
  UnsafeUrlError,
} from '../../../src/oras/errors/oci-error.js'
import { bytesContent, readContent } from '../../../src/oras/oci/content.js'
import { digestOf } from '../../../src/oras/oci/digest.js'
import { buildManifest } from '../../../src/oras/oci/manifest.js'
import { Repository } from '../../../src/oras/registry/repository.js'
import { startRegistry, type TestRegistry, type TestRegistryOptions } from '../../../src/testing/index.js'
import { catchError } from '../../support/catch-error.js'

const blob = bytesContent(Buffer.from('blob'), { mediaType: 'application/octet-stream' })
const manifest = buildManifest({ config: blob, layers: [] })
const BLOB = blob.descriptor.digest
const MANIFEST = manifest.descriptor.digest
const OTHER = digestOf(Buffer.from('other'))

const calls = {
  resolve: (repository: Repository) => repository.resolve('v1'),
  fetch: (repository: Repository) => repository.fetchManifest('v1'),
  put: (repository: Repository) => repository.put(blob),
  'put it plainly': (repository: Repository) => repository.put(blob, { mountFrom: false }),
  'put a manifest': (repository: Repository) => repository.putTagged(manifest, ['v1']),
  read: (repository: Repository) => readContent(repository.get(blob.descriptor)),
}

type Call = keyof typeof calls
type Intercept = NonNullable<TestRegistryOptions['intercept']>
type Case = readonly [
  what: string,
  call: Call,
  intercept: Intercept,
  kind: abstract new (...parameters: never[]) => OciError,
  code: string,
  message: string,
  hint: string,
]

/** What a registry or a proxy answers to everything, or to one method. */
const always = (answer: Awaited<ReturnType<Intercept>>, method?: string): Intercept => {
  return (request) => (method === undefined || method === request.method ? answer : undefined)
}
const refusal = (code: string, message: string): string => JSON.stringify({ errors: [{ code, message }] })
const PAGE = { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<html><h1>Welcome</h1></html>' }

const NO_REGISTRY = 'An OCI registry does not answer like this: check the host, the port and proxies on the way.'
const BROKE = 'The request failed on the way: try again. If it fails again, check the registry and proxies on the way.'
const NO_CHALLENGE = 'The registry refused without saying how to log in: check the host, and proxies on the way.'
const LOGIN =
  'No login was sent: set the option credentials, or log in with docker or podman. If there is a login, the registry does not take one of its kind.'
const FORBIDDEN =
  'The registry refused without asking for a login: check the reference, and the rights of anonymous users there.'
const NO_SUCH_MANIFEST =
  'The registry does not take this manifest: allow its media types in the settings of the registry, or for a chart try the other format.'
const NOT_THERE =
  'Check the reference, and your rights: many registries give the same answer for what you may not read.'
const MISSING = 'Check the reference. Some registries want a repository to be created before the first push.'
const TOO_LARGE = 'The content is too large for this registry, or for a proxy before it: raise the limit there.'
const SLOW_DOWN = 'Too many requests: wait before you try again, or log in for a higher limit.'
const FAILED = 'The registry failed: try again later, and check its log if you run it.'
const ELSEWHERE = 'A redirect of this request is not followed: use the address that the answer points to.'
const TRUST_UPLOAD = 'If the registry really takes its uploads there, name that host in trustedHosts.'
const TRUST_REALM = 'If this token server really belongs to the registry, name its host in trustedHosts.'
const HOSTILE = 'No option allows this address, which the registry gave: report it to an administrator of the registry.'
const STORED = 'Something changes the bytes that are sent: check proxies on the way, and the registry.'
const CHANGED =
  'The registry or a proxy on the way sent other bytes than those that were asked for: try again, or check both.'
const DAMAGED =
  'The content was changed, or its descriptor is wrong. Read it again; if it fails again, the content or the descriptor must be replaced.'
const HUGE = 'No option raises this limit, which is that of many registries. Check the reference.'

const START = `Cannot start the upload of blob ${BLOB} to HOST/a: `
const UPLOAD = `Cannot upload blob ${BLOB} to HOST/a: `
const LOOK = `Cannot look for HOST/a:v1: `
const PUT = `Cannot put manifest ${MANIFEST} as HOST/a:v1: `

const challenge = (realm: string) => {
  return always({ status: 401, headers: { 'WWW-Authenticate': `Bearer realm="${realm}"` } })
}
const location = (url: string): Intercept => always({ status: 202, headers: { Location: url } }, 'POST')

const cases: readonly Case[] = [
  [
    'resets',
    'resolve',
    always({ reset: true }),
    NetworkError,
    'ERR_NETWORK',
    'Cannot HEAD http://HOST/v2/a/manifests/v1: ECONNRESET',
    BROKE,
  ],
  [
    'resets',
    'put it plainly',
    always({ reset: true }, 'POST'),
    NetworkError,
    'ERR_NETWORK',
    'Cannot POST http://HOST/v2/a/blobs/uploads/: ECONNRESET',
    BROKE,
  ],
  [
    'resets',
    'put a manifest',
    always({ reset: true }),
    NetworkError,
    'ERR_NETWORK',
    'Cannot PUT http://HOST/v2/a/manifests/v1: ECONNRESET',
    BROKE,
  ],
  [
    'answers HTML',
    'resolve',
    always(PAGE),
    RegistryError,
    'ERR_REGISTRY',
    `${LOOK}the answer is a web page`,
    NO_REGISTRY,
  ],
  [
    'answers HTML',
    'fetch',
    always(PAGE),
    RegistryError,
    'ERR_REGISTRY',
    'Cannot read HOST/a:v1: the answer is a web page',
    NO_REGISTRY,
  ],
  [
    'answers HTML',
    'put',
    always(PAGE),
    RegistryError,
    'ERR_REGISTRY',
    `Cannot look for blob ${BLOB} in HOST/a: the answer is a web page`,
    NO_REGISTRY,
  ],
  [
    'answers HTML',
    'put it plainly',
    always(PAGE, 'POST'),
    RegistryError,
    'ERR_REGISTRY',
    `${START}the registry answered 200 Welcome`,
    NO_REGISTRY,
  ],
  [
    'answers HTML',
    'put a manifest',
    always(PAGE),
    RegistryError,
    'ERR_REGISTRY',
    `${PUT}the answer is a web page`,
    NO_REGISTRY,
  ],
  [
    'answers HTML',
    'read',
    always(PAGE),
    ContentMismatchError,
    'ERR_CONTENT_MISMATCH',
    `Cannot read ${BLOB}: 4 bytes were promised, but there are more`,
    DAMAGED,
  ],
  [
    'names no type',
    'resolve',
    always({ status: 200 }),
    RegistryError,
    'ERR_REGISTRY',
    `${LOOK}the answer has no media type`,
    NO_REGISTRY,
  ],
  [
    'answers 401 without a challenge',
    'resolve',
    always({ status: 401 }),
    UnauthorizedError,
    'ERR_UNAUTHORIZED',
    `${LOOK}the registry answered 401`,
    NO_CHALLENGE,
  ],
  [
    'answers 401 without a challenge',
    'put',
    always({ status: 401, body: 'who are you?' }, 'PUT'),
    UnauthorizedError,
    'ERR_UNAUTHORIZED',
    `${UPLOAD}the registry answered 401 who are you?`,
    NO_CHALLENGE,
  ],
  [
    'wants a login',
    'resolve',
    always({ status: 401, headers: { 'WWW-Authenticate': 'Basic realm="x"' } }),
    UnauthorizedError,
    'ERR_UNAUTHORIZED',
    `${LOOK}the registry answered 401`,
    LOGIN,
  ],
  [
    'wants a login of another kind',
    'resolve',
    always({ status: 401, headers: { 'WWW-Authenticate': 'Negotiate' } }),
    UnauthorizedError,
    'ERR_UNAUTHORIZED',
    `${LOOK}the registry answered 401`,
    LOGIN,
  ],
  [
    'answers 403',
    'put a manifest',
    always({ status: 403, body: refusal('DENIED', 'no push') }),
    UnauthorizedError,
    'ERR_UNAUTHORIZED',
    `${PUT}the registry answered 403 DENIED: no push`,
    FORBIDDEN,
  ],
  [
    'answers 403',
    'put it plainly',
    always({ status: 403 }, 'POST'),
    UnauthorizedError,
    'ERR_UNAUTHORIZED',
    `${START}the registry answered 403`,
    FORBIDDEN,
  ],
  [
    'answers 404',
    'put it plainly',
    always({ status: 404, body: refusal('NAME_UNKNOWN', 'create it first') }, 'POST'),
    NotFoundError,
    'ERR_NOT_FOUND',
    `${START}the registry answered 404 NAME_UNKNOWN: create it first`,
    MISSING,
  ],
  [
    'answers 404',
    'put a manifest',
    always({ status: 404 }),
    NotFoundError,
    'ERR_NOT_FOUND',
    `${PUT}the registry answered 404`,
    MISSING,
  ],
  [
    'answers 404',
    'read',
    always({ status: 404 }),
    NotFoundError,
    'ERR_NOT_FOUND',
    `Cannot read ${BLOB} from HOST/a: the registry answered 404`,
    NOT_THERE,
  ],
  [
    'answers 413',
    'put',
    always(
      {
        status: 413,
        headers: { 'Content-Type': 'text/html' },
        body: '<html><head><title>413</title></head><h1>413 Request Entity Too Large</h1>',
      },
      'PUT',
    ),
    RegistryError,
    'ERR_REGISTRY',
    `${UPLOAD}the registry answered 413 413 Request Entity Too Large`,
    TOO_LARGE,
  ],
  [
    'answers 413',
    'put a manifest',
    always({ status: 413 }),
    RegistryError,
    'ERR_REGISTRY',
    `${PUT}the registry answered 413`,
    TOO_LARGE,
  ],
  [
    'answers 429',
    'resolve',
    always({ status: 429 }),
    RegistryError,
    'ERR_REGISTRY',
    `${LOOK}the registry answered 429`,
    SLOW_DOWN,
  ],
  [
    'answers 429',
    'put a manifest',
    always({ status: 429, body: 'toomanyrequests: slow down' }),
    RegistryError,
    'ERR_REGISTRY',
    `${PUT}the registry answered 429 toomanyrequests: slow down`,
    SLOW_DOWN,
  ],
  [
    'answers 500',
    'resolve',
    always({ status: 500 }),
    RegistryError,
    'ERR_REGISTRY',
    `${LOOK}the registry answered 500`,
    FAILED,
  ],
  [
    'answers 500',
    'put',
    always({ status: 500, body: refusal('UNKNOWN', 'the disk is full') }, 'PUT'),
    RegistryError,
    'ERR_REGISTRY',
    `${UPLOAD}the registry answered 500 UNKNOWN: the disk is full`,
    FAILED,
  ],
  [
    'answers 400',
    'put a manifest',
    always({ status: 400, body: refusal('MANIFEST_INVALID', 'no') }),
    RegistryError,
    'ERR_REGISTRY',
    `${PUT}the registry answered 400 MANIFEST_INVALID: no`,
    NO_SUCH_MANIFEST,
  ],
  [
    'redirects a write',
    'put a manifest',
    always({ status: 307, headers: { Location: '/v2/b/' } }),
    RegistryError,
    'ERR_REGISTRY',
    `${PUT}the registry answered 307`,
    ELSEWHERE,
  ],
  [
    'redirects for ever',
    'resolve',
    always({ status: 302, headers: { Location: '?' } }),
    RegistryError,
    'ERR_REGISTRY',
    `${LOOK}more than 5 redirects`,
    NO_REGISTRY,
  ],
  [
    'redirects to a user',
    'resolve',
    always({ status: 302, headers: { Location: '//u:s3cret@HOST/' } }),
    UnsafeUrlError,
    'ERR_UNSAFE_URL',
    'Cannot follow the redirect to http://host/: it holds a user or a password',
    HOSTILE,
  ],
  [
    'names no Location',
    'put it plainly',
    always({ status: 202 }, 'POST'),
    RegistryError,
    'ERR_REGISTRY',
    `${START}the answer has no header Location`,
    NO_REGISTRY,
  ],
  [
    'names a Location on another host',
    'put',
    location('http://10.0.0.1/u?token=s3cret'),
    UnsafeUrlError,
    'ERR_UNSAFE_URL',
    'Cannot upload to http://10.0.0.1/u?token=REDACTED: it leaves http://HOST',
    TRUST_UPLOAD,
  ],
  [
    'names a Location that is no URL',
    'put',
    location('http://['),
    UnsafeUrlError,
    'ERR_UNSAFE_URL',
    'Cannot upload to an address that the registry gave: it is not a URL',
    HOSTILE,
  ],
  [
    'names a realm at a private address',
    'resolve',
    challenge('https://169.254.169.254/token'),
    UnsafeUrlError,
    'ERR_UNSAFE_URL',
    'Cannot ask for a token at https://169.254.169.254/token: it is a private address',
    TRUST_REALM,
  ],
  [
    'names a realm on another host by http',
    'put',
    challenge('http://auth.example/'),
    UnsafeUrlError,
    'ERR_UNSAFE_URL',
    'Cannot ask for a token at http://auth.example/: it is plain http on another host than HOST',
    TRUST_REALM,
  ],
  [
    'created another digest',
    'put',
    always({ status: 201, headers: { 'Docker-Content-Digest': OTHER } }, 'PUT'),
    ContentMismatchError,
    'ERR_CONTENT_MISMATCH',
    `${UPLOAD}the registry stored ${OTHER} instead`,
    STORED,
  ],
  [
    'mounted another digest',
    'put',
    always({ status: 201, headers: { 'Docker-Content-Digest': OTHER } }, 'POST'),
    ContentMismatchError,
    'ERR_CONTENT_MISMATCH',
    `${START}the registry stored ${OTHER} instead`,
    STORED,
  ],
  [
    'created another manifest',
    'put a manifest',
    always({ status: 201, headers: { 'Docker-Content-Digest': OTHER } }),
    ContentMismatchError,
    'ERR_CONTENT_MISMATCH',
    `${PUT}the registry stored ${OTHER} instead`,
    STORED,
  ],
  [
    'sends another manifest than it says',
    'fetch',
    always({
      status: 200,
      headers: { 'Content-Type': 'application/json', 'Docker-Content-Digest': OTHER },
      body: '{}',
    }),
    ContentMismatchError,
    'ERR_CONTENT_MISMATCH',
    `Cannot read manifest ${OTHER}: the registry answered with ${digestOf(Buffer.from('{}'))}`,
    CHANGED,
  ],
  [
    'sends an endless manifest',
    'fetch',
    always({ status: 200, headers: { 'Content-Type': 'application/json' }, body: Buffer.alloc(5_000_000) }),
    LimitExceededError,
    'ERR_LIMIT_EXCEEDED',
    'Cannot read HOST/a:v1: it is larger than 4194304 bytes',
    HUGE,
  ],
  [
    'sends a damaged blob',
    'read',
    always({ status: 200, body: 'bloB' }),
    ContentMismatchError,
    'ERR_CONTENT_MISMATCH',
    `Cannot read ${BLOB}: the bytes have digest ${digestOf(Buffer.from('bloB'))}`,
    DAMAGED,
  ],
]

let registry: TestRegistry
afterEach(() => registry?.close())

const seen = new Map<string, Set<string>>()
const see = (error: OciError): void => void seen.set(error.hint, (seen.get(error.hint) ?? new Set()).add(error.code))

describe('answers that echo the login', () => {
  let echoing: TestRegistry
  afterEach(() => echoing.close())

  it.each(['basic', 'bearer'] as const)('do not bring a secret into the error: %s', async (scheme) => {
    const credentials = { username: 'robot', password: 'hunter2-secret' }
    const secrets: string[] = []
    echoing = await startRegistry({
      auth: { scheme, ...credentials },
      intercept: ({ headers, path }) => {
        const { authorization } = headers
        if (authorization === undefined || path.startsWith('/token')) return undefined
        secrets.push(authorization.split(' ')[1] ?? '')
        return { status: 500, body: refusal('X', `got ${authorization} of ${credentials.password}`.slice(0, 180)) }
      },
    })
    const repository = new Repository(`${echoing.host}/a`, { credentials, retry: false })

    const error = await catchError(() => calls.read(repository))

    expect(secrets.length).toBeGreaterThan(0)
    expect(error.message).toContain('REDACTED')
    for (const secret of secrets) expect(inspect(error, { depth: 10 })).not.toContain(secret)
    if (scheme === 'basic') expect(inspect(error, { depth: 10 })).not.toContain('hunter2')
  })
})

describe('a registry that', () => {
  it.each(cases)('%s: %s', async (_, call, intercept, kind, code, message, hint) => {
    registry = await startRegistry({ intercept })

    const error = await catchError(() => calls[call](new Repository(`${registry.host}/a`, { retry: false })))

    expect(error).toBeInstanceOf(kind)
    expect([error.code, error.message.replaceAll(registry.host, 'HOST'), error.hint]).toEqual([code, message, hint])
    expect([error.name, error.code]).toEqual([kind.name, code])
    expect(registry.openSessions).toBe(0)
    expect([registry.blobs('a'), registry.manifests('a')]).toEqual([[], []])
    expect(JSON.stringify(error)).not.toContain('s3cret')
    see(error)
  })

  it('refuses connections: resolve', async () => {
    const error = await catchError(() => new Repository('127.0.0.1:1/a').resolve('v1'))

    expect(error).toBeInstanceOf(NetworkError)
    expect(error.code).toBe('ERR_NETWORK')
    expect(error.message).toBe('Cannot HEAD http://127.0.0.1:1/v2/a/manifests/v1: ECONNREFUSED')
    expect(error.hint).toBe('Nothing listens there: check that the registry runs and that the port is right.')
    see(error)
  })

  it('does not speak TLS: resolve', async () => {
    registry = await startRegistry()

    const error = await catchError(() => new Repository(`${registry.host}/a`, { plainHttp: false }).resolve('v1'))

    // Which code it is depends on the version of OpenSSL.
    expect(error).toBeInstanceOf(NetworkError)
    expect(error.code).toBe('ERR_NETWORK')
    expect(error.message).toMatch(
      new RegExp(`^Cannot HEAD https://${registry.host}/v2/a/manifests/v1: (EPROTO|ERR_SSL_[A-Z_]+)$`),
    )
    expect(error.hint).toBe(
      'The registry does not speak TLS there, or no version that Node takes: check the port, or set plainHttp: true if it is plain http.',
    )
    see(error)
  })

  afterAll(() => {
    for (const [hint, codes] of seen) expect([...codes], `codes of the hint "${hint}"`).toHaveLength(1)
  })
})
