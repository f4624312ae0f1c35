/** Certificates as text: the blocks of a PEM file, and the files of them that the environment names. */
import { constants, open, stat } from 'node:fs/promises'
import { readUpTo } from '../../oci/byte-stream.js'

const BEGIN = '-----BEGIN CERTIFICATE-----'
const END = '-----END CERTIFICATE-----'
const MAX_FILE = 16 * 1024 * 1024

/** Cuts a PEM text into its certificates; what stands between them is comment. One without an end is a piece of its own. */
export function splitCertificates(pem: string | Uint8Array): readonly string[] {
  const text = typeof pem === 'string' ? pem : Buffer.from(pem).toString('latin1')
  return text
    .split(BEGIN)
    .slice(1)
    .map((rest) => {
      const end = rest.indexOf(END)
      return BEGIN + (end < 0 ? rest : rest.slice(0, end) + END)
    })
}

/** Reads the certificates of a file; none if it cannot be read, as Node and Go do with the files of these variables. */
export async function readCertificates(path: string | undefined): Promise<readonly string[]> {
  if (!path) return []
  try {
    // To open a pipe would wait for somebody who writes to it, and a device may already do something.
    if (!(await stat(path)).isFile()) return []
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const info = await file.stat()
      if (!info.isFile() || info.size === 0 || info.size > MAX_FILE) return []
      const { chunks } = await readUpTo(file.createReadStream({ end: info.size }), info.size)
      const bytes = Buffer.concat(chunks)
      // Of a file that somebody writes, half a certificate may be there.
      return bytes.length === info.size ? splitCertificates(bytes) : []
    } finally {
      await file.close()
    }
  } catch {
    return []
  }
}
