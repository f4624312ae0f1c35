/** The media types of charts: Helm's own, and those of the two-layer layout that the ORAS Helm demo began. */

/** Helm's config: the metadata of Chart.yaml as JSON. */
export const HELM_CONFIG_MEDIA_TYPE = 'application/vnd.cncf.helm.config.v1+json'
/** Helm's layer: the packed chart, a `.tgz`. */
export const HELM_CHART_MEDIA_TYPE = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip'
/** Helm's other layer: the signature that `helm package --sign` puts beside the `.tgz`. */
export const HELM_PROVENANCE_MEDIA_TYPE = 'application/vnd.cncf.helm.chart.provenance.v1.prov'
/** What Helm 3.0 to 3.6 called its layer; it says nothing without Helm's config. */
export const LEGACY_CHART_MEDIA_TYPE = 'application/tar+gzip'

/** The first layer of a split chart: Chart.yaml as JSON, without name and version. */
export const SPLIT_METADATA_MEDIA_TYPE = 'application/vnd.cncf.helm.chart.config.v1+json'
/** The second layer of a split chart: every other file, a plain tar. */
export const SPLIT_CONTENT_MEDIA_TYPE = 'application/vnd.cncf.helm.chart.content.v1+tar'

/** What the first layer of a split chart was ever called. */
export const SPLIT_METADATA_MEDIA_TYPES: readonly string[] = [
  SPLIT_METADATA_MEDIA_TYPE,
  'application/vnd.cncf.helm.chart.meta.v1+json',
]
/** What the second layer of a split chart was ever called; the bytes may be gzipped under either name. */
export const SPLIT_CONTENT_MEDIA_TYPES: readonly string[] = [
  SPLIT_CONTENT_MEDIA_TYPE,
  'application/vnd.cncf.helm.chart.content.v1.tar',
]
