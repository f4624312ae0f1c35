/** The error class for invalid charts. */
import { OciError, type OciErrorOptions } from '../../oras/errors/oci-error.js'

/**
 * The files are not a chart that Helm would accept.
 *
 * @example
 * ```ts
 * import { createChart, InvalidChartError } from 'oras-helm'
 *
 * const bytes = new TextEncoder().encode('apiVersion: v2\nname: mychart\n')
 * try {
 *   await createChart([{ path: 'Chart.yaml', bytes }])
 * } catch (error) {
 *   if (error instanceof InvalidChartError) console.log(error.file) // Chart.yaml
 * }
 * ```
 */
export class InvalidChartError extends OciError {
  override readonly name = 'InvalidChartError'
  readonly code = 'ERR_INVALID_CHART'
  /** The path of the invalid file in the chart, if it is a single file: `Chart.yaml`. */
  readonly file: string | undefined

  constructor(message: string, options: OciErrorOptions & { file?: string }) {
    super(message, options)
    this.file = options.file
  }
}
