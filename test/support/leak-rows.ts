/** Every way in which a registry may try to have a secret sent to another host, one row each. */

/** The ports of the servers; all host names lead to this machine. */
export interface LeakPorts {
  /** Of the registry, by https, and by http for the rows that say so. */
  readonly registry: number
  /** Of the server that must get no secret, by https and by http. */
  readonly secure: number
  readonly plain: number
}

/** The login that the registry demands: the secret that could leak. */
export type LeakSecret = 'password' | 'token' | 'identity token' | 'client certificate'

export interface LeakRow {
  readonly title: string
  /** Where the URL stands; `token`: in a redirect of the token server. */
  readonly kind: 'realm' | 'token' | 'redirect' | 'location' | 'link'
  readonly secret: LeakSecret
  /** The URL that the registry names. */
  readonly url: (ports: LeakPorts) => string
  /** The status of a redirect; 307 by default. */
  readonly status?: number
  /** What is read, if not a blob. */
  readonly reads?: 'manifest' | 'tags' | 'head'
  /** What the other side answers. */
  readonly answers?:
    | 'a Bearer challenge'
    | 'a Basic challenge'
    | 'a challenge with the realm of the registry'
    | 'a redirect back and forth'
  readonly trustedHosts?: readonly string[]
  /** Whether the registry speaks http, which may lead to http. */
  readonly isPlain?: boolean
}

type Trick = readonly [title: string, url: (ports: LeakPorts) => string]

const HTTPS_TRICKS: readonly Trick[] = [
  ['another host', ({ secure }) => `https://evil.example:${secure}/x`],
  ['another port of the registry', ({ secure }) => `https://registry.example:${secure}/x`],
  ['a sub-domain of the registry', ({ secure }) => `https://cdn.registry.example:${secure}/x`],
  ['a name that ends like the registry', ({ secure }) => `https://evilregistry.example:${secure}/x`],
  ['a name that begins like the registry', ({ secure }) => `https://registry.example.evil.example:${secure}/x`],
  ['the registry with a dot at its end', ({ secure }) => `https://registry.example.:${secure}/x`],
  [
    'the registry as the user',
    ({ registry, secure }) => `https://registry.example:${registry}@evil.example:${secure}/x`,
  ],
  ['a URL without a scheme', ({ secure }) => `//evil.example:${secure}/x`],
  ['backslashes', ({ secure }) => `https:\\\\evil.example:${secure}\\x`],
  ['a path that is a host', ({ secure }) => `/\\evil.example:${secure}/x`],
  ['capitals', ({ secure }) => `HTTPS://EVIL.EXAMPLE:${secure}/x`],
  ['an escaped name', ({ secure }) => `https://%65vil.example:${secure}/x`],
  ['this machine', ({ secure }) => `https://localhost:${secure}/x`],
]

const HTTP_TRICKS: readonly [Trick, Trick] = [
  ['plain http on another host', ({ plain }) => `http://evil.example:${plain}/x`],
  ['plain http on the registry', ({ plain }) => `http://registry.example:${plain}/x`],
]

// A realm may be on any https host, but not on a private one.
const REALM_TRICKS: readonly Trick[] = [
  ...HTTP_TRICKS,
  [
    'the registry as the user',
    ({ registry, secure }) => `https://registry.example:${registry}@evil.example:${secure}/x`,
  ],
  ['a user of its own', ({ secure }) => `https://user:password@evil.example:${secure}/x`],
  ['localhost', ({ secure }) => `https://localhost:${secure}/x`],
  ['localhost with a dot at its end', ({ secure }) => `https://localhost.:${secure}/x`],
  ['a sub-domain of localhost', ({ secure }) => `https://a.localhost:${secure}/x`],
  ['127.0.0.1', ({ secure }) => `https://127.0.0.1:${secure}/x`],
  ['127.0.0.1 without a scheme', ({ secure }) => `//127.0.0.1:${secure}/x`],
  ['127.0.0.1 in short', ({ secure }) => `https://127.1:${secure}/x`],
  ['127.0.0.1 as one number', ({ secure }) => `https://2130706433:${secure}/x`],
  ['127.0.0.1 in hexadecimal digits', ({ secure }) => `https://0x7f.0.0.1:${secure}/x`],
  ['127.0.0.1 in octal digits', ({ secure }) => `https://0177.0.0.1:${secure}/x`],
  ['127.0.0.1 in wide digits', ({ secure }) => `https://%EF%BC%91%EF%BC%92%EF%BC%97.0.0.1:${secure}/x`],
  ['0.0.0.0', ({ secure }) => `https://0.0.0.0:${secure}/x`],
  ['::1', ({ secure }) => `https://[::1]:${secure}/x`],
  ['::1 written out', ({ secure }) => `https://[0:0:0:0:0:0:0:1]:${secure}/x`],
  ['127.0.0.1 as IPv6', ({ secure }) => `https://[::ffff:127.0.0.1]:${secure}/x`],
  ['127.0.0.1 as IPv6 in hexadecimal digits', ({ secure }) => `https://[::ffff:7f00:1]:${secure}/x`],
]

