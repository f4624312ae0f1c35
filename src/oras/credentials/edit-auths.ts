/** Changes the logins in a Docker-format file, and nothing else in it. */
import { CredentialError } from '../errors/oci-error.js'
import { codeOf } from '../errors/system-error.js'
import { type Entries, entriesOf, parseObject } from './docker-config.js'
import { readConfig } from './read-config.js'
import { followLink, writePrivateFile } from './write-private-file.js'

// What is read and written in turns must not overtake itself: who logs in to two registries at once wants both.
const turns = new Map<string, Promise<void>>()

/**
 * Replaces the entries of a file by what `edit` makes of them; if it makes nothing, the file stays as it is. Members
 * that nobody here knows are kept, in their order. Other programs that write at the same time are not waited for.
 *
 * @throws {CredentialError} if the file is broken, or cannot be written.
 */
export async function editAuths(path: string, edit: (auths: Entries) => Entries | undefined): Promise<void> {
  const file = await followLink(path).catch((cause: unknown) => {
    throw refuse(path, cause)
  })
  const before = turns.get(file) ?? Promise.resolve()
  const turn = before.then(() => rewrite(file, edit))
  const settled = turn.catch(() => undefined)
  turns.set(file, settled)
  try {
    await turn
  } finally {
    if (turns.get(file) === settled) turns.delete(file)
  }
}

async function rewrite(file: string, edit: (auths: Entries) => Entries | undefined): Promise<void> {
  const text = (await readConfig(file)) ?? ''
  const config = parseObject(text, file)
  const auths = edit(entriesOf(config, 'auths', file))
  if (!auths) return
  // Neither of these takes a key for a prototype.
  const changed = { ...config, auths: Object.fromEntries(auths) }
  // Docker, Podman and Helm indent by a tab.
  const [, indent = '\t'] = /^\s*\{\r?\n([ \t]+)/.exec(text) ?? []
  try {
    await writePrivateFile(file, `${JSON.stringify(changed, undefined, indent)}${text.endsWith('\n') ? '\n' : ''}`)
  } catch (cause) {
    throw refuse(file, cause)
  }
}

function refuse(path: string, cause: unknown): CredentialError {
  const reason = codeOf(cause) || (cause as Error).message
  return new CredentialError(`Cannot write the logins in ${path}: ${reason}`, {
    source: path,
    isGlobal: false,
    cause,
    hint: 'Make its folder one that you may write to, or name another file in the option path.',
  })
}
