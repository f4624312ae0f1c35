/** Artifacts that are not charts, made by `oras push`: common uses of ORAS, and formats of other programs. */
import { EXAMPLE_ARCHIVE } from './example-chart.js'

const HELM_CONFIG = 'application/vnd.cncf.helm.config.v1+json'
const HELM_CHART = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip'
const META = 'application/vnd.cncf.helm.chart.meta.v1+json'
const IMAGE_CONFIG = 'application/vnd.oci.image.config.v1+json'

export interface ForeignArtifact {
  /** How the error must name it. */
  readonly what: string
  /** Arguments of `oras push`, which runs in a folder with the example and a file called `file`. */
  readonly args: readonly string[]
}

export const foreignArtifacts: readonly ForeignArtifact[] = [
  { what: 'an ORAS artifact without a type', args: ['file'] },
  { what: 'an ORAS artifact without a type', args: ['file', '--image-spec', 'v1.0'] },
  { what: 'an ORAS artifact without a type', args: [EXAMPLE_ARCHIVE] },
  {
    what: 'an artifact of type application/vnd.acme.rocket',
    args: ['file', '--artifact-type', 'application/vnd.acme.rocket'],
  },
  { what: 'an artifact of type application/vnd.acme.rocket', args: ['--artifact-type', 'application/vnd.acme.rocket'] },
  {
    what: 'an artifact of type application/vnd.acme.config',
    args: ['file', '--config', 'config.json:application/vnd.acme.config'],
  },
  {
    what: 'an artifact of another kind',
    args: ['file:application/vnd.acme', '--config', `config.json:${IMAGE_CONFIG}`],
  },
  { what: 'an artifact with several charts', args: [`${EXAMPLE_ARCHIVE}:${HELM_CHART}`, `file:${HELM_CHART}`] },
  { what: 'a Helm plugin', args: ['file', '--artifact-type', 'application/vnd.helm.plugin.v1+json'] },
  { what: 'a Helm artifact without a chart', args: ['file', '--config', `config.json:${HELM_CONFIG}`] },
  { what: 'a split chart without its content', args: [`config.json:${META}`] },
  {
    what: 'a Wasm module',
    args: ['file:application/wasm', '--config', 'config.json:application/vnd.wasm.config.v0+json'],
  },
  {
    what: 'a Flux artifact',
    args: [
      'file:application/vnd.cncf.flux.content.v1.tar+gzip',
      '--config',
      'config.json:application/vnd.cncf.flux.config.v1+json',
    ],
  },
  {
    what: 'a signature',
    args: ['file:application/vnd.dev.cosign.simplesigning.v1+json', '--config', `config.json:${IMAGE_CONFIG}`],
  },
  { what: 'a signature', args: ['file', '--artifact-type', 'application/vnd.dev.sigstore.bundle.v0.3+json'] },
  { what: 'a signature', args: ['file', '--artifact-type', 'application/vnd.cncf.notary.signature'] },
  {
    what: 'an SBOM or an attestation',
    args: ['file:application/vnd.dsse.envelope.v1+json', '--config', `config.json:${IMAGE_CONFIG}`],
  },
  { what: 'an SBOM or an attestation', args: ['file:application/vnd.cyclonedx+json'] },
  { what: 'an SBOM or an attestation', args: ['file', '--artifact-type', 'application/spdx+json'] },
]
