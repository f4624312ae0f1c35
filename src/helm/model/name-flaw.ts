/** Finds names of files and folders that some system does not allow, or that a reader takes for another name. */

/** The longest name of a file on most systems, in bytes. */
export const MAX_FILE_NAME = 255

/** Why no file and no folder should have a name. */
export interface NameFlaw {
  /** The end of a sentence that begins with the name. */
  readonly reason: string
  /** What to do about it. */
  readonly hint: string
}

/** Characters that are not visible: joiners, variation selectors, direction marks, fillers; and special blanks at an end. */
const INVISIBLE =
  /[\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u2800\ufff9-\ufffb]|^[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]|[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]$/u

/** The names of devices, which Windows finds in any folder, also with an extension. */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)/i

/**
 * Finds why no file and no folder should have a name: some system does not allow or changes it, or it looks like another
 * name. The answer is the same on every system, because folders are copied between systems.
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
