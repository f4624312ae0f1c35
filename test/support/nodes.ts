/** The major versions of Node that are supported and that the tests run on; `engines` of package.json has the oldest. */
export const NODES = ['20', '22', '24', '26'] as const
