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
  const texts = list.split(',').map((text) => text.trim().toLowerCase())
  if (texts.includes('*')) return () => true
  const entries = texts.map(parseEntry).filter((entry) => entry !== undefined)
  return (url) => {
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
    const target = { host, port, ip: parseIp(host) }
    return entries.some((entry) => entry(target))
  }
}

function parseEntry(text: string): Entry | undefined {
  const range = parseIpRange(text)
  if (range) return ({ ip }) => ip !== undefined && range(ip)

  const [, address, name, wanted = ''] = /^(?:\[([^\][]*)\]|([^:\][]*)):([^:\][]*)$/.exec(text) ?? []
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
