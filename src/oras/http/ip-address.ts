/** IP addresses and ranges as numbers, parsed as strictly as in Go: no leading zeros, no zones, no brackets. */

/** Parses an address; an IPv4 address becomes its IPv4-mapped IPv6 address. */
export function parseIp(text: string): bigint | undefined {
  const parts = text.includes(':') ? parseIpv6(text) : mapIpv4(text)
  return parts?.reduce((address, part) => (address << 16n) | BigInt(part), 0n)
}

/** Parses a range, `10.0.0.0/8` or `fd00::/8`, into a function that tells whether an address is in it. */
export function parseIpRange(text: string): ((ip: bigint) => boolean) | undefined {
  const [, address = '', digits = ''] = /^([^/]*)\/(\d+)$/.exec(text) ?? []
  const network = parseIp(address)
  if (network === undefined) return undefined
  const isShort = !address.includes(':')
  const bits = Number(digits)
  if (bits > (isShort ? 32 : 128)) return undefined
  const prefix = isShort ? bits + 96 : bits
  const rest = BigInt(128 - prefix)
  // An IPv6 range that includes the mapped IPv4 addresses, such as ::/0, is not meant for IPv4.
  return (ip) => ip >> rest === network >> rest && (prefix >= 96 || !isIpv4(ip))
}

/** Tells whether an address is IPv4, or IPv4-mapped IPv6. */
function isIpv4(address: bigint): boolean {
  return address >> 32n === 0xffffn
}

/** Tells whether an address is this machine: `127.0.0.0/8` or `::1`. */
export function isLoopbackIp(address: bigint): boolean {
  return address === 1n || (isIpv4(address) && (address & 0xff000000n) === 0x7f000000n)
}

function mapIpv4(text: string): readonly number[] | undefined {
  const parts = parseIpv4(text)
  return parts && [0, 0, 0, 0, 0, 0xffff, ...parts]
}

/** Parses four bytes into two groups of 16 bits. */
function parseIpv4(text: string): readonly number[] | undefined {
  const match = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/.exec(text)
  if (!match) return undefined
  const [a = 0, b = 0, c = 0, d = 0] = match.slice(1).map(Number)
  return Math.max(a, b, c, d) > 255 ? undefined : [a * 256 + b, c * 256 + d]
}

function parseIpv6(text: string): readonly number[] | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head = '', tail] = halves
  const before = parseGroups(head, tail === undefined)
  const after = tail === undefined ? [] : parseGroups(tail, true)
  if (!before || !after) return undefined
  const missing = 8 - before.length - after.length
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  return [...before, ...Array<number>(missing).fill(0), ...after]
}

function parseGroups(text: string, isEnd: boolean): readonly number[] | undefined {
  if (text === '') return []
  const groups = text.split(':')
  const last = groups.at(-1) ?? ''
  const embedded = isEnd && last.includes('.') ? parseIpv4(last) : []
  if (!embedded) return undefined
  const plain = embedded.length > 0 ? groups.slice(0, -1) : groups
  if (!plain.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined
  return [...plain.map((group) => Number.parseInt(group, 16)), ...embedded]
}
