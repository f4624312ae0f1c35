/** What TypeScript must accept: every entry point, and types that are the same in all of them. */
import {
  type AnyOciError,
  createChart,
  InvalidChartError,
  OciError,
  pullChart,
  pushChart,
  type PushChartResult,
  Repository,
  type Target,
} from 'oras-helm'
import * as oras from 'oras-helm/oras'
import { startRegistry, storeContract, type TestRegistry } from 'oras-helm/testing'

// A class with private fields is the same type only if it is declared once.
export const repository: oras.Repository = new Repository('localhost:5000/mychart')
export const sameRepository: Repository = new oras.Repository('localhost:5000/mychart')
export const target: Target = new oras.MemoryStore()
export const error: oras.OciError = new InvalidChartError('no Chart.yaml', { hint: 'add one' })
export const cases = storeContract(async () => ({ target }), { sha512: true })

export async function push(signal: AbortSignal): Promise<PushChartResult | string> {
  const registry: TestRegistry = await startRegistry({ delay: 1 })
  try {
    const chart = await createChart([{ path: 'Chart.yaml', bytes: new Uint8Array() }], { signal })
    const result = await pushChart(chart, `${registry.host}/mychart:latest`, { signal })
    await oras.copy(new oras.Repository(`${registry.host}/mychart`), result.digest, target)
    const { files } = (await pullChart(result.reference)).chart
    const bytes: Uint8Array | undefined = files[0]?.bytes
    // @ts-expect-error there is no such option
    await pushChart(chart, result.reference, { nonsense: bytes })
    return result
  } catch (caught) {
    if (!(caught instanceof OciError)) throw caught
    return (caught as AnyOciError).code
  } finally {
    await registry.close()
  }
}
