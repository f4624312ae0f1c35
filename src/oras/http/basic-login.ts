/** The scheme Basic of the Authorization header: user name and password, in UTF-8 (RFC 7617). */

interface Login {
  readonly username: string
  readonly password: string
}

/** Formats the value of the header. */
export function formatBasic({ username, password }: Login): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

/** Parses the value of a header; `undefined` if its scheme is not Basic. */
export function parseBasic(header: string): Login | undefined {
  const [scheme, coded = ''] = header.split(' ')
  if (scheme !== 'Basic') return undefined
  const text = Buffer.from(coded, 'base64').toString()
  const colon = text.indexOf(':')
  return { username: text.slice(0, Math.max(0, colon)), password: text.slice(colon + 1) }
}
