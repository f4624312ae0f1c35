/** The user name and the password in the URL of a proxy. */
import { formatBasic } from '../basic-login.js'

/** Formats the value of the header Proxy-Authorization. */
export function proxyLogin({ username, password }: URL): string {
  return formatBasic({ username: decode(username), password: decode(password) })
}

/** Lists what must not be shown: the password, as written and decoded, and the value of the header. */
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
