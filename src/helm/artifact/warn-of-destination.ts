/** Warnings of destinations that are valid, but probably not what was meant. */
import { InvalidReferenceError } from '../../oras/errors/oci-error.js'
import type { WarningCode } from '../../oras/events.js'
import { formatReference, type Reference } from '../../oras/oci/reference.js'
import type { ChartMetadata } from '../model/chart-metadata.js'
import { chartDestination } from './chart-destination.js'
import type { ChartFormat } from './layerize-chart.js'

/** What is known of a push, next to its reference. */
export interface PushSettings {
  /** The option, as it was given. */
  readonly format: ChartFormat | undefined
  /** Whether the registry is on this machine. */
  readonly isLocal: boolean
}

type Warning = readonly [code: WarningCode, message: string]
type NameAndVersion = Pick<ChartMetadata, 'name' | 'version'>

/**
 * Lists what is probably not meant by the reference of a push: the format `split` where Helm may look for the chart, or
 * the chart's name twice. Each message says what to give in its place. The format of a reference with a digest is meant:
 * the manifest of another format has another digest.
 */
export function warnOfDestination(
  given: Reference,
  metadata: NameAndVersion,
  settings: PushSettings,
): readonly Warning[] {
  return given.scheme === 'oci' ? warnOfName(given, metadata) : warnOfFormat(given, metadata, settings)
}

function warnOfFormat(given: Reference, metadata: NameAndVersion, settings: PushSettings): readonly Warning[] {
  if (settings.format !== undefined || given.digest !== undefined) return []
  const { parent, last } = splitRepository(given)
  const isFolder = last !== metadata.name
  // The usual address of a demo or a test.
  if (settings.isLocal && !(isFolder && given.tag === undefined)) return []

  const folder = folderOf(given, isFolder ? given.repository : parent)
  const advice = [
    ...(canHold(folder, metadata) ? [`push to ${addressBelow(folder, metadata)}`] : []),
    // By another tag, Helm finds no version, or another one than the chart's.
    ...(given.tag === undefined || given.tag.replaceAll('_', '+') === metadata.version
      ? ["set format: 'helm' to store it exactly there"]
      : []),
  ]
  const helm = advice.length > 0 ? ` For Helm, ${advice.join(', or ')}.` : ''
  const text = `${formatReference(given)} gets the format split, which Helm does not read.${helm}`
  return [['WARN_SPLIT_FORMAT', `${text} Set format: 'split' if that is what you want`]]
}

function warnOfName(given: Reference, metadata: NameAndVersion): readonly Warning[] {
  const { parent, last } = splitRepository(given)
  if (given.tag !== undefined || last !== metadata.name) return []
  const folder = folderOf(given, parent)
  // A digest in the reference says nothing about where the chart goes.
  const named = folderOf(given, given.repository)
  const meant = formatReference(chartDestination(folder, metadata))
  const whole = formatReference(chartDestination(named, metadata))
  return [
    [
      'WARN_REPEATED_NAME',
      `The name of the chart is appended to ${formatReference(named)}: it goes to ${whole}. ` +
        `To store it as ${meant}, push to ${addressBelow(folder, metadata)}; push to ${whole} if that is what you want`,
    ],
  ]
}

function folderOf({ registry }: Reference, repository: string): Reference {
  return { scheme: 'oci', registry, repository }
}

/** The reference that puts a chart below a folder without another warning. */
function addressBelow(folder: Reference, metadata: NameAndVersion): string {
  return splitRepository(folder).last === metadata.name
    ? formatReference(chartDestination(folder, metadata))
    : `${formatReference(folder)}, to which the name and version of the chart are appended`
}

function splitRepository({ repository }: Reference): { readonly parent: string; readonly last: string } {
  const slash = repository.lastIndexOf('/')
  return { parent: repository.slice(0, Math.max(slash, 0)), last: repository.slice(slash + 1) }
}

/** Tells whether the chart can be pushed below a folder: its name may be that of no repository, `MyChart` for example. */
function canHold(folder: Reference, metadata: NameAndVersion): boolean {
  try {
    chartDestination(folder, metadata)
    return true
  } catch (error) {
    if (error instanceof InvalidReferenceError) return false
    throw error
  }
}
