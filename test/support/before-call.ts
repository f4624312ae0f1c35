/** Changes the disk right before a certain call of the file system, as another program would at the worst moment. */

type Module = Readonly<Record<string, unknown>>

let calls = 0
let act: ((call: number) => void) | undefined

/**
 * Returns the same module, with calls that are counted.
 *
 * @example
 * vi.mock('node:fs', async (original) => countCalls(await original()))
 */
export function countCalls(module: Module): Module {
  const counted = Object.fromEntries(
    Object.entries(module).map(([name, value]) => [name, /^[a-z]/.test(name) ? countFunction(value) : value]),
  )
  return { ...counted, default: counted }
}

function countFunction(value: unknown): unknown {
  if (typeof value !== 'function') return value
  const counted = function (this: unknown, ...args: unknown[]): unknown {
    note()
    return Reflect.apply(value, this, args)
  }
  // Members of the function, such as the one that `promisify` reads.
  for (const [key, property] of Reflect.ownKeys(value).map((each) => [each, Reflect.get(value, each)] as const)) {
    if (typeof key === 'symbol' || key === 'native')
      Object.defineProperty(counted, key, { value: key === 'native' ? countFunction(property) : property })
  }
  return counted
}

function note(): void {
  const now = act
  if (!now) return
  // Calls of the action itself do not count.
  act = undefined
  now(++calls)
  act = now
}

/** Counts the calls of some work, and does something before each of them. */
export async function beforeCalls<Result>(
  before: (call: number) => void,
  work: () => Promise<Result>,
): Promise<Result> {
  calls = 0
  act = before
  try {
    return await work()
  } finally {
    act = undefined
  }
}

/** How often a call may be made in a test; more would be a loop without end. */
const MOST = 1000

/**
 * Does some work again and again, each time with the action before another of its calls: first before the first call, then
 * before one some steps later, and at the end before the last.
 *
 * @param run Returns whether there was such a call.
 * @returns how many calls there are.
 */
export async function beforeEachCall(step: number, run: (at: number) => Promise<boolean>): Promise<number> {
  for (let at = 1; at <= MOST; at += step) if (!(await run(at))) return at
  throw new Error(`there are more than ${MOST} calls`)
}
