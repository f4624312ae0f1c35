/** The text of a file of logins, if there is one: any file that a variable names, and never all of an endless one. */
import { constants, type FileHandle, open } from 'node:fs/promises'
import { CredentialError } from '../errors/oci-error.js'
import { codeOf } from '../errors/system-error.js'
import { readUpTo } from '../oci/byte-stream.js'

const MAX_BYTES = 1024 * 1024
const CHUNK = 64 * 1024
const ABSENT: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR'])
const FORBIDDEN: ReadonlySet<string> = new Set(['EACCES', 'EPERM'])

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
    const { chunks, isWhole } = await readUpTo(chunksOf(file), MAX_BYTES)
    if (!isWhole) throw refuse(path, `it is larger than ${MAX_BYTES} bytes`)
    // Editors on Windows begin a file with a mark that is no JSON; the decoder drops it.
    return new TextDecoder().decode(Buffer.concat(chunks))
  } catch (cause) {
    if (cause instanceof CredentialError) throw cause
    const code = codeOf(cause)
    if (ABSENT.has(code)) return undefined
    throw refuse(path, code || (cause as Error).message, cause, isGuess && FORBIDDEN.has(code))
  } finally {
    await file?.close()
  }
}

async function* chunksOf(file: FileHandle): AsyncGenerator<Uint8Array, void, undefined> {
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(CHUNK), 0, CHUNK)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}

function refuse(path: string, reason: string, cause?: unknown, isGlobal = false): CredentialError {
  return new CredentialError(`Cannot read the logins in ${path}: ${reason}`, {
    source: path,
    isGlobal,
    cause,
    hint: 'Check that it is a file of logins that you may read, or give the option credentials: then no file is read.',
  })
}
