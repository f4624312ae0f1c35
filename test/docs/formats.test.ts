/** The pages about the formats show the real bytes: made again, parsed without the library, and compared. */
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildManifest, type ChartFormat, digestOf, layerizeChart, readChart, readContent } from '../../src/index.js'
import { findBlocks, readPage, ROOT } from './find-blocks.js'

const LABEL = /^(helm|split|demo) /
const blocks = ['docs/formats.md', 'docs/maintainers/format-bytes.md'].flatMap((path) => findBlocks(readPage(path)))
const labelled = blocks.filter(({ note }) => LABEL.test(note))
const golden = JSON.parse(readPage('test/golden/helm-vectors.json').text) as {
  seedMeta: { digest: string; size: number }
}

let bytes: ReadonlyMap<string, Buffer>
beforeAll(async () => {
  bytes = new Map([...(await makeParts('helm')), ...(await makeParts('split'))])
})

describe('docs/formats.md and docs/maintainers/format-bytes.md', () => {
  it('shows every part once', () => {
    expect(labelled.map(({ note }) => note)).toEqual([
      'helm manifest',
      'split manifest',
      'helm config',
      'helm archive',
      'helm gzip header',
      'split metadata',
      'split content',
      'demo manifest',
    ])
  })

  it.each(['helm manifest', 'helm config', 'split manifest', 'split metadata'])('%s: these bytes', (label) => {
    expect(compact(shown(label))).toBe(bytes.get(label)?.toString())
  })

  it('the config of split is {}', () => {
    expect(bytes.get('split config')?.toString()).toBe('{}')
  })

  it('helm archive: these entries', () => {
    expect(shown('helm archive')).toBe(listTar(gunzipSync(bytes.get('helm archive') ?? '')))
  })

  it('helm gzip header: these bytes', () => {
    const header = bytes.get('helm archive')?.subarray(0, 10).toString('hex')
    expect(shown('helm gzip header').replace(/\s/g, '')).toBe(header)
  })

  it('split content: these entries', () => {
    expect(shown('split content')).toBe(listTar(bytes.get('split content') ?? Buffer.alloc(0)))
  })

  it('each row of what is stricter than Helm names a test, and each test that the page names exists', () => {
    const { text } = readPage('docs/maintainers/helm-differences.md')
    const table = text.slice(text.indexOf('## Stricter than Helm'), text.indexOf('## Milder than Helm'))
    const rows = table.split('\n').filter((line) => /^\| (?!refused \|)[^-]/.test(line))
    const named = [...text.replace(/\s+/g, ' ').matchAll(/`(test\/[^`]+)`: "(.+?)"/g)]

    expect(rows.length).toBeGreaterThan(15)
    expect(rows.filter((row) => !/\| `test\/[^`]+`: ".+" \|$/.test(row))).toEqual([])
    expect(named.length).toBeGreaterThan(rows.length)
    expect(named.filter(([, path = '', title = '']) => !readPage(path).text.includes(title))).toEqual([])
  })

  it('demo manifest: has the recorded digest and size', () => {
    const { digest, size } = golden.seedMeta
    const manifest = JSON.parse(shown('demo manifest').replace('"size": …', '"size": 0')) as {
      readonly config: object
      readonly layers: readonly object[]
    }
    expect(manifest.config).toMatchObject({ digest: digestOf(Buffer.from('{}')), size: 2 })
    expect(manifest.layers).toMatchObject([{ digest, size }, { digest: 'sha256:…' }])
  })
})

function shown(label: string): string {
  return labelled.find(({ note }) => note === label)?.text ?? ''
}

/** The bytes of all parts of a chart in one format, by their labels. */
async function makeParts(format: ChartFormat): Promise<readonly (readonly [string, Buffer])[]> {
  const parts = await layerizeChart(await readChart(join(ROOT, 'examples/mychart')), { format })
  const [first, second] = parts.layers
  const named = {
    manifest: buildManifest(parts),
    config: parts.config,
    [format === 'helm' ? 'archive' : 'metadata']: first,
  }
  const contents = Object.entries({ ...named, ...(second && { content: second }) })
  return Promise.all(
    contents.map(async ([name, content]) => {
      if (!content) throw new Error(`${format} has no ${name}`)
      return [`${format} ${name}`, Buffer.from(await readContent(content))] as const
    }),
  )
}

/** Takes the blanks out of JSON, but for those in its texts. */
function compact(json: string): string {
  return json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1')
}

/** Reads the headers of a tar (POSIX ustar), and checks what all entries have in common. */
function listTar(tar: Buffer): string {
  let list = ''
  for (let at = 0; tar[at] !== 0;) {
    const field = (start: number, end: number): string =>
      tar
        .subarray(at + start, at + end)
        .toString()
        .replace(/\0[^]*$/, '')
    const number = (start: number, end: number): number => Number.parseInt(field(start, end), 8)
    const [name, mode, size, time] = [
      field(0, 100),
      field(100, 108).trim().slice(-4),
      number(124, 136),
      number(136, 148),
    ]
    expect({ user: number(108, 116), group: number(116, 124), type: field(156, 157), owner: field(265, 329) }).toEqual({
      user: 0,
      group: 0,
      type: '0',
      owner: '',
    })
    list += `${mode}  ${String(size).padStart(5)}  ${time}  ${name}\n`
    at += 512 + Math.ceil(size / 512) * 512
  }
  return list
}
