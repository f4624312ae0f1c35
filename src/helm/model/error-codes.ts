/** The closed set of error codes: those of the ORAS part, and that of charts. */
import type { AnyOciError as AnyOrasError } from '../../oras/errors/error-codes.js'
import type { InvalidChartError } from './invalid-chart-error.js'

/**
 * Any error of the library: a union of all error classes, so that `switch (error.code)` narrows to the class.
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

/** Any `code` of an error of the library. */
export type ErrorCode = AnyOciError['code']
