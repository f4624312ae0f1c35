/** Parses the YAML and JSON files of a chart; an error names the file. */
import { quote } from '../../oras/errors/escape-message.js'
import { LimitExceededError } from '../../oras/errors/oci-error.js'
import { type ReadContext, invalidChart } from '../model/read-context.js'
import { BoundsExceededError, type YamlBounds } from '../yaml/yaml.js'
import { parseInWorker } from './parse-in-worker.js'
import { countPossibleTokens, countTokens } from './count-tokens.js'
import { FileLimitError } from './file-limit-error.js'
import { estimateCost, type FileAnswer, type FileTask, runFileTask } from './file-task.js'
import { WorkerFailure } from './worker-pool.js'

/** The limit of Chart.yaml, requirements.yaml and the locks; large enough for an icon as a data URL. */
const MAX_METADATA_BYTES = 512 * 1024

/**
 * The limits of what is parsed in this thread. In a new process, the slowest such text takes 30 ms, and the files of real
 * charts half of that, which is less than the start of a worker takes.
 */
const SHORT = { bytes: 256 * 1024, schemaBytes: 1024 * 1024, cost: 16_000 }
/** Up to this cost, there is time for a second attempt in this thread. */
const SHORT_TWICE = 6000
/** How many values the aliases of a file that is parsed in this thread may stand for. */
const MAX_ALIASED = 10_000

/**
 * Parses a file, in a worker if that may take long; the worker ends when the signal aborts.
 *
 * @param path The path of the file, for errors.
 * @throws {InvalidChartError} with the message of Go or go-yaml, if the file is invalid.
 * @throws {LimitExceededError} if the file, or all files of the chart together, exceed a limit.
 */
export async function parseFile(path: string, task: FileTask, context: ReadContext): Promise<FileAnswer> {
  const isMetadata = task.kind === 'metadata' || task.kind === 'lock'
  if (isMetadata && task.bytes.length > MAX_METADATA_BYTES) {
    throw limitExceeded(
      path,
      new FileLimitError(`it is larger than ${MAX_METADATA_BYTES} bytes`, MAX_METADATA_BYTES),
      context,
    )
  }
  try {
    const answer = parseShort(task) ?? (await parseInWorker(task, context.signal))
    context.budget.takeCost(answer.cost)
    const turn = context.turns.take(answer.cost)
    if (turn) await turn
    return answer
  } catch (cause) {
    context.signal?.throwIfAborted()
    throw translateError(path, task, cause, context)
  }
}

/** Parses a file in this thread; gives `undefined` if that may take too long. */
function parseShort(task: FileTask): FileAnswer | undefined {
  if (task.bytes.length > (task.kind === 'schema' ? SHORT.schemaBytes : SHORT.bytes)) return undefined
  let tokens = countPossibleTokens(task.bytes)
  // The exact count is slower, and few files need it.
  if (estimateCost(task, tokens) > SHORT.cost) tokens = countTokens(task.bytes)
  const cost = estimateCost(task, tokens)
  if (cost > SHORT.cost) return undefined
  const bounds: YamlBounds = { aliased: MAX_ALIASED, again: cost <= SHORT_TWICE }
  try {
    return runFileTask(task, tokens, bounds)
  } catch (cause) {
    if (cause instanceof BoundsExceededError) return undefined
    throw cause
  }
}

/** Turns an error of a file into an error of the chart. */
function translateError(path: string, { kind }: FileTask, cause: unknown, context: ReadContext): unknown {
  if (cause instanceof FileLimitError) return limitExceeded(path, cause, context)
  // TextDecoder throws a TypeError for bytes that are not text; the parser and the decoder throw a SyntaxError.
  const isWrong = cause instanceof SyntaxError || cause instanceof TypeError
  if (!isWrong && !(cause instanceof WorkerFailure)) return cause
  if (kind === 'schema') {
    return invalidChart(context, `invalid JSON in ${path}`, {
      cause,
      file: path,
      hint: `Correct ${path}: it holds the JSON schema of the values.`,
    })
  }
  const reason = cause instanceof TypeError ? 'it is neither UTF-8 nor UTF-16' : cause.message
  return invalidChart(context, `cannot load ${path}: ${reason}`, {
    cause,
    file: path,
    hint: cause instanceof WorkerFailure ? WORKER_HINT : kind === 'json' ? METADATA_HINT : correct(path),
  })
}

const WORKER_HINT = 'Try again: the worker thread that reads large files failed.'
const METADATA_HINT = 'Push the chart again from its folder: the metadata of the artifact cannot be read.'

function correct(path: string): string {
  return `Correct ${path} in the folder of the chart, and pack or push the chart again.`
}

function limitExceeded(path: string, { message, limit }: FileLimitError, context: ReadContext): LimitExceededError {
  return new LimitExceededError(`${context.attempt}: cannot load ${path}: ${message}`, {
    limit,
    hint: 'No option raises this limit. Move what is long elsewhere: an icon to a URL, values to a file that templates read with .Files.',
  })
}

/** Makes the warnings about keys that a file has twice. */
export function warnOfDuplicates(path: string, { duplicateKeys, duplicates }: FileAnswer): readonly string[] {
  const named = duplicateKeys.map((key) => `${path} has the key ${quote(key)} twice in one place`)
  if (duplicates > named.length) named.push(`${path} has ${duplicates - named.length} more keys twice in one place`)
  return named.map((warning) => `${warning}; the last one counts`)
}
