/** What the examples have in common: arguments, `--help`, Ctrl-C, progress, and failures without a stack. */
import { parseArgs } from 'node:util'
import { InvalidReferenceError, OciError, type OciEvent } from 'oras-helm'

/** What a program gets. */
export interface Run {
  /** The arguments, in the order of the usage line. */
  readonly args: readonly string[]
  /** The flags that were given, without their dashes. */
  readonly flags: ReadonlySet<string>
  /** Aborts at Ctrl-C, and when the process is told to end. */
  readonly signal: AbortSignal
  /** Writes warnings to stderr and, if that is a terminal, the progress of each blob. */
  readonly onEvent: (event: OciEvent) => void
  /** Shows one line that the next one replaces, if stderr is a terminal; without a text it clears the line. */
  readonly showStatus: (text?: string) => void
}

/** The arguments are wrong: the message and the usage are printed, and the exit code is 2. */
export class UsageError extends Error {}

/** The program cannot do its work: this is printed, and the exit code is 1. */
export class Failure extends Error {
  readonly code: string
  readonly hint: string

  constructor(code: string, message: string, hint: string) {
    super(message)
    this.code = code
    this.hint = hint
  }

  /** What to print of an error that is no bug; `undefined` for a bug, which needs its stack. */
  static of(error: unknown): Failure | undefined {
    if (error instanceof Failure) return error
    if (error instanceof OciError) return new Failure(error.code, error.message, error.hint)
    if (!(error instanceof Error && 'syscall' in error)) return undefined
    const { code = '', message } = error as NodeJS.ErrnoException
    return new Failure(code, message.replace(`${code}: `, ''), 'Check the path, and what you may do there.')
  }

  override toString(): string {
    return `${this.code}: ${this.message}\n${this.hint}`
  }
}

/**
 * Runs an example.
 *
 * @param usage Its first line is the grammar: `<name>` must be given, `[name]` and `[--flag]` may be given.
 */
export async function runProgram(usage: string, main: (run: Run) => Promise<void>): Promise<void> {
  const cancelled = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => cancelled.abort())
  // The reader of a pipe may end first, as `head` does.
  process.stdout.once('error', () => process.exit(1))
  try {
    const { args, flags } = readArguments(usage)
    if (flags.has('help')) console.log(usage)
    else await main({ args, flags, signal: cancelled.signal, onEvent, showStatus })
  } catch (error) {
    showStatus()
    if (error instanceof UsageError) return fail(2, `${error.message}\n\n${usage}`)
    if (cancelled.signal.aborted) return fail(130, 'cancelled')
    // The arguments are the only references of an example.
    if (error instanceof InvalidReferenceError) return fail(2, `${error.message}\n${error.hint}\n\n${usage}`)
    const failure = Failure.of(error)
    if (!failure) throw error
    fail(1, String(failure))
  }
}

function fail(exitCode: number, text: string): void {
  console.error(text)
  process.exitCode = exitCode
}

function readArguments(usage: string): Pick<Run, 'args' | 'flags'> {
  const [grammar = ''] = usage.split('\n')
  const names = grammar.match(/<\w+>|\[\w+\]/g) ?? []
  const flags = [...grammar.matchAll(/\[--(\w+)\]/g)].map(([, flag = '']) => flag)
  const { values, positionals } = parse(flags)
  // A variable that is not set gives an empty argument.
  const missing = names.filter(
    (name, at) => (positionals[at] ?? '') === '' && (at < positionals.length || name.startsWith('<')),
  )
  const surplus = positionals.slice(names.length)
  if (!values['help'] && missing.length > 0) throw new UsageError(`missing: ${missing.join(' ')}`)
  if (!values['help'] && surplus.length > 0) throw new UsageError(`too many arguments: ${surplus.join(' ')}`)
  return { args: positionals, flags: new Set(Object.keys(values)) }
}

function parse(flags: readonly string[]) {
  const known = flags.map((flag) => [flag, { type: 'boolean' }] as const)
  try {
    return parseArgs({
      allowPositionals: true,
      options: { ...Object.fromEntries(known), help: { type: 'boolean', short: 'h' } },
    })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function onEvent(event: OciEvent): void {
  if (event.type === 'warning') {
    showStatus()
    console.error(`warning: ${event.message}`)
  }
  if (event.type !== 'progress') return
  showStatus(event.transferred < event.size ? `${event.transferred} of ${event.size} bytes` : '')
}

function showStatus(text = ''): void {
  // A line that is wider than the terminal could not be replaced.
  const width = process.stderr.columns || 80
  if (process.stderr.isTTY) process.stderr.write(`\r${text.slice(0, width - 1)}\u001b[K`)
}
