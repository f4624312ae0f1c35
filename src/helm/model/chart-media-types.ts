/** The media types of charts: Helm's own, and those of the split layout of the ORAS Helm demo. */

/** Helm's config: the metadata of Chart.yaml as JSON. */
export const HELM_CONFIG_MEDIA_TYPE = 'application/vnd.cncf.helm.config.v1+json'
/** Helm's layer: the packed chart, a `.tgz`. */
export const HELM_CHART_MEDIA_TYPE = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip'
/** Helm's second layer: the provenance file that `helm package --sign` writes next to the `.tgz`. */
export const HELM_PROVENANCE_MEDIA_TYPE = 'application/vnd.cncf.helm.chart.provenance.v1.prov'
/** The layer of Helm 3.0 to 3.6; only together with Helm's config does it mean a chart. */
export const LEGACY_CHART_MEDIA_TYPE = 'application/tar+gzip'

/** The first layer of a split chart: Chart.yaml as JSON, without name and version. */
export const SPLIT_METADATA_MEDIA_TYPE = 'application/vnd.cncf.helm.chart.config.v1+json'
/** The second layer of a split chart: every other file, a plain tar. */
export const SPLIT_CONTENT_MEDIA_TYPE = 'application/vnd.cncf.helm.chart.content.v1+tar'

/** All media types that the first layer of a split chart may have, older ones included. */
export const SPLIT_METADATA_MEDIA_TYPES: readonly string[] = [
  SPLIT_METADATA_MEDIA_TYPE,
  'application/vnd.cncf.helm.chart.meta.v1+json',
]
/** All media types that the second layer of a split chart may have; the bytes may be gzipped with either of them. */
export const SPLIT_CONTENT_MEDIA_TYPES: readonly string[] = [
  SPLIT_CONTENT_MEDIA_TYPE,
  'application/vnd.cncf.helm.chart.content.v1.tar',
]
