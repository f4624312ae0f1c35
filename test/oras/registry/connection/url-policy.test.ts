import { describe, expect, it } from 'vitest'
import { UnsafeUrlError } from '../../../../src/oras/errors/oci-error.js'
import { checkUrl, isLoopback, type UrlKind } from '../../../../src/oras/registry/connection/url-policy.js'
import { catchError } from '../../../support/catch-error.js'

// What the registry was asked for when it gave the URL: https unless a row says otherwise.
const HTTPS = 'https://registry.example/v2/a/'
const HTTP = 'http://registry.example/v2/a/'
const LOCAL = 'http://127.0.0.1:5000/v2/a/'
const INTERNAL = 'https://10.0.0.1/v2/a/'

const HOSTILE = 'No option allows this address, which the registry gave: report it to an administrator of the registry.'
const TRUST_REALM = 'If this token server really belongs to the registry, name its host in trustedHosts.'
const TRUST_UPLOAD = 'If the registry really takes its uploads there, name that host in trustedHosts.'

const NO_SCHEME = ['it is neither http nor https', HOSTILE] as const
const USER = ['it holds a user or a password', HOSTILE] as const
const DOWNGRADE = ['it leads from https to http', HOSTILE] as const
const PRIVATE = ['it is a private address', TRUST_REALM] as const
const NO_URL = ['it is not a URL', HOSTILE] as const
const otherHttp = (host: string) => [`it is plain http on another host than ${host}`, TRUST_REALM] as const
const uploadLeaves = (origin: string) => [`it leaves ${origin}`, TRUST_UPLOAD] as const
const linkLeaves = (origin: string) => [`it leaves ${origin}`, HOSTILE] as const

type Allowed = readonly [from: string, raw: string, url: string, ...trustedHosts: string[]]
type Refused = readonly [
  from: string,
  raw: string,
  shown: string | undefined,
  why: readonly [reason: string, hint: string],
  ...trustedHosts: string[],
]

function check(kind: UrlKind, from: string, raw: string, trustedHosts: readonly string[], registry = from): URL {
  return checkUrl(kind, raw, new URL(from), { registry: new URL(registry), trustedHosts })
}

function describeKind(
  kind: UrlKind,
  attempt: string,
  { allowed, refused }: { allowed: readonly Allowed[]; refused: readonly Refused[] },
): void {
  describe(`checkUrl(): ${kind}`, () => {
    const leading = allowed.map(([from, raw, url, ...trusted]) => [from, raw, url, trusted] as const)
    it.each(leading)('from %s, %s leads to %s', (from, raw, url, trustedHosts) => {
      expect(check(kind, from, raw, trustedHosts).href).toBe(url)
    })

    const hostile = refused.map(([from, raw, shown, why, ...trusted]) => [from, raw, shown, why, trusted] as const)
    it.each(hostile)('from %s, %s is refused', async (from, raw, shown, [reason, hint], trustedHosts) => {
      const error = await catchError(() => check(kind, from, raw, trustedHosts))

      const url = shown ?? 'an address that the registry gave'
      expect(error).toBeInstanceOf(UnsafeUrlError)
      expect(error).toMatchObject({ code: 'ERR_UNSAFE_URL', url, hint })
      expect(error.message).toBe(`Cannot ${attempt} ${url}: ${reason}`)
    })
  })
}

// What no URL may be, of whatever kind.
const NEVER: readonly Refused[] = [
  [HTTPS, 'https://', undefined, NO_URL],
  [HTTPS, 'https://exa mple/', undefined, NO_URL],
  [HTTPS, 'https://registry.example:99999/', undefined, NO_URL],
  [HTTPS, 'https://[::1/', undefined, NO_URL],
  [HTTPS, 'ftp://registry.example/', 'ftp://registry.example/', NO_SCHEME],
  [HTTPS, 'file:///etc/passwd', 'file:///etc/passwd', NO_SCHEME],
  [HTTPS, 'data:text/plain,hello', 'data:text/plain,hello', NO_SCHEME],
  [HTTPS, 'javascript:alert(1)', 'javascript:alert(1)', NO_SCHEME],
  [HTTPS, 'ws://registry.example/', 'ws://registry.example/', NO_SCHEME],
  [HTTPS, 'unix:///var/run/docker.sock', 'unix:///var/run/docker.sock', NO_SCHEME],
  [HTTPS, 'https://user@registry.example/', 'https://registry.example/', USER],
  [HTTPS, 'https://user:secret@registry.example/', 'https://registry.example/', USER],
  [HTTPS, 'https://:secret@registry.example/', 'https://registry.example/', USER],
  [HTTPS, '//registry.example@evil.example/', 'https://evil.example/', USER],
  [HTTPS, 'http://registry.example/', 'http://registry.example/', DOWNGRADE],
  [HTTPS, 'http://registry.example:443/', 'http://registry.example:443/', DOWNGRADE],
  [HTTPS, 'http://127.0.0.1/', 'http://127.0.0.1/', DOWNGRADE],
  // Trust is in hosts: it lifts neither of these.
  [HTTPS, 'http://registry.example/', 'http://registry.example/', DOWNGRADE, 'registry.example'],
  [HTTPS, 'https://u:p@trusted.example/', 'https://trusted.example/', USER, 'trusted.example'],
  [HTTPS, 'ftp://trusted.example/', 'ftp://trusted.example/', NO_SCHEME, 'trusted.example'],
]

