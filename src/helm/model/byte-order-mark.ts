/** Byte order marks at the beginning of files: what Helm drops, and what says that a text is UTF-16. */

/** Takes the mark of UTF-8 away, as Helm does from every file that it reads from a folder or an archive. */
export function stripByteOrderMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}

/**
 * Decodes a text in UTF-8 or, with a mark, in UTF-16, which editors and shells on Windows write; go-yaml does the same.
 *
 * @throws {TypeError} if the bytes are not valid in that encoding.
 */
export function decodeUnicode(bytes: Uint8Array): string {
  const [first, second] = bytes
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
  return new TextDecoder(encoding, { fatal: true }).decode(bytes)
}
