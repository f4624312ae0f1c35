/** Changes the logins in a Docker-format file, and nothing else in the file. */
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AlreadyExistsError, CredentialError } from '../errors/oci-error.js'
import { codeOf } from '../errors/system-error.js'
import { type Entries, entriesOf, isSameName, parseObject } from './docker-config.js'
import { readConfig } from './read-config.js'
import { recoverFolder, withRecoveredFolder } from '../lock/recover-folder.js'
import { findOwner, followLink, writePrivateFile } from './write-private-file.js'

/**
 * Replaces the entries of a file by those that `edit` returns; if it returns `undefined`, the file is not written. Unknown
 * members are kept, in their order. A lock keeps processes that use this library from writing at the same time; other
 * programs do not know the lock.
 *
 * @param edit May be called twice: before the lock is taken, to see whether there is anything to write, and under the
 * lock.
 * @throws {CredentialError} if the file is broken, or cannot be written.
 */
export async function editAuths(
  path: string,
  edit: (auths: Entries) => Entries | undefined,
  signal?: AbortSignal,
): Promise<void> {
  const file = await followLink(path).catch((cause: unknown) => {
    throw refuse(path, cause)
  })
  const folder = dirname(file)
  // If there is nothing to write, no lock is taken: the folder may be read-only.
  if ((await makeText(file, edit)) === undefined) return
  try {
    await findOwner(file)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await withRecoveredFolder(folder, signal, async () => {
      const text = await makeText(file, edit)
      if (text !== undefined) await writePrivateFile(file, text)
    })
  } catch (cause) {
    signal?.throwIfAborted()
    throw cause instanceof CredentialError ? cause : refuse(file, cause)
  }
}

/**
 * Removes temporary files that a killed process left next to the credentials file: they may hold a login. Called at the
 * start of each call that changes the file.
 *
 * @throws only the reason of the signal; other errors are ignored.
 */
export async function recoverAuths(path: string, signal: AbortSignal | undefined): Promise<void> {
  const file = await followLink(path).catch(() => undefined)
  if (file !== undefined) await recoverFolder(dirname(file), signal)
}

/** Makes the new text of a file; `undefined` if nothing changes. */
async function makeText(file: string, edit: (auths: Entries) => Entries | undefined): Promise<string | undefined> {
  const text = (await readConfig(file)) ?? ''
  const config = parseObject(text, file)
  const auths = edit(entriesOf(config, 'auths', file))
  if (!auths) return undefined
  // A login must not stay under another spelling, such as "Auths". The first one keeps its place.
  const isAuths = ([key]: readonly [string, unknown]): boolean => isSameName(key, 'auths')
  const members = Object.entries(config)
  const place = members.findIndex(isAuths)
  const others = members.filter((member) => !isAuths(member))
  // fromEntries does not treat the key __proto__ specially.
  const written = ['auths', Object.fromEntries(auths)] as const
  const changed = Object.fromEntries(others.toSpliced(place < 0 ? others.length : place, 0, [...written]))
  // The indentation of the file, or a tab as in the files of Docker, Podman and Helm.
  const [, indent = '\t'] = /^\s*\{\r?\n([ \t]+)/.exec(text) ?? []
  return `${JSON.stringify(changed, undefined, indent)}${text.endsWith('\n') ? '\n' : ''}`
}

function refuse(path: string, cause: unknown): CredentialError {
  const isLocked = cause instanceof AlreadyExistsError
  const reason = isLocked ? 'another process has been writing there for five minutes' : codeOf(cause)
  return new CredentialError(`Cannot write the logins in ${path}: ${reason || (cause as Error).message}`, {
    source: path,
    isGlobal: false,
    cause,
    hint: isLocked
      ? 'Wait until the process that holds the lock next to the file has ended, or end it.'
      : 'Check that the file and its folder can be written, or name another file in the option path.',
  })
}
