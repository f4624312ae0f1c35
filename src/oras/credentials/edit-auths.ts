/** Changes the logins in a Docker-format file, and nothing else in it. */
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AlreadyExistsError, CredentialError } from '../errors/oci-error.js'
import { codeOf } from '../errors/system-error.js'
import { type Entries, entriesOf, parseObject } from './docker-config.js'
import { readConfig } from './read-config.js'
import { tidyFolder, withTidyFolder } from '../lock/tidy-folder.js'
import { findOwner, followLink, writePrivateFile } from './write-private-file.js'

/**
 * Replaces the entries of a file by what `edit` makes of them; if it makes nothing, the file stays as it is. Members
 * that nobody here knows are kept, in their order. Others who use this library at the same time wait for each other; other
 * programs are not waited for.
 *
 * @param edit May be called twice: what the first call makes is not written if there is a lock to wait for.
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
  // Where nothing is to be written, no lock need be made: the folder may be one to read only.
  if ((await makeText(file, edit)) === undefined) return
  try {
    await findOwner(file)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await withTidyFolder(folder, signal, async () => {
      const text = await makeText(file, edit)
      if (text !== undefined) await writePrivateFile(file, text)
    })
  } catch (cause) {
    signal?.throwIfAborted()
    throw cause instanceof CredentialError ? cause : refuse(file, cause)
  }
}

/**
 * Removes what a process that was killed has left beside a file: a login may be in it. At the beginning of each call that
 * is to change the file, whatever becomes of it.
 *
 * @throws only the reason of the signal.
 */
export async function tidyAuths(path: string, signal: AbortSignal | undefined): Promise<void> {
  const file = await followLink(path).catch(() => undefined)
  if (file !== undefined) await tidyFolder(dirname(file), signal)
}

/** Makes what is to be in a file of what is in it. */
async function makeText(file: string, edit: (auths: Entries) => Entries | undefined): Promise<string | undefined> {
  const text = (await readConfig(file)) ?? ''
  const config = parseObject(text, file)
  const auths = edit(entriesOf(config, 'auths', file))
  if (!auths) return undefined
  // Neither of these takes a key for a prototype.
  const changed = { ...config, auths: Object.fromEntries(auths) }
  // Docker, Podman and Helm indent by a tab.
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
