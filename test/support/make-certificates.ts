/** Makes CAs and certificates with openssl, as a company with its own CA does. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A certificate and its key: as PEM, and their paths. */
export interface MadeCertificate {
  readonly cert: string
  readonly key: string
  readonly certPath: string
  readonly keyPath: string
}

export interface Certificates {
  /** Signed `server` and `client`. */
  readonly ca: MadeCertificate
  /** A CA that signed `stranger` and nothing else. */
  readonly otherCa: MadeCertificate
  /** For localhost, *.localhost, 127.0.0.1 and registry.example. */
  readonly server: MadeCertificate
  /** For other.example alone. */
  readonly elsewhere: MadeCertificate
  readonly client: MadeCertificate
  /** The key of `client`, encrypted with the passphrase `s3cret`. */
  readonly encryptedKey: string
  readonly stranger: MadeCertificate
  /** Signs one more certificate of a server, for names such as `DNS:a.example,IP:10.0.0.1`. */
  issue(names: string): Promise<MadeCertificate>
  readonly folder: string
  /** Removes the files. */
  close(): Promise<void>
}

const run = promisify(execFile)

/** Says why no certificate can be made on this machine; `undefined` if one can. */
export function opensslMissing(): string | undefined {
  return spawnSync('openssl', ['version']).error && 'openssl is not installed (Debian: apt-get install openssl)'
}

/** @param moreNames More names of the server, written as in `subjectAltName`. */
export async function makeCertificates(moreNames: readonly string[] = []): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), 'oras-helm-certificates-'))
  const make = async (name: string, extension: string, issuer?: MadeCertificate): Promise<MadeCertificate> => {
    const certPath = join(folder, `${name}.crt`)
    const keyPath = join(folder, `${name}.key`)
    const config = join(folder, `${name}.cnf`)
    await writeFile(
      config,
      `[req]\ndistinguished_name=dn\nx509_extensions=v3\nprompt=no\n[dn]\nCN=${name}\n[v3]\n${extension}\n`,
    )
    const signing = issuer ? ['-CA', issuer.certPath, '-CAkey', issuer.keyPath] : []
    const what = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2'.split(' ')
    await run('openssl', [...what, '-config', config, '-keyout', keyPath, '-out', certPath, ...signing])
    const [cert, key] = await Promise.all([readFile(certPath, 'utf8'), readFile(keyPath, 'utf8')])
    return { cert, key, certPath, keyPath }
  }
  const isCa = 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash'
  const isLeaf = 'basicConstraints=CA:FALSE\nauthorityKeyIdentifier=keyid\nextendedKeyUsage='

  const ca = await make('test-ca', isCa)
  const otherCa = await make('other-ca', isCa)
  const usual = 'subjectAltName=DNS:localhost,DNS:*.localhost,DNS:registry.example,IP:127.0.0.1'
  const names = [usual, ...moreNames].join(',')
  let issued = 0
  const client = await make('client', `${isLeaf}clientAuth`, ca)
  const { stdout: encryptedKey } = await run('openssl', [
    'pkey',
    '-in',
    client.keyPath,
    '-aes256',
    '-passout',
    'pass:s3cret',
  ])
  return {
    ca,
    otherCa,
    server: await make('server', `${isLeaf}serverAuth\n${names}`, ca),
    elsewhere: await make('elsewhere', `${isLeaf}serverAuth\nsubjectAltName=DNS:other.example`, ca),
    client,
    encryptedKey,
    stranger: await make('stranger', `${isLeaf}clientAuth`, otherCa),
    issue: (alternatives) => make(`server-${++issued}`, `${isLeaf}serverAuth\nsubjectAltName=${alternatives}`, ca),
    folder,
    close: () => rm(folder, { recursive: true, force: true }),
  }
}
