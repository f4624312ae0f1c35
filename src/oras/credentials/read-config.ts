/** The text of a file of logins, if there is one: any file that a variable names, and never all of an endless one. */
import { constants, type FileHandle, open } from 'node:fs/promises'
import { CredentialError } from '../errors/oci-error.js'

const MAX_BYTES = 1024 * 1024
const CHUNK = 64 * 1024
const ABSENT: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR'])
const FORBIDDEN: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM'])

/**
 * Reads a file of at most 1 MiB.
 *
 * @param isGuess Whether nobody has named it: one that may not be read, as after becoming another user, may hold nothing
 * for us, and is no reason not to look elsewhere.
 * @returns `undefined` if there is none.
 * @throws {CredentialError} if it is too large, or cannot be read.
 */
export async function readConfig(path: string, isGuess = false): Promise<string | undefined> {
  let file: FileHandle | undefined
  try {
    // A pipe in the place of the file must not keep us waiting for somebody who writes to it.
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    return await readText(file, path)
  } catch (cause) {
    if (cause instanceof CredentialError) throw cause
    const { code, message } = cause as { code?: unknown; message: string }
    if (ABSENT.has(code)) return undefined
    throw refuse(path, typeof code === 'string' ? code : message, cause, isGuess && FORBIDDEN.has(code))
  } finally {
    await file?.close()
  }
}

async function readText(file: FileHandle, path: string): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(CHUNK), 0, CHUNK)
    // Editors on Windows begin a file with a mark that is no JSON; the decoder drops it.
    if (bytesRead === 0) return new TextDecoder().decode(Buffer.concat(chunks))
    chunks.push(buffer.subarray(0, bytesRead))
    size += bytesRead
    if (size > MAX_BYTES) throw refuse(path, `it is larger than ${MAX_BYTES} bytes`)
  }
}

function refuse(path: string, reason: string, cause?: unknown, isGlobal = false): CredentialError {
  return new CredentialError(`Cannot read the logins in ${path}: ${reason}`, {
    source: path,
    isGlobal,
    cause,
    hint: 'Make it a file that you may read, or give the option credentials: then no file is read.',
  })
}
