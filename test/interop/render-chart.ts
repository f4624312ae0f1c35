/** Renders a chart with Helm, and compares the result, of which some lines may change from run to run. */
import { expect } from 'vitest'
import type { PreparedHelm } from './prepare-helm.js'

/** Real charts draw up to three lines by chance: passwords, and digests of them. */
const MOST_BY_CHANCE = 5

/** Values that subcharts would bring along, if they were there. */
const MISSING_VALUES: Readonly<Record<string, readonly string[]>> = {
  'kube-prometheus-stack': [
    '--set',
    'prometheus-node-exporter.kubeRBACProxy.enabled=false,kube-state-metrics.kubeRBACProxy.enabled=false',
  ],
}

/** The flags without which Helm does not render a chart that lacks its subcharts. */
export function missingValues(title: string): readonly string[] {
  return MISSING_VALUES[title] ?? []
}

/**
 * Renders a chart as one and the same release, with its resources, tests and hooks.
 *
 * @param chart As Helm takes it: a path, or `oci://…` and flags.
 * @returns What Helm prints; of a chart that Helm does not render, the reason.
 */
export async function renderChart(helm: PreparedHelm, title: string, ...chart: readonly string[]): Promise<string> {
  const flags = ['--include-crds', '--kube-version', '1.31.0', ...missingValues(title)]
  try {
    return await helm.run('template', 'release', ...chart, ...flags)
  } catch (error) {
    const reason = /^Error: .*$/m.exec((error as { stderr?: string }).stderr ?? '')
    if (!reason) throw error
    return reason[0]
  }
}

/**
 * Expects that a chart was rendered like its folder. Where it was not, the folder is rendered once more: lines that
 * differ between two renderings of the same files are left out of the comparison.
 */
export async function expectRendering(helm: PreparedHelm, title: string, rendered: string): Promise<void> {
  const folder = await helm.chartFolder(title)
  const wanted = await renderChart(helm, title, folder)
  expect(wanted).toMatch(/^(---\n|Error: library charts are not installable$)/)
  if (rendered === wanted) return
  const [lines, again] = [wanted.split('\n'), (await renderChart(helm, title, folder)).split('\n')]
  const isByChance = (index: number): boolean => lines[index] !== again[index]
  expect(lines.filter((_, index) => isByChance(index)).length).toBeLessThanOrEqual(MOST_BY_CHANCE)
  const mask = (text: readonly string[]): string =>
    text.map((line, index) => (isByChance(index) ? '(by chance)' : line)).join('\n')
  expect(mask(rendered.split('\n'))).toBe(mask(lines))
}
