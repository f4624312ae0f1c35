/** Certificates in PEM: splits a text into certificates, and reads the files that environment variables name. */
import { constants, open, stat } from 'node:fs/promises'
import { readUpTo } from '../../oci/byte-stream.js'

const BEGIN = '-----BEGIN CERTIFICATE-----'
const END = '-----END CERTIFICATE-----'
const MAX_FILE = 16 * 1024 * 1024

/** Splits a PEM text into its certificates; text between them is dropped. A certificate without an end is kept as it is. */
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

/** Reads the certificates of a file; an empty list if it cannot be read, as Node and Go do for these variables. */
export async function readCertificates(path: string | undefined): Promise<readonly string[]> {
  if (!path) return []
  try {
    // Opening a pipe would wait for a writer, and opening a device may have an effect.
    if (!(await stat(path)).isFile()) return []
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const info = await file.stat()
      if (!info.isFile() || info.size === 0 || info.size > MAX_FILE) return []
      const { chunks } = await readUpTo(file.createReadStream({ end: info.size }), info.size)
      const bytes = Buffer.concat(chunks)
      // A file that is being written may hold half a certificate.
      return bytes.length === info.size ? splitCertificates(bytes) : []
    } finally {
      await file.close()
    }
  } catch {
    return []
  }
}