describeKind('realm', 'ask for a token at', {
  allowed: [
    [HTTPS, 'https://registry.example/token', 'https://registry.example/token'],
    [HTTPS, '/token', 'https://registry.example/token'],
    [HTTPS, 'token', 'https://registry.example/v2/a/token'],
    [HTTPS, '//registry.example/token', 'https://registry.example/token'],
    [HTTPS, 'https://registry.example:8443/token', 'https://registry.example:8443/token'],
    [HTTPS, 'https://REGISTRY.example/token', 'https://registry.example/token'],
    [HTTPS, 'https://auth.example/token?a=b', 'https://auth.example/token?a=b'],
    [HTTPS, '//auth.example/token', 'https://auth.example/token'],
    [HTTPS, 'https://8.8.8.8/token', 'https://8.8.8.8/token'],
    [HTTPS, 'https://172.32.0.1/token', 'https://172.32.0.1/token'],
    [HTTPS, 'https://[2600::1]/token', 'https://[2600::1]/token'],
    [HTTP, 'http://registry.example/token', 'http://registry.example/token'],
    [HTTP, 'http://registry.example:81/token', 'http://registry.example:81/token'],
    [HTTP, 'https://registry.example/token', 'https://registry.example/token'],
    [HTTP, 'https://auth.example/token', 'https://auth.example/token'],
    // The names of this machine count as one host.
    [LOCAL, 'http://localhost:5001/token', 'http://localhost:5001/token'],
    [LOCAL, 'http://[::1]:5001/token', 'http://[::1]:5001/token'],
    [LOCAL, 'http://127.8.8.8/token', 'http://127.8.8.8/token'],
    [LOCAL, 'http://registry.localhost./token', 'http://registry.localhost./token'],
    [LOCAL, 'https://127.0.0.1/token', 'https://127.0.0.1/token'],
    [LOCAL, 'http://2130706433/token', 'http://127.0.0.1/token'],
    [INTERNAL, 'https://10.0.0.1:8443/token', 'https://10.0.0.1:8443/token'],
    [HTTPS, 'https://10.0.0.2/token', 'https://10.0.0.2/token', '10.0.0.2'],
    [HTTPS, 'https://10.0.0.2:8443/token', 'https://10.0.0.2:8443/token', 'other.example', '10.0.0.2:8443'],
    [HTTPS, 'https://10.0.0.2/token', 'https://10.0.0.2/token', '10.0.0.2:443'],
    [HTTPS, 'https://[fd00::1]/token', 'https://[fd00::1]/token', '[fd00::1]'],
    [HTTP, 'http://auth.internal/token', 'http://auth.internal/token', 'AUTH.internal'],
    [HTTP, 'http://auth.internal/token', 'http://auth.internal/token', 'auth.internal:80'],
  ],
  refused: [
    ...NEVER,
    [HTTP, 'http://auth.example/token', 'http://auth.example/token', otherHttp('registry.example')],
    [HTTP, 'http://registry.example./token', 'http://registry.example./token', otherHttp('registry.example')],
    [
      HTTP,
      'http://registry.example.evil.example/',
      'http://registry.example.evil.example/',
      otherHttp('registry.example'),
    ],
    [HTTP, 'http://169.254.169.254/latest/', 'http://169.254.169.254/latest/', otherHttp('registry.example')],
    [LOCAL, 'http://10.0.0.1/token', 'http://10.0.0.1/token', otherHttp('127.0.0.1:5000')],
    [LOCAL, 'http://localhost.evil.example/', 'http://localhost.evil.example/', otherHttp('127.0.0.1:5000')],
    [LOCAL, 'https://10.0.0.1/token', 'https://10.0.0.1/token', PRIVATE],
    [INTERNAL, 'https://10.0.0.2/token', 'https://10.0.0.2/token', PRIVATE],
    [INTERNAL, 'https://127.0.0.1/token', 'https://127.0.0.1/token', PRIVATE],
    [HTTPS, 'https://localhost/token', 'https://localhost/token', PRIVATE],
    [HTTPS, 'https://localhost./token', 'https://localhost./token', PRIVATE],
    [HTTPS, 'https://a.LocalHost/token', 'https://a.localhost/token', PRIVATE],
    [HTTPS, 'https://127.0.0.1/token', 'https://127.0.0.1/token', PRIVATE],
    [HTTPS, 'https://127.0.0.1./token', 'https://127.0.0.1/token', PRIVATE],
    [HTTPS, 'https://2130706433/token', 'https://127.0.0.1/token', PRIVATE],
    [HTTPS, 'https://0x7f000001/token', 'https://127.0.0.1/token', PRIVATE],
    [HTTPS, 'https://0x7f.1/token', 'https://127.0.0.1/token', PRIVATE],
    [HTTPS, 'https://0177.0.0.1/token', 'https://127.0.0.1/token', PRIVATE],
    [HTTPS, 'https://127.1/token', 'https://127.0.0.1/token', PRIVATE],
    [HTTPS, 'https://１２７.0.0.1/token', 'https://127.0.0.1/token', PRIVATE],
    [HTTPS, 'https://%31%32%37.0.0.1/token', 'https://127.0.0.1/token', PRIVATE],
    [HTTPS, 'https://0/token', 'https://0.0.0.0/token', PRIVATE],
    [HTTPS, 'https://10.1.2.3/token', 'https://10.1.2.3/token', PRIVATE],
    [HTTPS, 'https://172.16.0.1/token', 'https://172.16.0.1/token', PRIVATE],
    [HTTPS, 'https://172.31.255.255/token', 'https://172.31.255.255/token', PRIVATE],
    [HTTPS, 'https://192.168.0.1/token', 'https://192.168.0.1/token', PRIVATE],
    [HTTPS, 'https://169.254.169.254/token', 'https://169.254.169.254/token', PRIVATE],
    [HTTPS, 'https://2852039166/token', 'https://169.254.169.254/token', PRIVATE],
    [HTTPS, 'https://100.100.100.200/token', 'https://100.100.100.200/token', PRIVATE],
    [HTTPS, 'https://[::1]/token', 'https://[::1]/token', PRIVATE],
    [HTTPS, 'https://[0:0::1]/token', 'https://[::1]/token', PRIVATE],
    [HTTPS, 'https://[::]/token', 'https://[::]/token', PRIVATE],
    [HTTPS, 'https://[::ffff:127.0.0.1]/token', 'https://[::ffff:7f00:1]/token', PRIVATE],
    [HTTPS, 'https://[::ffff:a9fe:a9fe]/token', 'https://[::ffff:a9fe:a9fe]/token', PRIVATE],
    [HTTPS, 'https://[::10.0.0.1]/token', 'https://[::a00:1]/token', PRIVATE],
    [HTTPS, 'https://[64:ff9b::169.254.169.254]/token', 'https://[64:ff9b::a9fe:a9fe]/token', PRIVATE],
    [HTTPS, 'https://[2002:7f00:1::]/token', 'https://[2002:7f00:1::]/token', PRIVATE],
    [HTTPS, 'https://[fe80::1]/token', 'https://[fe80::1]/token', PRIVATE],
    [HTTPS, 'https://[fd00:ec2::254]/token', 'https://[fd00:ec2::254]/token', PRIVATE],
    [HTTPS, 'https://10.0.0.2/token?x=secret', 'https://10.0.0.2/token?x=REDACTED', PRIVATE],
    // Trust is in this host, and on this port if one is named.
    [HTTPS, 'https://10.0.0.2/token', 'https://10.0.0.2/token', PRIVATE, '10.0.0.3', '.0.0.2', '10.0.0.2:8443'],
    [
      HTTP,
      'http://auth.internal/',
      'http://auth.internal/',
      otherHttp('registry.example'),
      'internal',
      'x.auth.internal',
    ],
  ],
})

