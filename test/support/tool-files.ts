/** Files of logins as other tools write them, and the logins that are in them. */
import type { Credential } from '../../src/oras/credentials/credential.js'

export interface ToolFile {
  /** The tool that wrote it. */
  readonly tool: string
  readonly text: string
  /** By registry and repository. */
  readonly logins: Readonly<Record<string, Credential | undefined>>
}

const login = (username: string, password: string): Credential => ({ username, password })

export const toolFiles: readonly ToolFile[] = [
  {
    tool: 'docker login, without a helper',
    text: `{
	"auths": {
		"127.0.0.1:5000": {
			"auth": "dGVzdHVzZXI6czNjcmV0"
		},
		"https://index.docker.io/v1/": {
			"auth": "aHViOnMzY3JldA=="
		},
		"ghcr.io": {
			"auth": "Ym90OmdocF94Onk="
		}
	},
	"HttpHeaders": {
		"User-Agent": "Docker-Client/19.03.1 (linux)"
	}
}`,
    logins: {
      '127.0.0.1:5000/a': login('testuser', 's3cret'),
      'docker.io/library/a': login('hub', 's3cret'),
      'registry-1.docker.io/acme/a': login('hub', 's3cret'),
      'ghcr.io/acme/a': login('bot', 'ghp_x:y'),
      '127.0.0.1:5001/a': undefined,
      'localhost:5000/a': undefined,
    },
  },
  {
    tool: 'docker login to a token server that gives an identity token',
    text: '{"auths":{"tokens.example":{"auth":"bWU6","identitytoken":"cmVmcmVzaA.x"}}}',
    logins: { 'tokens.example/a': { identityToken: 'cmVmcmVzaA.x' } },
  },
  {
    tool: 'az acr login',
    text: `{
	"auths": {
		"acme.azurecr.io": {
			"auth": "MDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAwOg==",
			"identitytoken": "eyJhbGciOiJSUzI1NiJ9.e30.x"
		}
	}
}`,
    logins: { 'acme.azurecr.io/a': { identityToken: 'eyJhbGciOiJSUzI1NiJ9.e30.x' } },
  },
  {
    tool: 'Docker Desktop, whose helper is asked elsewhere',
    text: `{
	"auths": {
		"ghcr.io": {}
	},
	"credHelpers": {
		"ghcr.io": ""
	},
	"credsStore": "",
	"currentContext": "desktop-linux",
	"plugins": { "-x-cli-hints": { "enabled": "true" } }
}`,
    logins: { 'ghcr.io/a': undefined },
  },
  {
    tool: 'a secret of Kubernetes, .dockerconfigjson',
    text: '{"auths":{"https://quay.io/v2/":{"username":"acme+bot","password":"s3cret","email":"a@b.example","auth":"YWNtZStib3Q6czNjcmV0"}}}',
    logins: { 'quay.io/acme/a': login('acme+bot', 's3cret'), 'quay.io:8443/a': undefined },
  },
  {
    tool: 'a registry token, as build systems hand it on',
    text: '{"auths":{"registry.example":{"registrytoken":"eyJ.bearer"}}}',
    logins: { 'registry.example/a': { registryToken: 'eyJ.bearer' } },
  },
  {
    tool: 'podman login and skopeo login',
    text: `{
	"auths": {
		"127.0.0.1:34213": {
			"auth": "dGVzdHVzZXI6czNjcmV0"
		},
		"127.0.0.1:34213/ns/repo": {
			"auth": "bmFycm93OnMzY3JldA=="
		},
		"docker.io": {
			"auth": "aHViOnMzY3JldA=="
		}
	}
}`,
    logins: {
      '127.0.0.1:34213/a': login('testuser', 's3cret'),
      '127.0.0.1:34213/ns/repo': login('narrow', 's3cret'),
      '127.0.0.1:34213/ns/repo/a': login('narrow', 's3cret'),
      '127.0.0.1:34213/ns/repository': login('testuser', 's3cret'),
      'index.docker.io/library/a': login('hub', 's3cret'),
    },
  },
  {
    tool: 'helm registry login and oras login',
    text: `{
	"auths": {
		"localhost:5000": {
			"auth": "bWU6czNjcmV0"
		}
	}
}`,
    logins: { 'localhost:5000/charts/a': login('me', 's3cret'), 'localhost/charts/a': undefined },
  },
]
