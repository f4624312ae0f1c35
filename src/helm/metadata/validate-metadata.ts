/** The rules of Helm for Chart.yaml, in Helm's order and with its messages. */
import { type PartialStruct, pruneStruct } from './decode-struct.js'
import { dropUnprintable } from './drop-unprintable.js'
import { type ChartMetadata, METADATA } from '../model/chart-metadata.js'
import { quote } from '../../oras/errors/escape-message.js'
import { type ReadContext, invalidChart } from '../model/read-context.js'
import { parseVersion } from '../version/version.js'

// Helm prints these to terminals; names of versions, types and annotations are checked or never printed.
const SANITIZED = ['name', 'description', 'home', 'icon', 'condition', 'tags', 'appVersion', 'kubeVersion'] as const
const SANITIZED_IN_MAINTAINERS = ['name', 'email', 'url'] as const
const SANITIZED_IN_DEPENDENCIES = ['name', 'version', 'repository', 'condition'] as const

/**
 * Cleans and checks what Chart.yaml said.
 *
 * @throws {InvalidChartError} with Helm's message, if a rule is broken.
 */
export function validateMetadata(partial: PartialStruct, context: ReadContext): ChartMetadata {
  const refuse = (reason: string): Error =>
    invalidChart(context, `validation: ${reason}`, {
      file: 'Chart.yaml',
      hint: 'Correct Chart.yaml: https://helm.sh/docs/topics/charts/#the-chartyaml-file says what each field may hold.',
    })

  const texts = { ...partial, ...sanitizeTexts(partial, SANITIZED) }
  const { apiVersion, name, version, type } = texts
  if (!apiVersion) throw refuse('chart.metadata.apiVersion is required')
  if (!name) throw refuse('chart.metadata.name is required')
  if (name === '.' || name === '..') throw refuse(`chart.metadata.name ${quote(name)} is not allowed`)
  if (name !== baseName(name)) throw refuse(`chart.metadata.name ${quote(name)} is invalid`)
  if (!version) throw refuse('chart.metadata.version is required')
  if (parseVersion(version) === undefined) throw refuse(`chart.metadata.version ${quote(version)} is invalid`)
  if (!['', 'application', 'library'].includes(type ?? '')) {
    throw refuse('chart.metadata.type must be application or library')
  }

  const maintainers = partial.maintainers?.map((maintainer) => {
    if (!maintainer) throw refuse('maintainers must not contain empty or null nodes')
    return { ...maintainer, ...sanitizeTexts(maintainer, SANITIZED_IN_MAINTAINERS) }
  })
  const seen = new Set<string>()
  const dependencies = partial.dependencies?.map((dependency) => {
    if (!dependency) throw refuse('dependencies must not contain empty or null nodes')
    const fields = sanitizeTexts(dependency, SANITIZED_IN_DEPENDENCIES)
    const cleaned = { ...dependency, ...fields, tags: dependency.tags?.map(sanitize) }
    const { alias } = cleaned
    if (alias && !/^[a-zA-Z0-9_-]+$/.test(alias)) {
      throw refuse(`dependency ${quote(cleaned.name ?? '')} has disallowed characters in the alias`)
    }
    const key = alias || (cleaned.name ?? '')
    if (seen.has(key)) throw refuse(`more than one dependency with name or alias ${quote(key)}`)
    seen.add(key)
    return cleaned
  })
  const lists = { sources: partial.sources?.map(sanitize), keywords: partial.keywords?.map(sanitize) }
  return pruneStruct(METADATA, { ...texts, ...lists, maintainers, dependencies })
}

/** Gives the texts that are there, cleaned. */
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

/** Turns every white space into a blank, and drops what Go does not count as printable. */
function sanitize(text: string): string {
  if (/^[ -~]*$/.test(text)) return text
  // Line breaks apart: one character by another is replaced in a tenth of the time.
  return dropUnprintable(text.replace(/\n/g, ' ').replace(/[^\P{White_Space} ]/gu, ' '))
}

/** Go's filepath.Base on Unix. */
function baseName(name: string): string {
  let end = name.length
  while (name[end - 1] === '/') end--
  const trimmed = name.slice(0, end)
  return trimmed === '' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1)
}
