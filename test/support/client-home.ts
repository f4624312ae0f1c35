/** Where other clients keep their settings, logins and caches. */

/** The variables that make a folder the home of Helm, ORAS, crane and Skopeo, without settings of earlier runs. */
export function clientHome(folder: string): Readonly<Record<string, string>> {
  const helm = { HELM_CONFIG_HOME: folder, HELM_CACHE_HOME: folder, HELM_DATA_HOME: folder }
  return { HOME: folder, XDG_RUNTIME_DIR: folder, DOCKER_CONFIG: folder, ...helm }
}
