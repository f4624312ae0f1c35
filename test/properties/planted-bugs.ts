/** Bugs that somebody could make, each around the real code or in place of a part of it, by what is wrong then. */
import { extract } from 'tar-stream'
import { parseHelmignore } from '../../src/helm/folder/helmignore.js'
import { readTar, type TarEntry } from '../../src/oras/tar/read-tar.js'
import { parseVersionRange } from '../../src/helm/version/version-range.js'
import { compareSegments, compareVersions, type Segment, type Version } from '../../src/helm/version/version.js'
import { resolveScalar, scalarToText } from '../../src/helm/yaml/scalar.js'
import { formatYaml, parseYaml } from '../../src/helm/yaml/yaml.js'
import { formatReference, parseReference } from '../../src/oras/oci/reference.js'
import type { IgnoreParser } from './ignore-rules.js'
import type { ReferenceGrammar } from './reference.js'
import type { TarReader } from './tar-reader.js'
import type { VersionOrder } from './version-ranges.js'
import type { YamlReader } from './yaml-scalars.js'

type Bugs<Subject> = Readonly<Record<string, Partial<Subject>>>

export const tarReaderBugs: Bugs<TarReader> = {
  'the reader is tar-stream, which goes on behind the end': { readTar: readWithTarStream },
  'nobody looks behind the end': {
    async *readTar(source) {
      try {
        yield* readTar(source)
      } catch (error) {
        if ((error as Error).message !== 'it has bytes after its end') throw error
      }
    },
  },
  'half a file counts as a whole one': { readTar: (source) => mapBodies(source, takeWhatComes) },
  'a file that fills its blocks loses its last byte': {
    readTar: (source) =>
      mapBodies(source, async function* (body) {
        const bytes = await collect(body)
        yield bytes.length % 512 === 0 ? bytes.subarray(0, -1) : bytes
      }),
  },
  'an empty piece counts as the end': { readTar: (source) => readTar(takeUntilEmpty(source)) },
  'a bad number is an error of another class': {
    async *readTar(source) {
      try {
        yield* readTar(source)
      } catch (error) {
        throw (error as Error).message.includes('number') ? new RangeError('a bad number', { cause: error }) : error
      }
    },
  },
}

async function collect(pieces: TarEntry['body']): Promise<Buffer> {
  const list: Uint8Array[] = []
  for await (const piece of pieces) list.push(piece)
  return Buffer.concat(list)
}

async function* mapBodies(
  source: AsyncIterable<Uint8Array>,
  map: (body: TarEntry['body']) => AsyncGenerator<Uint8Array>,
): AsyncGenerator<TarEntry, void, undefined> {
  for await (const entry of readTar(source)) yield { ...entry, body: map(entry.body) }
}

async function* takeWhatComes(body: TarEntry['body']): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (error) {
    if ((error as Error).message !== 'it ends within a file') throw error
  }
}

async function* takeUntilEmpty(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of source) {
    if (piece.length === 0) return
    yield piece
  }
}

const TAR_STREAM_KINDS: Readonly<Record<string, TarEntry['kind']>> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'directory',
  link: 'hard link',
  symlink: 'symbolic link',
  'block-device': 'device',
  'character-device': 'device',
  fifo: 'pipe',
}

