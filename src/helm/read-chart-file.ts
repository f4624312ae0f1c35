/** The facade that reads one file of a chart in a registry. */
import { readArtifactFile } from './artifact/read-artifact-file.js'
import { checkPath } from './model/check-path.js'
import { quote } from '../oras/errors/escape-message.js'
import { InvalidChartError } from './model/invalid-chart-error.js'
import { NotFoundError } from '../oras/errors/oci-error.js'
import type { Digest } from '../oras/oci/digest.js'
import { aBoolean, type OptionChecks, readOptions } from '../oras/errors/read-options.js'
import { expectString } from '../oras/errors/wrong-argument.js'
import { expectReference, formatReference } from '../oras/oci/reference.js'
import { openChartChecks, openChart, type OpenChartOptions, readOpenChartOptions } from './open-chart.js'

/** How to read a file. */
export interface ReadChartFileOptions extends OpenChartOptions {
  /**
   * Whether to stop right behind the file, and close the connection: the bytes are then unverified, unless they come
   * from the metadata of a split chart.
   *
   * @default false
   */
  readonly partial?: boolean | undefined
}

function readFileChecks(): OptionChecks<ReadChartFileOptions> {
  return { ...openChartChecks(), partial: aBoolean }
}

/** One file of a chart. */
export interface ReadChartFileResult {
  /** Where the chart was found: the reference, with the tag that was chosen if it had none. */
  readonly reference: string
  /** Of the chart's manifest. */
  readonly digest: Digest
  /** Without a byte order mark, as Helm reads it. */
  readonly bytes: Uint8Array
  /** Whether the bytes are certain to be those that the digest stands for. */
  readonly verified: boolean
}

/**
 * Reads one file of a chart by two requests (of some old layouts by three): the manifest, and the layer that holds the
 * file, of which nothing else is kept. The layer is read to its end, because only then its digest is known.
 *
 * Of the option `strict`, only tag and digest of the reference are held against each other: that the files are those of
 * a chart is known to who reads them all.
 *
 * @param path Relative to the chart, as in `Chart.files`; of a subchart, `charts/<folder>/values.yaml`, or the packed one.
 * @throws {NotFoundError} if the chart has no such file.
 * @throws {OciError} with a code of docs/errors.md.
 * @throws {TypeError} if an argument or an option is wrong; nothing was done.
 * @example
 * ```ts
 * import { readChartFile } from 'oras-helm'
 *
 * const { bytes } = await readChartFile('oci://localhost:5000/charts/mychart:0.1.0', 'values.yaml')
 * console.log(new TextDecoder().decode(bytes))
 * ```
 */
export async function readChartFile(
  reference: string,
  path: string,
  options: ReadChartFileOptions = {},
): Promise<ReadChartFileResult> {
  expectReference(reference)
  expectString('path', 'the path of a file in the chart, such as "values.yaml"', path)
  const { partial = false, ...given } = readOptions(options, readFileChecks())
  const settings = readOpenChartOptions(given)
  checkFile(path, reference)
  return openChart(reference, settings, async (chart) => {
    const file = await readArtifactFile(chart, path, partial, chart.context)
    if (!file) {
      throw new NotFoundError(`${chart.context.attempt}: it has no file ${quote(path)}`, {
        hint: 'Check the path: it begins in the folder of the chart, as values.yaml does. The result of pullChart() lists the files of a chart.',
      })
    }
    return { reference: formatReference(chart.reference), digest: chart.descriptor.digest, ...file }
  })
}

/** No chart has another file: nothing needs to be sent to know that. */
function checkFile(path: string, reference: string): void {
  try {
    checkPath(path)
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw new InvalidChartError(
      `Cannot read ${quote(path)} of chart ${reference}: this is not the path of a file in a chart`,
      {
        cause,
        file: path,
        hint: 'Give the path below the folder of the chart, without "./": values.yaml, templates/service.yaml.',
      },
    )
  }
}