describeKind('redirect', 'follow the redirect to', {
  allowed: [
    [HTTPS, 'https://cdn.example/blob?sig=a%2Fb', 'https://cdn.example/blob?sig=a%2Fb'],
    [HTTPS, '//cdn.example/blob', 'https://cdn.example/blob'],
    [HTTPS, 'https://cdn.example:8443/blob', 'https://cdn.example:8443/blob'],
    [HTTPS, '/blob', 'https://registry.example/blob'],
    [HTTPS, '../blob', 'https://registry.example/v2/blob'],
    [HTTPS, '?other=1', 'https://registry.example/v2/a/?other=1'],
    [HTTPS, 'https://registry.example./blob', 'https://registry.example./blob'],
    [HTTPS, 'https://10.0.0.1/blob', 'https://10.0.0.1/blob'],
    [HTTPS, 'https://localhost/blob', 'https://localhost/blob'],
    [HTTPS, 'https://[::1]/blob', 'https://[::1]/blob'],
    [HTTPS, 'https://cdn.example/blob', 'https://cdn.example/blob', 'other.example'],
    [HTTP, 'http://cdn.example/blob', 'http://cdn.example/blob'],
    [HTTP, 'http://registry.example:81/blob', 'http://registry.example:81/blob'],
    [HTTP, 'http://10.0.0.1:9000/bucket', 'http://10.0.0.1:9000/bucket'],
    [HTTP, 'https://cdn.example/blob', 'https://cdn.example/blob'],
    [LOCAL, 'http://minio:9000/bucket', 'http://minio:9000/bucket'],
  ],
  refused: [
    ...NEVER,
    [HTTPS, 'http://cdn.example/blob', 'http://cdn.example/blob', DOWNGRADE],
    [HTTPS, 'http://minio:9000/?sig=secret', 'http://minio:9000/?sig=REDACTED', DOWNGRADE, 'minio', 'minio:9000'],
    [INTERNAL, 'http://10.0.0.1/blob', 'http://10.0.0.1/blob', DOWNGRADE],
  ],
})

