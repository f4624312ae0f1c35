/** The decisions of the library and of Helm's own code about a chart, in a form that can be compared. */
import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import {
  type Chart,
  layerizeChart,
  missingDependencies,
  OciError,
  packChart,
  readChart,
  readContent,
} from '../../src/index.js'

interface DescribedChart {
  readonly path: string
  readonly metadata: string
  readonly lock: string
}

interface Entry {
  readonly name: string
  /** Not of Chart.yaml and Chart.lock, which Helm writes anew. */
  readonly sha256?: string
}

/** The decision of Helm about a folder or an archive. */
interface HelmDecision {
  /** Why the chart is refused; then the rest is empty. */
  readonly refusal?: string
  /** Why an archive, which can be pushed, cannot be packed anew. */
  readonly notPacked?: string
  /** The chart and its subcharts as they are read, and as they are read again once Helm has packed them. */
  readonly loaded?: readonly DescribedChart[]
  readonly packed?: readonly DescribedChart[]
  readonly entries?: readonly Entry[]
}

/** The decisions of one version of Helm about the chart, and about the archive that we packed of it. */
export interface Verdict {
  readonly theirs: HelmDecision
  readonly ours?: HelmDecision
}

/** The verdicts of both versions. */
export type Verdicts = Readonly<Record<'helm3' | 'helm4', Verdict>>

/** The decision of the library about a chart: a refusal, or a config and an archive. */
export interface OwnDecision {
  readonly refusal?: string
  readonly config?: string
  /** Its path; without it, `notPacked` says why an archive, which can be pushed, cannot be packed anew. */
  readonly archive?: string
  readonly notPacked?: string
}

/** Decides as a push does; an archive is packed anew, so that its files can be compared. */
export async function decide(path: string): Promise<OwnDecision> {
  let chart: Chart
  let config: string
  try {
    chart = await readChart(path)
    const missing = chart.archive ? [] : missingDependencies(chart)
    if (missing.length > 0) return { refusal: `missing dependencies: ${JSON.stringify(missing)}` }
    const layers = await layerizeChart(chart, { format: 'helm' })
    config = Buffer.from(await readContent(layers.config)).toString()
  } catch (error) {
    return { refusal: explain(error) }
  }
  try {
    const { archive: _, ...unpacked } = chart
    const archive = `${path}.ours.tgz`
    await writeFile(archive, await readContent(await packChart(unpacked)))
    return { config, archive }
  } catch (error) {
    return { config, notPacked: explain(error) }
  }
}

/** Returns the refusal; rethrows errors that are not of the library. */
function explain(error: unknown): string {
  if (!(error instanceof OciError)) throw error
  return `${error.code}: ${error.message}`
}

/** Asks both versions of Helm about all charts at once. */
export async function askHelm(
  program: string,
  questions: readonly { readonly path: string; readonly ours?: string | undefined }[],
): Promise<readonly Verdicts[]> {
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] })
  const exit = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  const output = text(child.stdout)
  child.stdin.end(questions.map((each) => JSON.stringify(each)).join('\n'))
  const code = await exit
  if (code !== 0) throw new Error(`Helm's code ended with ${code}`)
  const lines = (await output).trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line) as Verdicts)
}

/** One side of a comparison: equal decisions give equal outcomes. */
export type Outcome = Readonly<Record<string, unknown>>

/** Makes both outcomes: that of the library, and that of one version of Helm. */
export function compareDecisions(
  kind: 'folder' | 'archive',
  own: OwnDecision,
  { theirs, ours }: Verdict,
): { readonly ours: Outcome; readonly theirs: Outcome } {
  if (own.refusal !== undefined || theirs.refusal !== undefined) {
    // Which of several mistakes is found first does not matter.
    const outcome = (refusal: string | undefined): Outcome => ({
      decision: refusal === undefined ? 'accepted' : 'refused',
    })
    return { ours: outcome(own.refusal), theirs: outcome(theirs.refusal) }
  }
  // An archive is pushed as it is, a folder as it is packed.
  const theirConfig = (kind === 'archive' ? theirs.loaded : theirs.packed)?.[0]?.metadata
  if (kind === 'archive' && (own.notPacked !== undefined || theirs.notPacked !== undefined)) {
    return { ours: { config: own.config }, theirs: { config: theirConfig } }
  }
  return {
    ours: {
      config: own.config,
      unpackedConfig: own.config,
      ...describe(kind, { ...ours, packed: ours?.loaded ?? [] }),
    },
    theirs: { config: theirConfig, unpackedConfig: theirs.loaded?.[0]?.metadata, ...describe(kind, theirs) },
  }
}

function describe(
  kind: 'folder' | 'archive',
  { refusal, loaded = [], packed = [], entries = [] }: HelmDecision,
): Outcome {
  // Helm puts subcharts in an order that changes from run to run, and takes the order of an archive for its own.
  const isOwn = ({ name }: Entry): boolean => kind === 'folder' && !/^[^/]+\/charts\//.test(name)
  const line = ({ name, sha256 = 'any' }: Entry): string => `${name} ${sha256}`
  // Once packed, a subchart of such a name is not read.
  const read = loaded.filter(({ path }) => !/\/charts\/[_.]/.test(path))
  return {
    refusal,
    metadata: read.map(({ path, metadata }) => `${path} ${metadata}`).toSorted(),
    packedMetadata: packed.map(({ path, metadata }) => `${path} ${metadata}`).toSorted(),
    locks: packed.map(({ path, lock }) => `${path} ${lock}`).toSorted(),
    // Of a file that is there twice with the same bytes, Helm keeps both.
    files: [...new Set(entries.filter(isOwn).map(line))],
    otherFiles: [...new Set(entries.filter((entry) => !isOwn(entry)).map(line))].toSorted(),
  }
}
