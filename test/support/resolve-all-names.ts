/** Lets every host name lead to this machine, for tests whose hosts must have names of their own. */
import dns from 'node:dns'
import { vi } from 'vitest'

type Found = (error: null, found: unknown, family?: number) => void

/** Works until the mocks of the file are restored. */
export function resolveAllNames(): void {
  const lookup = (_name: string, ...rest: readonly unknown[]): void => {
    const [options, callback] = rest.length === 1 ? [{}, rest[0]] : rest
    const found = callback as Found
    if ((options as { readonly all?: boolean }).all) found(null, [{ address: '127.0.0.1', family: 4 }])
    else found(null, '127.0.0.1', 4)
  }
  vi.spyOn(dns, 'lookup').mockImplementation(lookup as unknown as typeof dns.lookup)
}
