/** The one error class that only charts need. */
import { OciError, type OciErrorOptions } from '../../oras/errors/oci-error.js'

/** The files are there, but they are not a chart that Helm would accept. */
export class InvalidChartError extends OciError {
  override readonly name = 'InvalidChartError'
  readonly code = 'ERR_INVALID_CHART'
  /** The file inside the chart that is wrong, where there is one: `Chart.yaml`. */
  readonly file: string | undefined

  constructor(message: string, options: OciErrorOptions & { file?: string }) {
    super(message, options)
    this.file = options.file
  }
}
