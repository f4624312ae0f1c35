/** What the process was started with: its variables, by name, when they are asked for; and its user. */

/** The value of a variable; one that is empty counts as not set, as it does for Docker, Podman and Helm. */
export function readVariable(name: string): string | undefined {
  return process.env[name] || undefined
}

/** The number of the user, where the system has one and tells it: Deno may forbid that. */
export function readUserId(): number | undefined {
  try {
    return process.getuid?.()
  } catch {
    return undefined
  }
}
