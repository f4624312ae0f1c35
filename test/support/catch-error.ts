/** Catches what a call throws or rejects with, so that a test can look at all of it. */
import type { AnyOciError } from '../../src/helm/model/error-codes.js'

/** Fails if the call succeeds. What is caught is typed as an error of the library; the test says which. */
export async function catchError(call: () => unknown): Promise<AnyOciError> {
  try {
    await call()
  } catch (error) {
    return error as AnyOciError
  }
  throw new Error('the call was expected to fail')
}
