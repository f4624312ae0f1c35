/** What is wrong with a name, on this system or another one, or for whoever reads it. */

/** In bytes, on most systems. */
export const MAX_FILE_NAME = 255

/** Why a file or a folder should not be called so: behind the name, and what to do. */
export interface NameFlaw {
  readonly reason: string
  readonly hint: string
}

/** Joiners, selectors of variants, marks of direction, fillers, and at an end what only looks like a blank. */
const INVISIBLE =
  /[\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u2800\ufff9-\ufffb]|^[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]|[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]$/u

/** A device is found in any folder, whatever comes after a dot, a colon or blanks. */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)/i

/**
 * Finds why no file and no folder should have a name: some system does not take it or makes another one of it, or it
 * looks like another one. The same on each system, for a folder is copied from one to another.
 */
export function findNameFlaw(name: string): NameFlaw | undefined {
  if (Buffer.byteLength(name) > MAX_FILE_NAME) {
    return {
      reason: `has a name of more than ${MAX_FILE_NAME} bytes`,
      hint: 'Give it a shorter name in the chart: most file systems do not allow this one.',
    }
  }
  if (INVISIBLE.test(name)) {
    return {
      reason: 'has an invisible character in its name',
      hint: 'Rename it in the chart without invisible characters: it can be taken for another name.',
    }
  }
  const reason = findWindowsFlaw(name)
  return reason === undefined
    ? undefined
    : { reason, hint: 'Rename it in the chart: Windows refuses this name, or uses another one.' }
}

function findWindowsFlaw(name: string): string | undefined {
  if (/[<>:"|?*\\\p{Cc}]/u.test(name)) return 'has a character that Windows does not allow in names'
  if (/[. ]$/.test(name)) return 'ends in a dot or a blank, which Windows leaves out'
  if (DEVICE.test(name)) return 'is the name of a device on Windows'
  return undefined
}
