/** A chart from the bytes of a .tgz. */
import { bytesContent, type Content } from '../../oras/oci/content.js'
import type { Chart } from '../model/chart.js'
import { HELM_CHART_MEDIA_TYPE } from '../model/chart-media-types.js'
import { loadFiles } from './load-files.js'
import { readArchive } from '../folder/read-archive.js'
import type { Reading } from '../model/reading.js'

/** Reads a packed chart, and keeps the bytes and their provenance with it. */
export async function readPackedChart(
  bytes: Uint8Array,
  provenance: Content | undefined,
  reading: Reading,
): Promise<Chart> {
  const chart = await loadFiles(await readArchive(bytes, reading), reading)
  const archive = bytesContent(bytes, { mediaType: HELM_CHART_MEDIA_TYPE })
  return { ...chart, archive, ...(provenance && { provenance }) }
}
