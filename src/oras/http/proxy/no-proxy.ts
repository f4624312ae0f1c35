/** Parses a list of hosts such as NO_PROXY, with the same meaning as in Go programs. */
import { parseIp, parseIpRange } from '../ip-address.js'

interface Target {
  readonly host: string
  readonly port: string
  readonly ip: bigint | undefined
}

type Entry = (target: Target) => boolean

/**
 * Parses a list of hosts between commas, and returns a function that tells whether a URL is on it. An entry is
 * `example.com` (with its subdomains), `.example.com` or `*.example.com` (the subdomains alone), an IP address, each of
 * them also with `:port`, a range such as `10.0.0.0/8`, or `*` for all. Any other entry matches no host, as in
 * golang.org/x/net/http/httpproxy.
 */
export function parseNoProxy(list: string): (url: URL) => boolean {
  const texts = new Set(list.split(',').map((text) => text.trim().toLowerCase()))
  if (texts.has('*')) return () => true
  const names = new Set<string>()
  const entries: Entry[] = []
  for (const text of texts) {
    // Most entries are names, and a list may have thousands: names are looked up in a set, the others are tried one by one.
    const name = PLAIN.test(text) ? text : undefined
    const entry = name === undefined ? parseEntry(text) : undefined
    if (name !== undefined) names.add(name.startsWith('*.') ? name.slice(1) : name)
    if (entry) entries.push(entry)
  }
  return (url) => {
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
    const target = { host, port, ip: parseIp(host) }
    return (target.ip === undefined && isNamed(host, names)) || entries.some((entry) => entry(target))
  }
}

/** A host name in ASCII; a letter from g to z makes sure that it is not an IP address. */
const PLAIN = /^(?:\*\.)?[a-z\d.-]*[g-z][a-z\d.-]*$/

/** Tells whether a host or a parent domain is among the names; a name that begins with a dot matches subdomains alone. */
function isNamed(host: string, names: ReadonlySet<string>): boolean {
  if (names.has(host)) return true
  for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
    if (names.has(host.slice(dot)) || names.has(host.slice(dot + 1))) return true
  }
  return false
}

const HOST_AND_PORT = /^(?:\[([^\][]*)\]|([^:\][]*)):([^:\][]*)$/

function parseEntry(text: string): Entry | undefined {
  const range = text.includes('/') ? parseIpRange(text) : undefined
  if (range) return ({ ip }) => ip !== undefined && range(ip)

  const [, address, name, wanted = ''] = (text.includes(':') ? HOST_AND_PORT.exec(text) : null) ?? []
  const host = address ?? name ?? text
  if (host === '') return undefined
  const isPort = ({ port }: Target): boolean => wanted === '' || wanted === port
  const ip = parseIp(host)
  if (ip !== undefined) return (target) => target.ip === ip && isPort(target)

  const domain = toAscii(host.startsWith('*.') ? host.slice(1) : host)
  const isItself = ({ host: asked }: Target): boolean => asked === domain
  const isBelow = ({ host: asked }: Target): boolean => asked.endsWith(domain.startsWith('.') ? domain : `.${domain}`)
  return (target) => target.ip === undefined && (isItself(target) || isBelow(target)) && isPort(target)
}

/** Converts an international domain name to ASCII, as URLs do; any other text is returned as it is. */
function toAscii(name: string): string {
  // Characters that cannot be in a host name could end the host in the URL, and make it another host.
  if (!/[^\0-\x7f]/.test(name) || /[^a-z0-9.\x80-\u{10ffff}-]/u.test(name)) return name
  const url = `http://${name}`
  return URL.canParse(url) ? new URL(url).hostname : name
}
