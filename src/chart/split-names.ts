/** Name and version of a split chart, which lie outside of its layers, so that these are the same for all of them. */
import type { Annotations, Descriptor } from '../oci/descriptor.js'
import type { Names } from './parse-metadata.js'

/** What the content layer says. Helm called its own trial of the layout by other keys. */
export function layerNames({ annotations = {} }: Descriptor): Names {
  const name = annotations['chart.name'] ?? annotations['sh.helm.chart.name']
  const version = annotations['chart.version'] ?? annotations['sh.helm.chart.version']
  return { ...(name !== undefined && { name }), ...(version !== undefined && { version }) }
}

/** What the manifest says. */
export function manifestNames(annotations: Annotations): Names {
  return {
    name: annotations['org.opencontainers.image.title'],
    version: annotations['org.opencontainers.image.version'],
  }
}
