/** The closed set of error codes: those of ORAS, and the one of charts. */
import type { AnyOciError as AnyOrasError } from '../../oras/errors/error-codes.js'
import type { InvalidChartError } from './invalid-chart-error.js'

/**
 * Every error class, so that `switch (error.code)` narrows to the class and its fields.
 *
 * @example
 * ```ts
 * import { type AnyOciError, parseReference } from 'oras-helm'
 *
 * try {
 *   parseReference('localhost:5000/MyChart')
 * } catch (error) {
 *   const known = error as AnyOciError
 *   if (known.code === 'ERR_INVALID_REFERENCE') console.log(known.part) // MyChart
 * }
 * ```
 */
export type AnyOciError = AnyOrasError | InvalidChartError

/** The closed set of codes. */
export type ErrorCode = AnyOciError['code']
