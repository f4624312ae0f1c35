/** The login that stands in the URL of a proxy. */
import { formatBasic } from '../basic-login.js'

/** Writes the header by which it is sent. */
export function proxyLogin({ username, password }: URL): string {
  return formatBasic({ username: decode(username), password: decode(password) })
}

/** What of it nobody may see: the password as it was written and as it is meant, and the value of the header. */
export function proxySecrets(proxy: URL): readonly string[] {
  const { username, password } = proxy
  if (username === '' && password === '') return []
  return [password, decode(password), proxyLogin(proxy).replace('Basic ', '')]
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
