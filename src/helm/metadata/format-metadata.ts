/** Writes metadata as Helm does: the JSON of the config, and a Chart.yaml. */
import { formatGoJson, goMap, type GoJsonValue } from '../../oras/oci/go-json.js'
import { type ChartMetadata, type FieldType, METADATA, type StructType } from '../model/chart-metadata.js'
import { isEmpty } from './decode-struct.js'
import { formatYaml } from '../yaml/yaml.js'

/** Writes metadata as Helm's config, byte for byte: the fields in Helm's order, without empty ones. */
export function formatMetadata(metadata: Partial<ChartMetadata>): string {
  return formatGoJson(goStruct(METADATA, metadata))
}

/**
 * Writes a Chart.yaml, which Helm reads back unchanged. Like `helm package`, it drops comments and unknown fields.
 *
 * @param hasRequirements Whether there is a requirements.yaml, which holds the dependencies of a v1 chart.
 */
export function formatChartYaml(metadata: ChartMetadata, hasRequirements: boolean): string {
  const { dependencies, ...rest } = metadata
  const isLeftOut = !dependencies || (metadata.apiVersion === 'v1' && hasRequirements)
  return formatYaml(orderFields(METADATA, isLeftOut ? rest : { ...rest, dependencies }))
}

function goStruct(type: StructType, value: object): GoJsonValue {
  const ordered = Object.entries(orderFields(type, value))
  return Object.fromEntries(ordered.map(([field, item]) => [field, goValue(type.fields[field], item)]))
}

function orderFields(type: StructType, value: object): Readonly<Record<string, unknown>> {
  const given = value as Readonly<Record<string, unknown>>
  const fields = Object.keys(type.fields).filter((field) => type.always?.includes(field) || !isEmpty(given[field]))
  return Object.fromEntries(fields.map((field) => [field, given[field] ?? '']))
}

function goValue(type: FieldType | undefined, value: unknown): GoJsonValue {
  if (type === 'textMap') return goMap(value as Readonly<Record<string, string>>)
  if (typeof type === 'object') return (value as readonly object[]).map((item) => goStruct(type, item))
  return sortKeys(value)
}

/** Sorts the keys of the objects in `import-values` by their bytes, as Go does with a map. */
function sortKeys(value: unknown): GoJsonValue {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value as GoJsonValue
  return new Map(Object.entries(value).map(([key, item]) => [key, sortKeys(item)]))
}
