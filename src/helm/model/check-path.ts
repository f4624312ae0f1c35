/** Paths in archives and of user-made files: none may lead out of the chart's own folder. */
import { quote } from '../../oras/errors/escape-message.js'
import { type ReadContext, invalidChart } from './read-context.js'

/**
 * Takes the root folder off the name of an archive's entry, and checks the rest as Helm does.
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
  // Helm reads no further. Whoever unpacks the archive puts these elsewhere, or refuses them.
  if (root === '') throw new SyntaxError('chart illegally contains absolute paths')
  if (name.split('/').includes('..')) throw new SyntaxError('chart illegally references parent directory')
  if (name.includes('\\') || /^[a-zA-Z]:/.test(root) || /(^|\/)\.?$/.test(name)) {
    throw new SyntaxError('chart contains illegally named files')
  }
  return path
}

/**
 * Checks the path of a file that is to become part of a chart: relative, with slashes, and nothing to clean.
 *
 * @throws {SyntaxError} with Helm's message.
 */
export function checkPath(path: string): void {
  if (path.length > MAX_PATH) throw new SyntaxError('chart contains illegally named files')
  if (path.startsWith('/')) throw new SyntaxError('chart illegally contains absolute paths')
  // Helm refuses all that begins with two points, as the link "..data" of a mounted ConfigMap.
  if (path.startsWith('..') || path.split('/').includes('..')) {
    throw new SyntaxError('chart illegally references parent directory')
  }
  if (/^[a-zA-Z]:/.test(path) || path.includes('\\') || path === '' || path === '.' || cleanPath(path) !== path) {
    throw new SyntaxError('chart contains illegally named files')
  }
  checkCharacters(path)
}

/**
 * Refuses a path that no archive of the chart may hold.
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

/** In characters; what is longer is no path on any system. */
const MAX_PATH = 4096
/** The same with a root folder, and with parts that say nothing. An archive may hold names of a megabyte. */
const MAX_NAME = 2 * MAX_PATH

// A NUL ends a name for some readers and not for others, and a lone surrogate cannot be written as UTF-8.
function checkCharacters(path: string): void {
  if (path.length > MAX_PATH || /\0|\p{Surrogate}/u.test(path))
    throw new SyntaxError('chart contains illegally named files')
}

/** Go's path.Clean for a relative path. */
function cleanPath(path: string): string {
  const clean: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && clean.length > 0 && clean.at(-1) !== '..') clean.pop()
    else clean.push(part)
  }
  return clean.length === 0 ? '.' : clean.join('/')
}
