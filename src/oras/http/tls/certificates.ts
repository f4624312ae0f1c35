/** Certificates as text: the blocks of a PEM file, and the files of them that the environment names. */
import { open, stat } from 'node:fs/promises'

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
    // A pipe would never end, and a device never stop.
    const { size } = await stat(path).then((found) => (found.isFile() ? found : { size: 0 }))
    if (size === 0 || size > MAX_FILE) return []
    const file = await open(path)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, 0)
      return splitCertificates(buffer.subarray(0, bytesRead))
    } finally {
      await file.close()
    }
  } catch {
    return []
  }
}