const [ELSEWHERE] = HTTPS_TRICKS as readonly [Trick]

function rows(
  kind: LeakRow['kind'],
  secrets: readonly LeakSecret[],
  tricks: readonly Trick[],
  more: Partial<LeakRow> = {},
): readonly LeakRow[] {
  return secrets.flatMap((secret) =>
    tricks.map(([title, url]) => ({ title: `${title}, ${secret}`, kind, secret, url, ...more })),
  )
}

/** Redirects of other kinds, and what comes after one. */
const MORE_REDIRECTS: readonly LeakRow[] = [
  ...[301, 302, 303, 308].flatMap((status) =>
    rows('redirect', ['token'], [[`status ${status}`, ELSEWHERE[1]]], { status }),
  ),
  ...(['manifest', 'tags', 'head'] as const).flatMap((reads) =>
    rows('redirect', ['password', 'token'], [[`a look at ${reads}`, ELSEWHERE[1]]], { reads }),
  ),
  ...(['a Bearer challenge', 'a Basic challenge', 'a redirect back and forth'] as const).flatMap((answers) =>
    rows('redirect', ['password', 'token'], [[`${answers} there`, ELSEWHERE[1]]], { answers }),
  ),
  ...rows(
    'redirect',
    ['password', 'token', 'client certificate'],
    [['a challenge with the realm of the registry there', ELSEWHERE[1]]],
    { answers: 'a challenge with the realm of the registry' },
  ),
  ...rows('redirect', ['password', 'token'], [['a trusted host', ELSEWHERE[1]]], { trustedHosts: ['evil.example'] }),
]

const FROM_PLAIN: readonly LeakRow[] = [
  ...rows('realm', ['password', 'identity token'], [['from http, plain http on another host', HTTP_TRICKS[0][1]]]),
  ...rows('realm', ['password'], [['from http, this machine', ({ plain }) => `http://127.0.0.1:${plain}/x`]]),
  ...(['redirect', 'location', 'link'] as const).flatMap((kind) =>
    rows(
      kind,
      ['password', 'token'],
      [...HTTP_TRICKS, ELSEWHERE].map(([title, url]) => [`from http, ${title}`, url]),
    ),
  ),
].map((row) => ({ ...row, isPlain: true }))

export const leakRows: readonly LeakRow[] = [
  ...rows('realm', ['password', 'identity token'], REALM_TRICKS),
  ...rows('token', ['password', 'identity token'], [...HTTPS_TRICKS, ...HTTP_TRICKS]),
  ...rows('token', ['password', 'identity token'], [['a trusted host', ELSEWHERE[1]]], {
    trustedHosts: ['evil.example'],
  }),
  ...[301, 302, 303, 308].flatMap((status) =>
    rows('token', ['password'], [[`status ${status}`, ELSEWHERE[1]]], { status }),
  ),
  ...rows('redirect', ['password', 'token'], [...HTTPS_TRICKS, ...HTTP_TRICKS]),
  ...rows('redirect', ['client certificate'], HTTPS_TRICKS),
  ...MORE_REDIRECTS,
  ...FROM_PLAIN,
  ...rows('location', ['password', 'token'], [...HTTPS_TRICKS, ...HTTP_TRICKS]),
  ...rows('location', ['client certificate'], HTTPS_TRICKS),
  ...rows('location', ['password', 'token', 'client certificate'], [['a trusted host', ELSEWHERE[1]]], {
    trustedHosts: ['evil.example'],
  }),
  ...rows('link', ['password', 'token'], [...HTTPS_TRICKS, ...HTTP_TRICKS]),
  ...rows('link', ['client certificate'], HTTPS_TRICKS),
]

/** What a registry may write into `urls` of a descriptor. */
export const urlTricks: readonly Trick[] = [...HTTPS_TRICKS, ...HTTP_TRICKS]
