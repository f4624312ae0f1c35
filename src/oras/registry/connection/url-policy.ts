/** The URL policy: decides whether a URL that a registry chose may be followed. */
import { UnsafeUrlError } from '../../errors/oci-error.js'
import { parseIp, parseIpRange } from '../../http/ip-address.js'
import { redactUrl } from '../../http/redact.js'

/**
 * Where the URL came from: the realm of a challenge, or the header of a redirect, of a token server's redirect, of an
 * upload or of a page of tags.
 */
export type UrlKind = 'realm' | 'redirect' | 'token' | 'location' | 'link'

/** The registry, and exceptions from the rules. */
export interface UrlPolicy {
  /** The origin of the registry that the user named. */
  readonly registry: URL
  /** Hosts, `host` or `host:port`, that are allowed as realm or upload Location, against the rules for hosts. */
  readonly trustedHosts: readonly string[]
  /**
   * The registry that redirected to this host. It is no realm for this host: the client certificate would get a token
   * there, and the token would go to this host.
   */
  readonly redirectedBy?: URL
}

const ATTEMPT: Readonly<Record<UrlKind, string>> = {
  realm: 'ask for a token at',
  redirect: 'follow the redirect to',
  token: 'follow the redirect of the token server to',
  location: 'upload to',
  link: 'read the next page at',
}

/**
 * Resolves and checks a URL that a registry chose. Allowed are:
 *
 * - `realm`: the registry's own host on any port, http only if the registry is http; or any https host that is not a
 *   private, loopback or link-local address. Host names are not looked up in DNS for this.
 * - `redirect` of a download: any https host; http only from http.
 * - `token`, the redirect of a token server: the same origin.
 * - `location` of an upload: the same origin, or from http to https on the same host.
 * - `link` to the next page: the same origin.
 *
 * @param from The URL of the request whose response holds `raw`; a relative URL is resolved against it.
 * @throws {UnsafeUrlError} if the URL may not be followed.
 */
export function checkUrl(kind: UrlKind, raw: string, from: URL, policy: UrlPolicy): URL {
  const refuse = (reason: string, shown: string, hint = HOSTILE): never => {
    throw new UnsafeUrlError(`Cannot ${ATTEMPT[kind]} ${shown}: ${reason}`, { url: shown, hint })
  }
  if (!URL.canParse(raw, from.href)) return refuse('it is not a URL', 'an address that the registry gave')
  const url = new URL(raw, from)
  const shown = redactUrl(url)
  const { registry } = policy

  if (url.protocol !== 'https:' && url.protocol !== 'http:') return refuse('it is neither http nor https', shown)
  if (url.username !== '' || url.password !== '') return refuse('it holds a user or a password', shown)
  const isDowngrade = url.protocol === 'http:' && from.protocol === 'https:'
  if (isDowngrade) return refuse('it leads from https to http', shown)
  if (kind === 'redirect') return url
  if (kind === 'link' || kind === 'token')
    return url.origin === from.origin ? url : refuse(`it leaves ${from.origin}`, shown)
  if (policy.redirectedBy && isRegistry(url, policy.redirectedBy)) {
    return refuse('a host of a redirect gets no token of the registry', shown)
  }
  if (isTrusted(url, policy.trustedHosts)) return url

  if (kind === 'location') {
    if (url.origin === from.origin) return url
    // Behind a proxy that terminates TLS, a registry that is reached by http may call itself https.
    if (url.protocol === 'https:' && from.protocol === 'http:' && isSameHost(url, from)) return url
    return refuse(`it leaves ${from.origin}`, shown, TRUST_UPLOAD)
  }
  if (isSameHost(url, registry)) return url
  if (url.protocol === 'http:') {
    return refuse(`it is plain http on another host than ${registry.host}`, shown, TRUST_REALM)
  }
  if (isLoopback(url.hostname) || isPrivateAddress(url.hostname)) {
    return refuse('it is a private address', shown, TRUST_REALM)
  }
  return url
}

/** Tells whether a URL is at the registry's own origin: only there are credentials and the client certificate sent. */
export function isRegistry(url: URL, registry: URL): boolean {
  return url.origin === registry.origin
}

const TRUST_REALM = 'If this token server really belongs to the registry, name its host in trustedHosts.'
const TRUST_UPLOAD = 'If the registry really takes its uploads there, name that host in trustedHosts.'
const HOSTILE = 'No option allows this address, which the registry gave: report it to an administrator of the registry.'

function isTrusted(url: URL, trustedHosts: readonly string[]): boolean {
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
  const names = [url.hostname, url.host, `${url.hostname}:${port}`]
  return trustedHosts.some((host) => names.includes(host.toLowerCase()))
}

/** Tells whether a host name, as a `URL` has it, is this machine. */
export function isLoopback(hostname: string): boolean {
  const name = hostname.replace(/\.$/, '').toLowerCase()
  return name === 'localhost' || name.endsWith('.localhost') || name === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(name)
}

function isSameHost(a: URL, b: URL): boolean {
  return a.hostname === b.hostname || (isLoopback(a.hostname) && isLoopback(b.hostname))
}

const PRIVATE = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  // Multicast, reserved and broadcast addresses.
  '224.0.0.0/3',
  // IPv6 addresses that hold IPv4 ones: compatible, translated, NAT64, Teredo and 6to4 addresses; no token server has one.
  // IPv4-mapped addresses are checked as IPv4.
  '::/96',
  '::ffff:0:0:0/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
]

// The URL parser has already normalised forms such as 0x7f.1, 2130706433 and [0:0::1].
function isPrivateAddress(hostname: string): boolean {
  const ip = parseIp(hostname.replace(/^\[|\]$/g, ''))
  return ip !== undefined && PRIVATE.some((range) => parseIpRange(range)?.(ip))
}