async function* readWithTarStream(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry, void, undefined> {
  const entries = extract()
  entries.end(await collect(source))
  try {
    for await (const entry of entries) {
      const { name, type, size } = entry.header
      const body = entry as AsyncIterable<Uint8Array>
      yield { name, kind: TAR_STREAM_KINDS[type] ?? 'unknown', size, body }
    }
  } catch (cause) {
    // That its errors are of another class shall not be what is found.
    throw new SyntaxError('tar-stream refuses the archive', { cause })
  }
}

const isTemplateDotfile = parseHelmignore('')

export const ignoreRuleBugs: Bugs<IgnoreParser> = {
  'the last rule that matches decides, as in git': {
    parseHelmignore(text) {
      const lines = text.split('\n').filter((line) => /^[^#]/.test(line.trim()))
      const rules = lines.map((line) => ({
        isNegated: line.startsWith('!'),
        matches: parseHelmignore(line.replace('!', '')),
      }))
      return (path, isDirectory) => {
        const last = rules.findLast(({ matches }) => matches(path, isDirectory))
        return isTemplateDotfile(path, isDirectory) || last?.isNegated === false
      }
    },
  },
  'a star crosses a slash': {
    parseHelmignore(text) {
      const isIgnored = parseHelmignore(text)
      return (path, isDirectory) => isIgnored(path, isDirectory) || isIgnored(path.replace('/', 'z'), isDirectory)
    },
  },
  'negated rules do nothing': {
    parseHelmignore: (text) => parseHelmignore(text.replaceAll(/^!(?!.*\*\*).*$/gm, '')),
  },
  'rules for folders count for files': {
    parseHelmignore(text) {
      const isIgnored = parseHelmignore(text)
      return (path) => isIgnored(path, true)
    },
  },
  'the dotfiles of templates are kept': {
    parseHelmignore(text) {
      const isIgnored = parseHelmignore(text)
      return (path, isDirectory) => isIgnored(path, isDirectory) && !isTemplateDotfile(path, isDirectory)
    },
  },
}

export const referenceBugs: Bugs<ReferenceGrammar> = {
  'a repository may be in upper case': {
    parseReference: (text) => parseReference(text.replace(/(?<=[^/:]\/)[^:@]*/, (path) => path.toLowerCase())),
  },
  'the port is lost': {
    parseReference(text) {
      const reference = parseReference(text)
      return { ...reference, registry: reference.registry.replace(/:[0-9]+$/, '') }
    },
  },
  'a plus may stand in any tag': { parseReference: (text) => parseReference(text.replaceAll('+', '_')) },
  'the digest is written before the tag': {
    formatReference({ tag, ...reference }) {
      return formatReference(reference) + (tag === undefined ? '' : `:${tag}`)
    },
  },
}

export const versionRangeBugs: Bugs<VersionOrder> = {
  'prereleases are always let in': {
    parseVersionRange(text) {
      const isIn = parseVersionRange(text)
      const bug = (version: Version): boolean => isIn(version) || isIn({ ...version, prerelease: '' })
      return Object.assign(bug, { comparisons: isIn.comparisons })
    },
  },
  'numbers of prereleases are compared as text': {
    compareVersions(a, b) {
      if (a.prerelease === '' || b.prerelease === '') return compareVersions(a, b)
      return compareSegments(a, b, 3) || compareTexts(a.prerelease, b.prerelease)
    },
  },
  'segments have 53 bits': { compareVersions: (a, b) => compareVersions(roundVersion(a), roundVersion(b)) },
  'a caret counts as a tilde': { parseVersionRange: (text) => parseVersionRange(text.replaceAll('^', '~')) },
  'only the first of two constraints counts': {
    parseVersionRange: (text) => parseVersionRange(text.replaceAll(/,[^|]*/g, '')),
  },
  'the first || is the end of the range': {
    parseVersionRange: (text) => parseVersionRange(text.split(' ||')[0] as string),
  },
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function roundVersion({ major, minor, patch, ...rest }: Version): Version {
  const round = (segment: Segment): Segment => Number(segment)
  return { ...rest, major: round(major), minor: round(minor), patch: round(patch) }
}

export const yamlScalarBugs: Bugs<YamlReader> = {
  '017 is read as 17': { resolveScalar: (text, tag) => resolveScalar(text.replace(/^([-+]?)0+(?=[0-9])/, '$1'), tag) },
  '1.10 keeps its zero': {
    resolveScalar(text, tag) {
      const value = resolveScalar(text, tag)
      return typeof value === 'number' && /\.[0-9]+0$/.test(text) ? text : value
    },
  },
  'words may mix upper and lower case': {
    resolveScalar: (text, tag) => resolveScalar(/^[a-z]+$/i.test(text) ? text.toLowerCase() : text, tag),
  },
  'whole numbers have 53 bits': {
    resolveScalar(text, tag) {
      const value = resolveScalar(text, tag)
      return typeof value === 'bigint' ? BigInt(Number(value)) : value
    },
  },
  'floats are written with the digits of double precision': {
    scalarToText: (value) =>
      typeof value === 'number' && Math.abs(value) >= 1e-4 && Math.abs(value) < 1e6
        ? String(value)
        : scalarToText(value),
  },
  'single quotes count for nothing': { parseYaml: (text) => parseYaml(text.replace(/'([^':#]*)'/, '$1')) },
  'the words of YAML 1.1 are written without quotes': {
    formatYaml: (value) => formatYaml(value).replaceAll(/"(yes|no|on|off|y|n)"/gi, '$1'),
  },
}
