/** Starts squid, the forward proxy of many companies, where it is installed. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findFreePort, listens } from './start-distribution.js'

export interface Squid {
  /** `127.0.0.1` and a free port. */
  readonly host: string
  /** The only user who may use it. */
  readonly user: { readonly username: string; readonly password: string }
  /** Method and target of each request that it has let through or refused, with the status that it gave. */
  requests(): Promise<readonly SquidRequest[]>
  close(): Promise<void>
}

interface SquidRequest {
  readonly status: number
  readonly method: string
  /** A whole URL, or `host:port` after CONNECT. */
  readonly target: string
  /** `-` for a client without a login. */
  readonly user: string
}

const SQUID = '/usr/sbin/squid'
const PASSWORDS = '/usr/lib/squid/basic_ncsa_auth'

// As `htpasswd -nm` writes it.
const USER = { username: 'testuser', password: 'p@ss/w:rd' }
const HTPASSWD = 'testuser:$apr1$testsalt$sJsO.OBFkl5v6kQ.HAnPe/\n'

/** Says why there is no squid on this machine; `undefined` if there is one. */
export function squidMissing(): string | undefined {
  const isThere = existsSync(SQUID) && existsSync(PASSWORDS)
  return isThere ? undefined : 'squid is not installed (Debian: apt-get install squid)'
}

/** A port that was free may be taken by another program before squid takes it. */
const TRIES = 5

/** Starts squid on a free port; `registry.example` leads to this machine, and everything needs a password. */
export async function startSquid(): Promise<Squid> {
  for (let tries = 1; ; tries++) {
    try {
      return await tryStart()
    } catch (error) {
      if (tries === TRIES) throw error
    }
  }
}

async function tryStart(): Promise<Squid> {
  const folder = await mkdtemp(join(tmpdir(), 'oras-helm-squid-'))
  // Started by root, it works as another user.
  await chmod(folder, 0o777)
  const host = `127.0.0.1:${await findFreePort()}`
  const file = (name: string): string => join(folder, name)
  await writeFile(file('passwords'), HTPASSWD)
  await writeFile(file('hosts'), '127.0.0.1 registry.example\n')
  await writeFile(
    file('squid.conf'),
    [
      `http_port ${host}`,
      `auth_param basic program ${PASSWORDS} ${file('passwords')}`,
      'auth_param basic children 1 startup=1',
      'auth_param basic realm test',
      'acl users proxy_auth REQUIRED',
      'http_access allow users',
      'http_access deny all',
      `hosts_file ${file('hosts')}`,
      'visible_hostname squid.test',
      'cache deny all',
      'cache_mem 8 MB',
      'max_filedescriptors 1024',
      'pinger_enable off',
      'pid_filename none',
      `coredump_dir ${folder}`,
      `cache_log ${file('cache.log')}`,
      'logfile_rotate 0',
      'logformat short %>Hs %rm %ru %un',
      `access_log stdio:${file('access.log')} logformat=short`,
      'buffered_logs off',
      'shutdown_lifetime 0 seconds',
    ].join('\n'),
  )
  const server = spawn(SQUID, ['-N', '-f', file('squid.conf')], { stdio: 'ignore' })
  const exit = once(server, 'exit')
  const close = async (): Promise<void> => {
    server.kill()
    await exit
    await rm(folder, { recursive: true, force: true })
  }
  for (let tries = 0; !(await listens(host)); tries++) {
    if (tries < 1200 && server.exitCode === null) await sleep(50)
    else {
      const log = await readFile(file('cache.log'), 'utf8').catch(() => 'no log')
      await close()
      throw new Error(`squid did not listen within a minute: ${log.slice(-2000)}`)
    }
  }
  return {
    host,
    user: USER,
    async requests() {
      const log = await readFile(file('access.log'), 'utf8').catch(() => '')
      const lines = log.split('\n').map((line) => line.split(' '))
      // The log also has the connections that only checked whether squid listens.
      return lines.flatMap(([status, method, target, user = '']) =>
        method === undefined || target === undefined || target.startsWith('error:')
          ? []
          : { status: Number(status), method, target, user },
      )
    },
    close,
  }
}
