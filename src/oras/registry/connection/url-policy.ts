/** Where a URL that a registry chose may lead: one function for every kind, because each kind is attacked. */
import { UnsafeUrlError } from '../../errors/oci-error.js'
import { parseIp, parseIpRange } from '../../http/ip-address.js'
import { redactUrl } from '../../http/redact.js'

/** Which header or answer the URL came from. */
export type UrlKind = 'realm' | 'redirect' | 'location' | 'link'

/** What the policy has to know beside the URL. */
export interface UrlPolicy {
  /** The registry that was named by the user. */
  readonly registry: URL
  /** Hosts, `host` or `host:port`, that may be the realm or the upload Location although the host rules say no. */
  readonly trustedHosts: readonly string[]
}

const ATTEMPT: Readonly<Record<UrlKind, string>> = {
  realm: 'ask for a token at',
  redirect: 'follow the redirect to',
  location: 'upload to',
  link: 'read the next page at',
}

/**
 * Resolves and judges a URL that a registry chose.
 *
 * - `realm`: the registry's own host on any port, http only if the registry is http; or any https host that is no
 *   private, loopback or link-local address. Host names are not resolved to judge them.
 * - `redirect` of a download: any https host; http only from http.
 * - `location` of an upload: the same origin, or from http to https on the same host.
 * - `link` to the next page: the same origin.
 *
 * @param from The URL whose answer held `raw`; relative ones are resolved against it.
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
  if (kind === 'link') return url.origin === from.origin ? url : refuse(`it leaves ${from.origin}`, shown)
  if (isTrusted(url, policy.trustedHosts)) return url

  if (kind === 'location') {
    if (url.origin === from.origin) return url
    // Behind a proxy that ends TLS, a registry that was asked by http may know itself only by https.
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

/** Tells whether a request goes to the registry itself: only there go its login, and what was made for it alone. */
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

/** Tells whether a host name, as a `URL` spells it, is this machine. */
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
  // To many, and to nobody.
  '224.0.0.0/3',
  // IPv4 addresses inside IPv6 ones: mapped ones are checked as IPv4; compatible, translated and 6to4 ones never lead to
  // a token server.
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

// The URL parser has already brought 0x7f.1, 2130706433 and [0:0::1] into their one canonical form.
function isPrivateAddress(hostname: string): boolean {
  const ip = parseIp(hostname.replace(/^\[|\]$/g, ''))
  return ip !== undefined && PRIVATE.some((range) => parseIpRange(range)?.(ip))
}
