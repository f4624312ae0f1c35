/** How the embedded registry asks for a login: an option of its own. */

/** The credentials of the one user that the embedded registry knows. */
export interface TestRegistryAuth {
  /**
   * `basic`: credentials come with every request. `bearer`: they go to `/token`, whose tokens come with every request
   * and allow what was asked for when they were made.
   */
  readonly scheme: 'basic' | 'bearer'
  readonly username: string
  readonly password: string
  /** Whether anybody may read; with `bearer` they still need a token for it. `false` unless told. */
  readonly anonymousPull?: boolean | undefined
}
