/** Credential helpers of the tests: small scripts in a folder of their own, first on the PATH. */
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { makeFolder } from './make-folder.js'
import { setVariables } from './set-variables.js'

/** Makes `docker-credential-<name>` of each shell script, for one test; returns their folder. */
export async function makeHelpers(scripts: Readonly<Record<string, string>>): Promise<string> {
  const folder = await makeFolder()
  for (const [name, script] of Object.entries(scripts)) {
    const path = join(folder, `docker-credential-${name}`)
    await writeFile(path, `#!/bin/sh\n${script}\n`)
    await chmod(path, 0o755)
  }
  setVariables({ PATH: `${folder}${delimiter}${process.env['PATH']}` })
  return folder
}

/** A helper that answers every request with this login. */
export function answering(answer: object): string {
  return `cat >/dev/null; cat <<'END'\n${JSON.stringify(answer)}\nEND`
}

/** A helper that has no login. */
export const FINDS_NOTHING = "cat >/dev/null; echo 'credentials not found in native keychain'; exit 1"

/** A helper that does keep logins: one file for each server, in the folder `vault` next to it. */
export async function makeVault(name: string): Promise<{ readonly folder: string; readonly vault: string }> {
  const folder = await makeHelpers({
    [name]: String.raw`
cd "$(dirname "$0")/vault" || exit 2
input=$(cat)
case "$1" in
  store) server=$(printf %s "$input" | sed 's/.*"ServerURL": *"\([^"]*\)".*/\1/') ;;
  *) server=$input ;;
esac
file=$(printf %s "$server" | sed 's/[^A-Za-z0-9.]/_/g')
case "$1" in
  store) printf %s "$input" >"$file" ;;
  get) if [ -f "$file" ]; then cat "$file"; else echo 'credentials not found in native keychain'; exit 1; fi ;;
  erase) rm -f "$file" ;;
esac`,
  })
  const vault = join(folder, 'vault')
  await mkdir(vault)
  return { folder, vault }
}
