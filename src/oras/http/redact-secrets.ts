/** Text that a server wrote, without the secrets that it was sent: servers that are being debugged echo what they got. */

/** What was sent and must not be shown. */
export interface SentSecrets {
  /** The Authorization header. */
  readonly authorization?: string | undefined
  readonly secrets?: readonly string[] | undefined
}

/** Replaces the secrets, and the password that is coded in a Basic login, by `REDACTED`. */
export function redactSecrets(text: string, { authorization, secrets = [] }: SentSecrets): string {
  const [scheme = '', secret = ''] = authorization?.split(' ') ?? []
  const login = scheme === 'Basic' ? Buffer.from(secret, 'base64').toString() : ''
  const password = login.slice(login.indexOf(':') + 1)
  return [secret, password, ...secrets].reduce(
    (redacted, each) => (each === '' ? redacted : redacted.replaceAll(each, 'REDACTED')),
    text,
  )
}
