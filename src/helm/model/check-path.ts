/** Checks the paths of a chart's files: none may lead out of the chart's folder. */
import { quote } from '../../oras/errors/escape-message.js'
import { type ReadContext, invalidChart } from './read-context.js'

/**
 * Removes the root folder from the name of an archive's entry, and checks the rest as Helm does.
 *
 * @throws {SyntaxError} with Helm's message.
 */
export function stripRoot(name: string): string {
  if (name.length > MAX_NAME) throw new SyntaxError('chart contains illegally named files')
  // Archives made on Windows may have backslashes.
  const delimiter = name.includes('\\') ? '\\' : '/'
  const [root = '', ...parts] = name.split(delimiter)
  const rest = parts.join('/')
  if (rest.startsWith('/')) throw new SyntaxError('chart illegally contains absolute paths')
  const path = cleanPath(rest)
  if (path === '.') {
    throw new SyntaxError(`chart illegally contains content outside the base directory: ${quote(name)}`)
  }
  if (path.startsWith('..')) throw new SyntaxError('chart illegally references parent directory')
  if (/^[a-zA-Z]:\//.test(path)) throw new SyntaxError('chart contains illegally named files')
  if (root === 'Chart.yaml') throw new SyntaxError('chart yaml not in base directory')
  checkCharacters(path)
  // Helm accepts the following names, but a program that unpacks the archive writes them elsewhere or refuses them.
  if (root === '') throw new SyntaxError('chart illegally contains absolute paths')
  if (name.split('/').includes('..')) throw new SyntaxError('chart illegally references parent directory')
  if (name.includes('\\') || /^[a-zA-Z]:/.test(root) || /(^|\/)\.?$/.test(name)) {
    throw new SyntaxError('chart contains illegally named files')
  }
  return path
}

/**
 * Checks the path of a file that becomes part of a chart: it must be relative, with slashes, without "." and "..".
 *
 * @throws {SyntaxError} with Helm's message.
 */
export function checkPath(path: string): void {
  if (path.length > MAX_PATH) throw new SyntaxError('chart contains illegally named files')
  if (path.startsWith('/')) throw new SyntaxError('chart illegally contains absolute paths')
  // Helm refuses every path that begins with two dots, such as the link "..data" of a mounted ConfigMap.
  if (path.startsWith('..') || path.split('/').includes('..')) {
    throw new SyntaxError('chart illegally references parent directory')
  }
  if (/^[a-zA-Z]:/.test(path) || path.includes('\\') || path === '' || path === '.' || cleanPath(path) !== path) {
    throw new SyntaxError('chart contains illegally named files')
  }
  checkCharacters(path)
}

/**
 * Checks a path as {@link checkPath} does, with an error about the chart.
 *
 * @throws {InvalidChartError} with Helm's message and the given hint.
 */
export function requirePath(path: string, context: ReadContext, options: { readonly hint: string }): void {
  try {
    checkPath(path)
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw invalidChart(context, `${cause.message}: ${quote(path)}`, { cause, file: path, ...options })
  }
}

/** In characters; no system has longer paths. */
const MAX_PATH = 4096
/** The same for a name in an archive, which has a root folder and may have parts such as ".". */
const MAX_NAME = 2 * MAX_PATH

// A NUL ends a name for some programs and not for others; UTF-8 has no lone surrogates.
function checkCharacters(path: string): void {
  if (path.length > MAX_PATH || /\0|\p{Surrogate}/u.test(path))
    throw new SyntaxError('chart contains illegally named files')
}

/** Cleans a relative path as Go's path.Clean does. */
function cleanPath(path: string): string {
  const clean: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && clean.length > 0 && clean.at(-1) !== '..') clean.pop()
    else clean.push(part)
  }
  return clean.length === 0 ? '.' : clean.join('/')
}