describeKind('location', 'upload to', {
  allowed: [
    [HTTPS, 'https://registry.example/u/1', 'https://registry.example/u/1'],
    [HTTPS, 'https://registry.example:443/u/1', 'https://registry.example/u/1'],
    [HTTPS, '/u/1?_state=a%2Fb+c=', 'https://registry.example/u/1?_state=a%2Fb+c='],
    [HTTPS, 'u/1', 'https://registry.example/v2/a/u/1'],
    [HTTPS, '//registry.example/u/1', 'https://registry.example/u/1'],
    [HTTPS, 'https://Registry.EXAMPLE/u/1', 'https://registry.example/u/1'],
    [HTTP, 'http://registry.example/u/1', 'http://registry.example/u/1'],
    [HTTP, 'http://registry.example:80/u/1', 'http://registry.example/u/1'],
    [HTTP, 'https://registry.example/u/1', 'https://registry.example/u/1'],
    [HTTP, 'https://registry.example:5443/u/1', 'https://registry.example:5443/u/1'],
    [LOCAL, 'http://127.0.0.1:5000/u/1', 'http://127.0.0.1:5000/u/1'],
    [LOCAL, 'http://0x7f.1:5000/u/1', 'http://127.0.0.1:5000/u/1'],
    [LOCAL, 'https://localhost/u/1', 'https://localhost/u/1'],
    [HTTPS, 'https://uploads.example/u/1', 'https://uploads.example/u/1', 'uploads.example'],
    [HTTPS, 'https://uploads.example:8443/u/1', 'https://uploads.example:8443/u/1', 'uploads.example:8443'],
    [HTTPS, 'https://registry.example:8443/u/1', 'https://registry.example:8443/u/1', 'registry.example'],
    [HTTP, 'http://minio:9000/u/1', 'http://minio:9000/u/1', 'minio:9000'],
  ],
  refused: [
    ...NEVER,
    [HTTPS, 'https://uploads.example/u/1', 'https://uploads.example/u/1', uploadLeaves('https://registry.example')],
    [HTTPS, '//uploads.example/u/1', 'https://uploads.example/u/1', uploadLeaves('https://registry.example')],
    [HTTPS, '\\\\uploads.example\\u', 'https://uploads.example/u', uploadLeaves('https://registry.example')],
    [
      HTTPS,
      'https://registry.example:8443/u',
      'https://registry.example:8443/u',
      uploadLeaves('https://registry.example'),
    ],
    [HTTPS, 'https://registry.example./u/1', 'https://registry.example./u/1', uploadLeaves('https://registry.example')],
    [HTTPS, 'https://a.registry.example/u', 'https://a.registry.example/u', uploadLeaves('https://registry.example')],
    [
      HTTPS,
      'https://10.0.0.1/u/1?s=secret',
      'https://10.0.0.1/u/1?s=REDACTED',
      uploadLeaves('https://registry.example'),
    ],
    [HTTP, 'http://registry.example:81/u/1', 'http://registry.example:81/u/1', uploadLeaves('http://registry.example')],
    [HTTP, 'https://uploads.example/u/1', 'https://uploads.example/u/1', uploadLeaves('http://registry.example')],
    [LOCAL, 'http://localhost:5000/u/1', 'http://localhost:5000/u/1', uploadLeaves('http://127.0.0.1:5000')],
    [LOCAL, 'http://127.0.0.1/u/1', 'http://127.0.0.1/u/1', uploadLeaves('http://127.0.0.1:5000')],
    [
      HTTPS,
      'https://uploads.example/u',
      'https://uploads.example/u',
      uploadLeaves('https://registry.example'),
      'example',
    ],
    [
      HTTPS,
      'https://up.example:1/u',
      'https://up.example:1/u',
      uploadLeaves('https://registry.example'),
      'up.example:2',
    ],
  ],
})

