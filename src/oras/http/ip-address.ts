/** IP addresses and ranges of them as numbers, read as strictly as Go reads them: no leading zeros, no zones, no brackets. */

/** Reads an address; an IPv4 one becomes the IPv6 address that it is mapped to. */
export function parseIp(text: string): bigint | undefined {
  const parts = text.includes(':') ? parseIpv6(text) : mapIpv4(text)
  return parts?.reduce((address, part) => (address << 16n) | BigInt(part), 0n)
}

/** Reads a range, `10.0.0.0/8` or `fd00::/8`; tells of an address whether it is in it. */
export function parseIpRange(text: string): ((ip: bigint) => boolean) | undefined {
  const [, address = '', digits = ''] = /^([^/]*)\/(\d+)$/.exec(text) ?? []
  const network = parseIp(address)
  if (network === undefined) return undefined
  const isShort = !address.includes(':')
  const bits = Number(digits)
  if (bits > (isShort ? 32 : 128)) return undefined
  const prefix = isShort ? bits + 96 : bits
  const rest = BigInt(128 - prefix)
  // A range of IPv6 that has all of IPv4 in it, such as ::/0, does not mean IPv4.
  return (ip) => ip >> rest === network >> rest && (prefix >= 96 || !isIpv4(ip))
}

/** Tells whether an address is an IPv4 one, or an IPv6 one that stands for it. */
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

/** Reads the two groups of four bytes. */
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
