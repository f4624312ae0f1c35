/** The environment of the process: by name, when it is asked for. */

/** The value of a variable; one that is empty counts as not set, as it does for Docker, Podman and Helm. */
export function readVariable(name: string): string | undefined {
  return process.env[name] || undefined
}
