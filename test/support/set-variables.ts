/** Sets variables of the environment for one test. */
import { onTestFinished } from 'vitest'

/** `undefined` takes a variable away. What was there before comes back when the test ends. */
export function setVariables(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) {
    const before = process.env[name]
    set(name, value)
    onTestFinished(() => set(name, before))
  }
}

function set(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name]
  else process.env[name] = value
}
