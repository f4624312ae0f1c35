/** Reads the text of a credentials file, with a limit: a variable may name any file, also an endless one. */
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
 * @param isDefaultPath Whether the user did not name the file. If such a file may not be read, as after a change of user,
 * other files are still read.
 * @returns `undefined` if the file does not exist.
 * @throws {CredentialError} if it is too large, or cannot be read.
 */
export async function readConfig(path: string, isDefaultPath = false): Promise<string | undefined> {
  let file: FileHandle | undefined
  try {
    // Without O_NONBLOCK, opening a pipe would wait for a writer.
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const { chunks, isWhole } = await readUpTo(chunksOf(file), MAX_BYTES)
    if (!isWhole) throw refuse(path, `it is larger than ${MAX_BYTES} bytes`)
    // The decoder drops the byte order mark that editors on Windows write.
    return new TextDecoder().decode(Buffer.concat(chunks))
  } catch (cause) {
    if (cause instanceof CredentialError) throw cause
    const code = codeOf(cause)
    if (ABSENT.has(code)) return undefined
    throw refuse(path, code || (cause as Error).message, cause, isDefaultPath && FORBIDDEN.has(code))
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
