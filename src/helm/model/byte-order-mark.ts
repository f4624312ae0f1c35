/** Byte order marks at the beginning of files: Helm drops that of UTF-8, and those of UTF-16 tell the encoding. */

/** Drops the byte order mark of UTF-8, as Helm does from every file that it reads from a folder or an archive. */
export function stripByteOrderMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}

/** Tells whether bytes begin with a byte order mark of UTF-16. */
export function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
}

/**
 * Decodes UTF-8 or, after a byte order mark, UTF-16, as go-yaml does. Editors and shells on Windows write UTF-16.
 *
 * @throws {TypeError} if the bytes are not valid in that encoding.
 */
export function decodeUnicode(bytes: Uint8Array): string {
  const encoding = isUtf16(bytes) ? (bytes[0] === 0xff ? 'utf-16le' : 'utf-16be') : 'utf-8'
  return new TextDecoder(encoding, { fatal: true }).decode(bytes)
}
