/** Which hosts a list such as NO_PROXY names, with the meaning that it has to Go programs. */
import { parseIp, parseIpRange } from '../ip-address.js'

interface Target {
  readonly host: string
  readonly port: string
  readonly ip: bigint | undefined
}

type Entry = (target: Target) => boolean

/**
 * Reads a list of hosts between commas: `example.com` with its subdomains, `.example.com` or `*.example.com` for the
 * subdomains alone, an IP address, each of them also with `:port`, a range such as `10.0.0.0/8`, or `*` for all. What
 * is none of these names nobody, as in golang.org/x/net/http/httpproxy.
 */
export function createNoProxy(list: string): (url: URL) => boolean {
  const texts = new Set(list.split(',').map((text) => text.trim().toLowerCase()))
  if (texts.has('*')) return () => true
  const names = new Set<string>()
  const entries: Entry[] = []
  for (const text of texts) {
    // Most entries are names, and a list may have thousands: these are looked up, the others tried one by one.
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

/** A name in ASCII with a letter that no address has. */
const PLAIN = /^(?:\*\.)?[a-z\d.-]*[g-z][a-z\d.-]*$/

/** Whether a host, or what it is below, is among the names; those that begin with a dot name what is below alone. */
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

/** Writes an international name as URLs have it; what is none stays as it is. */
function toAscii(name: string): string {
  // What is not ASCII and no part of a name could end the host, and make another one of it.
  if (!/[^\0-\x7f]/.test(name) || /[^a-z0-9.\x80-\u{10ffff}-]/u.test(name)) return name
  const url = `http://${name}`
  return URL.canParse(url) ? new URL(url).hostname : name
}
