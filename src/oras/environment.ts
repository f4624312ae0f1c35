/** The environment of the process: its variables, read when they are needed, and its user. */

/** Reads an environment variable; an empty one counts as not set, as for Docker, Podman and Helm. */
export function readVariable(name: string): string | undefined {
  return process.env[name] || undefined
}

/** The id of the user; `undefined` on Windows, or if Deno forbids it. */
export function readUserId(): number | undefined {
  try {
    return process.getuid?.()
  } catch {
    return undefined
  }
}
