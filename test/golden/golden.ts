/** The answers of Helm's own code in `test/golden`, with the types that the tests need. */
import { readFileSync } from 'node:fs'

interface InputOutput {
  readonly in: string
  readonly out: string
  readonly err?: string
}

interface GoldenChart {
  readonly config: string
  readonly configDigest: string
  readonly created: string
  readonly file: string
  readonly manifest: string
  readonly manifestDigest: string
  readonly manifestWithProv: string
  readonly manifestWithProvDigest: string
  readonly provText: string
  readonly tarDigest: string
  readonly tarSize: number
  readonly tgzBase64: string
  readonly tgzDigest: string
}

interface Golden {
  readonly about: string
  readonly seedMeta: { readonly json: string; readonly digest: string; readonly size: number }
  readonly charts: {
    readonly simple: { readonly files: Record<string, string>; readonly v3: GoldenChart; readonly v4: GoldenChart }
  }
  readonly emitDescription: readonly InputOutput[]
  readonly emitAnnotationKey: readonly InputOutput[]
  readonly emitAnnotationValue: readonly InputOutput[]
  readonly emitKeywordItem: readonly InputOutput[]
  readonly goJson: readonly InputOutput[]
  readonly scalarToString: readonly InputOutput[]
  readonly sanitizeDescription: readonly InputOutput[]
  readonly version: readonly InputOutput[]
  readonly name: readonly InputOutput[]
  readonly helmignore: readonly {
    readonly rules: string
    readonly ignored: readonly string[]
    readonly kept: readonly string[]
    readonly err?: string
  }[]
  readonly paths: readonly string[]
  readonly filepathMatchTrueOrError: readonly {
    readonly pattern: string
    readonly name: string
    readonly match: boolean
    readonly err?: string
  }[]
}

const file = readFileSync(new URL('helm-vectors.json', import.meta.url), 'utf8')

/**
 * All vectors. JSON cannot hold the inputs of `goJson` that were not UTF-8: Go writes `\ufffd` for such bytes, but leaves the
 * character itself as it is. Here such an input contains a lone surrogate, which is not UTF-8 either.
 */
export const golden = restoreBadBytes(JSON.parse(file) as Golden)

function restoreBadBytes(vectors: Golden): Golden {
  const goJson = vectors.goJson.map((vector) =>
    vector.out.includes('\\ufffd') ? { ...vector, in: vector.in.replaceAll('\ufffd', '\udfff') } : vector,
  )
  return { ...vectors, goJson }
}
