/** A folder that somebody named, looked at before any work is done for it. */
import { stat } from 'node:fs/promises'
import { NotFoundError } from '../errors/oci-error.js'

/** @throws {NotFoundError} if there is no folder at the path. */
export async function expectFolder(path: string): Promise<void> {
  const info = await stat(path).catch(() => undefined)
  if (info?.isDirectory()) return
  throw new NotFoundError(`Cannot write to ${path}: there is no such folder`, {
    hint: 'Create the folder first, or give the path of one that is there.',
  })
}
