/** A key that Helm can sign with, made by GnuPG. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface Keyring {
  /** For `helm package --sign --key`. */
  readonly key: string
  /** The path of the secret key, without a password. */
  readonly secret: string
  /** The path of the public key. */
  readonly public: string
  readonly close: () => Promise<void>
}

/** Says why there can be no key on this machine; `undefined` if there can. */
export function gnupgMissing(): string | undefined {
  const { error } = spawnSync('gpg', ['--version'])
  return error && 'gpg is not installed (Debian: apt-get install gnupg)'
}

/** Makes a key in a folder of its own, in files of the kind that Helm reads. */
export async function makeKeyring(): Promise<Keyring> {
  const folder = await mkdtemp(join(tmpdir(), 'oras-helm-key-'))
  const env = { PATH: process.env['PATH'], HOME: folder, GNUPGHOME: folder }
  const gpg = async (...args: readonly string[]): Promise<Buffer> => {
    const flags = ['--batch', '--pinentry-mode', 'loopback', '--passphrase', '', ...args]
    return (await run('gpg', flags, { env, encoding: 'buffer' })).stdout
  }
  const close = async (): Promise<void> => {
    await run('gpgconf', ['--kill', 'all'], { env })
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const key = 'Test Signer <signer@example.com>'
    await gpg('--quick-generate-key', key, 'rsa2048', 'sign', 'never')
    const keyring = { key, secret: join(folder, 'secret.gpg'), public: join(folder, 'public.gpg'), close }
    await writeFile(keyring.secret, await gpg('--export-secret-keys'))
    await writeFile(keyring.public, await gpg('--export'))
    return keyring
  } catch (error) {
    await close()
    throw error
  }
}
