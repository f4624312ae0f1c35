/** Makes archives for tests header by header, also malformed ones. */
import { gzipSync } from 'node:zlib'

/** An entry as its header describes it, rightly or not. */
export interface RawEntry {
  readonly name: string
  readonly text?: string | Uint8Array
  /** The type flag: `0` file, `1` hard link, `2` link, `3` device, `5` folder, `x` PAX. */
  readonly type?: string
  /** A wrong size for the header; as bytes or text, the whole field. */
  readonly size?: number | string | Uint8Array
  /** The 6 octal digits of the mode. */
  readonly mode?: string
  /** Before the name, in the ustar format. */
  readonly prefix?: string
  readonly magic?: string
  /** What is added to the checksum, so that it is wrong. */
  readonly wrong?: number
}

/** Writes a tar archive of entries, also of malformed ones. */
export function makeTar(entries: readonly RawEntry[]): Buffer {
  return Buffer.concat([...entries.map(makeEntry), Buffer.alloc(1024)])
}

/** Writes one entry: its header, its bytes, and the padding of the last block. */
export function makeEntry(entry: RawEntry): Buffer {
  const { name, text = '', type = '0', mode = '000644', prefix = '', magic = 'ustar\x0000', wrong = 0 } = entry
  const header = Buffer.alloc(512)
  const body = Buffer.from(text as string)
  const { size = body.length } = entry
  header.write(name, 0, 100, 'latin1')
  header.write(`0${mode}\0${'0000000\0'.repeat(2)}`, 100)
  const field = typeof size === 'number' ? `${size.toString(8).padStart(11, '0')}\0` : size
  Buffer.from(field as string).copy(header, 124)
  header.write('00000000000\0        ', 136)
  header.write(type, 156)
  header.write(magic, 257)
  header.write(prefix, 345, 155)
  const sum = header.reduce((total, byte) => total + byte, wrong)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)])
}

/** Writes PAX records for the next entry: `path=a/b`, `size=5`. */
export function pax(...records: readonly string[]): RawEntry {
  const lines = records.map((record) => {
    const length = Buffer.byteLength(record) + 2
    const digits = String(length + String(length).length)
    return `${length + digits.length} ${record}\n`
  })
  return { name: 'PaxHeader', type: 'x', text: lines.join('') }
}

/** Packs entries as they are. */
export function makeArchive(entries: readonly RawEntry[], level?: number): Buffer {
  return gzipSync(makeTar(entries), { level })
}
