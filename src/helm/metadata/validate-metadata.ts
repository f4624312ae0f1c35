/** Checks metadata by Helm's rules for Chart.yaml, in Helm's order and with its messages. */
import { type PartialStruct, pruneStruct } from './decode-struct.js'
import { dropUnprintable } from './drop-unprintable.js'
import { type ChartMetadata, METADATA } from '../model/chart-metadata.js'
import { quote } from '../../oras/errors/escape-message.js'
import { type ReadContext, invalidChart } from '../model/read-context.js'
import { parseVersion } from '../version/version.js'

// Helm cleans these fields because it prints them to terminals; it checks the version and the type instead.
const SANITIZED = ['name', 'description', 'home', 'icon', 'condition', 'tags', 'appVersion', 'kubeVersion'] as const
const SANITIZED_IN_MAINTAINERS = ['name', 'email', 'url'] as const
const SANITIZED_IN_DEPENDENCIES = ['name', 'version', 'repository', 'condition'] as const

/**
 * Cleans and checks metadata.
 *
 * @throws {InvalidChartError} with Helm's message, if the metadata break a rule.
 */
export function validateMetadata(partial: PartialStruct, context: ReadContext): ChartMetadata {
  const invalid = (reason: string): Error =>
    invalidChart(context, `validation: ${reason}`, {
      file: 'Chart.yaml',
      hint: 'Correct Chart.yaml: https://helm.sh/docs/topics/charts/#the-chartyaml-file says what each field may hold.',
    })

  const texts = { ...partial, ...sanitizeTexts(partial, SANITIZED) }
  const { apiVersion, name, version, type } = texts
  if (!apiVersion) throw invalid('chart.metadata.apiVersion is required')
  if (!name) throw invalid('chart.metadata.name is required')
  if (name === '.' || name === '..') throw invalid(`chart.metadata.name ${quote(name)} is not allowed`)
  if (name !== baseName(name)) throw invalid(`chart.metadata.name ${quote(name)} is invalid`)
  if (!version) throw invalid('chart.metadata.version is required')
  if (parseVersion(version) === undefined) throw invalid(`chart.metadata.version ${quote(version)} is invalid`)
  if (!['', 'application', 'library'].includes(type ?? '')) {
    throw invalid('chart.metadata.type must be application or library')
  }

  const maintainers = partial.maintainers?.map((maintainer) => {
    if (!maintainer) throw invalid('maintainers must not contain empty or null nodes')
    return { ...maintainer, ...sanitizeTexts(maintainer, SANITIZED_IN_MAINTAINERS) }
  })
  const seen = new Set<string>()
  const dependencies = partial.dependencies?.map((dependency) => {
    if (!dependency) throw invalid('dependencies must not contain empty or null nodes')
    const fields = sanitizeTexts(dependency, SANITIZED_IN_DEPENDENCIES)
    const cleaned = { ...dependency, ...fields, tags: dependency.tags?.map(sanitize) }
    const { alias } = cleaned
    if (alias && !/^[a-zA-Z0-9_-]+$/.test(alias)) {
      throw invalid(`dependency ${quote(cleaned.name ?? '')} has disallowed characters in the alias`)
    }
    const key = alias || (cleaned.name ?? '')
    if (seen.has(key)) throw invalid(`more than one dependency with name or alias ${quote(key)}`)
    seen.add(key)
    return cleaned
  })
  const lists = { sources: partial.sources?.map(sanitize), keywords: partial.keywords?.map(sanitize) }
  return pruneStruct(METADATA, { ...texts, ...lists, maintainers, dependencies })
}

/** Gives the named texts that are present, cleaned. */
function sanitizeTexts<Name extends string>(
  partial: { readonly [Field in Name]?: string | undefined },
  names: readonly Name[],
): { [Field in Name]?: string } {
  const clean: { [Field in Name]?: string } = {}
  for (const name of names) {
    const text = partial[name]
    if (text !== undefined) clean[name] = sanitize(text)
  }
  return clean
}

/** Replaces each white space by a blank, and drops unprintable characters. */
function sanitize(text: string): string {
  if (/^[ -~]*$/.test(text)) return text
  // Line breaks first: replacing one plain character is ten times as fast as a character class.
  return dropUnprintable(text.replace(/\n/g, ' ').replace(/[^\P{White_Space} ]/gu, ' '))
}

/** Gives the last part of a path, as Go's filepath.Base does on Unix. */
function baseName(name: string): string {
  let end = name.length
  while (name[end - 1] === '/') end--
  const trimmed = name.slice(0, end)
  return trimmed === '' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1)
}
