/** The rules of Helm for Chart.yaml, in Helm's order and with its messages. */
import type { Draft } from './decode-struct.js'
import { isPrintable } from './is-printable.js'
import { type ChartMetadata, type FieldType, METADATA } from '../model/chart-metadata.js'
import { quote } from '../../oras/errors/escape-message.js'
import { type Reading, refuseChart } from '../model/reading.js'
import { parseVersion } from '../version/version.js'

// Helm prints these to terminals; names of versions, types and annotations are checked or never printed.
const SANITIZED = ['name', 'description', 'home', 'icon', 'condition', 'tags', 'appVersion', 'kubeVersion']
const SANITIZED_LISTS = ['sources', 'keywords']

/**
 * Cleans and checks what Chart.yaml said.
 *
 * @throws {InvalidChartError} with Helm's message, if a rule is broken.
 */
export function validateMetadata(draft: Draft, reading: Reading): ChartMetadata {
  const refuse = (reason: string): Error =>
    refuseChart(reading, `validation: ${reason}`, {
      file: 'Chart.yaml',
      hint: 'Correct Chart.yaml: https://helm.sh/docs/topics/charts/#the-chartyaml-file says what each field may hold.',
    })

  const clean = { ...draft, ...sanitizeFields(draft, SANITIZED, SANITIZED_LISTS) } as Draft
  const { apiVersion, name, version, type } = clean as Readonly<Record<string, string | undefined>>
  if (!apiVersion) throw refuse('chart.metadata.apiVersion is required')
  if (!name) throw refuse('chart.metadata.name is required')
  if (name === '.' || name === '..') throw refuse(`chart.metadata.name ${quote(name)} is not allowed`)
  if (name !== baseName(name)) throw refuse(`chart.metadata.name ${quote(name)} is invalid`)
  if (!version) throw refuse('chart.metadata.version is required')
  if (parseVersion(version) === undefined) throw refuse(`chart.metadata.version ${quote(version)} is invalid`)
  if (!['', 'application', 'library'].includes(type ?? '')) {
    throw refuse('chart.metadata.type must be application or library')
  }

  clean['maintainers'] = drafts(draft['maintainers']).map((maintainer) => {
    if (!maintainer) throw refuse('maintainers must not contain empty or null nodes')
    return { ...maintainer, ...sanitizeFields(maintainer, ['name', 'email', 'url'], []) }
  })
  const seen = new Set<string>()
  clean['dependencies'] = drafts(draft['dependencies']).map((dependency) => {
    if (!dependency) throw refuse('dependencies must not contain empty or null nodes')
    const fields = sanitizeFields(dependency, ['name', 'version', 'repository', 'condition'], ['tags'])
    const cleaned = { ...dependency, ...fields } as Readonly<Record<string, string | undefined>>
    const { alias } = cleaned
    if (alias && !/^[a-zA-Z0-9_-]+$/.test(alias)) {
      throw refuse(`dependency ${quote(cleaned['name'] ?? '')} has disallowed characters in the alias`)
    }
    const key = alias || (cleaned['name'] ?? '')
    if (seen.has(key)) throw refuse(`more than one dependency with name or alias ${quote(key)}`)
    seen.add(key)
    return cleaned
  })
  return prune(METADATA.fields, clean, ['name', 'version', 'apiVersion']) as unknown as ChartMetadata
}

function drafts(list: unknown): readonly (Draft | null)[] {
  return (list ?? []) as readonly (Draft | null)[]
}

function sanitizeFields(draft: Draft, texts: readonly string[], lists: readonly string[]): Draft {
  const clean: Draft = {}
  for (const field of texts) if (draft[field] !== undefined) clean[field] = sanitize(draft[field] as string)
  for (const field of lists) if (draft[field]) clean[field] = (draft[field] as readonly string[]).map(sanitize)
  return clean
}

/** Turns every white space into a blank, and drops what Go does not count as printable. */
function sanitize(text: string): string {
  return text
    .replace(/\p{White_Space}/gu, ' ')
    .replace(/[^ -~]/gu, (character) => (isPrintable(character) ? character : ''))
}

/** Go's filepath.Base on Unix. */
function baseName(name: string): string {
  let end = name.length
  while (name[end - 1] === '/') end--
  const trimmed = name.slice(0, end)
  return trimmed === '' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1)
}

/** Leaves out what Go would not write, so that a field is there or is not, in Helm's order. */
function prune(fields: Readonly<Record<string, FieldType>>, draft: Draft, always: readonly string[]): Draft {
  const kept: Draft = {}
  for (const [field, type] of Object.entries(fields)) {
    const value = draft[field]
    if (typeof type === 'object' && Array.isArray(value) && value.length > 0) {
      kept[field] = value.map((item: Draft) => prune(type.fields, item, type.always ?? []))
    } else if (always.includes(field)) {
      kept[field] = value ?? ''
    } else if (!isEmpty(value)) {
      kept[field] = value
    }
  }
  return kept
}

/** What Go's `omitempty` leaves out. */
export function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0
  return value === undefined || value === null || value === '' || value === false
}
