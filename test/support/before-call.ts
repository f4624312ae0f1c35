/** Does something on the disk right before a certain call of the file system: another program, at the worst moment. */

type Module = Readonly<Record<string, unknown>>

let calls = 0
let act: ((call: number) => void) | undefined

/**
 * The same module, whose calls are counted; otherwise it does what it always does.
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
  // What `promisify` finds on it, for example.
  for (const [key, property] of Reflect.ownKeys(value).map((each) => [each, Reflect.get(value, each)] as const)) {
    if (typeof key === 'symbol' || key === 'native')
      Object.defineProperty(counted, key, { value: key === 'native' ? countFunction(property) : property })
  }
  return counted
}

function note(): void {
  const now = act
  if (!now) return
  // What the act itself calls does not count.
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

/** How often a call may be made in a test; more would be an endless one. */
const MOST = 1000

/**
 * Does some work again and again, with something done before one of its calls: the first one, one some steps later, and so
 * on to the last.
 *
 * @param run Tells whether there was such a call.
 * @returns how many calls there are.
 */
export async function beforeEachCall(step: number, run: (at: number) => Promise<boolean>): Promise<number> {
  for (let at = 1; at <= MOST; at += step) if (!(await run(at))) return at
  throw new Error(`there are more than ${MOST} calls`)
}