describeKind('link', 'read the next page at', {
  allowed: [
    [HTTPS, '/v2/a/tags/list?last=b&n=1', 'https://registry.example/v2/a/tags/list?last=b&n=1'],
    [HTTPS, '?last=b', 'https://registry.example/v2/a/?last=b'],
    [HTTPS, 'https://registry.example/v2/a/tags/list', 'https://registry.example/v2/a/tags/list'],
    [HTTPS, 'https://registry.example:443/v2/', 'https://registry.example/v2/'],
    [HTTPS, '//registry.example/v2/', 'https://registry.example/v2/'],
    [HTTP, 'http://registry.example:80/v2/', 'http://registry.example/v2/'],
    [LOCAL, 'http://2130706433:5000/v2/', 'http://127.0.0.1:5000/v2/'],
  ],
  refused: [
    ...NEVER,
    [HTTPS, 'https://other.example/v2/', 'https://other.example/v2/', linkLeaves('https://registry.example')],
    [HTTPS, '//other.example/v2/', 'https://other.example/v2/', linkLeaves('https://registry.example')],
    [HTTPS, 'https://registry.example:8443/', 'https://registry.example:8443/', linkLeaves('https://registry.example')],
    [HTTPS, 'https://registry.example./', 'https://registry.example./', linkLeaves('https://registry.example')],
    [HTTPS, 'https://169.254.169.254/', 'https://169.254.169.254/', linkLeaves('https://registry.example')],
    [HTTP, 'https://registry.example/', 'https://registry.example/', linkLeaves('http://registry.example')],
    [LOCAL, 'http://localhost:5000/', 'http://localhost:5000/', linkLeaves('http://127.0.0.1:5000')],
    [
      HTTPS,
      'https://trusted.example/',
      'https://trusted.example/',
      linkLeaves('https://registry.example'),
      'trusted.example',
    ],
  ],
})

describe('checkUrl()', () => {
  it('judges a realm by the registry, wherever the challenge came from', () => {
    expect(() => check('realm', 'http://cdn.example/', 'http://cdn.example/token', [], HTTPS)).toThrow(UnsafeUrlError)
  })

  it('judges a redirect by the host that redirects: what has once been https stays so', () => {
    expect(() => check('redirect', 'https://cdn.example/', 'http://cdn.example/', [], HTTP)).toThrow(UnsafeUrlError)
  })
})

describe('isLoopback()', () => {
  it.each(['localhost', 'LOCALHOST', 'localhost.', 'a.b.localhost', '127.0.0.1', '127.255.255.254', '[::1]'])(
    'is true of %s',
    (hostname) => {
      expect(isLoopback(hostname)).toBe(true)
    },
  )

  it.each(['', 'localhost.example', 'notlocalhost', '127.evil.example', '128.0.0.1', '0.0.0.0', '[::2]', '10.0.0.1'])(
    'is false of %j',
    (hostname) => {
      expect(isLoopback(hostname)).toBe(false)
    },
  )
})
