import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { familiar, parseReference } from './reference.ts'
import type { ImageConfig } from './store.ts'

const emptyConfig = (): ImageConfig => ({
  Env: [],
  Entrypoint: null,
  Cmd: null,
  WorkingDir: '/',
  User: '',
  Labels: {},
})

/** An image to build from that the rehearsal knows: one with Bun in it, or one with nothing in it. */
export interface Base {
  kind: 'bun' | 'empty'
  name: string
  config: ImageConfig
  /** The version its tag asks for, when it is one. */
  version: string | undefined
}

export function knownBase(name: string): Base | undefined {
  if (name === 'scratch') return { kind: 'empty', name, config: emptyConfig(), version: undefined }
  const reference = parseReference(name)
  if (!reference) return undefined
  const shown = `${reference.registry}/${reference.repository}:${reference.tag ?? 'latest'}`
  if (/(^|\/)distroless\//.test(familiar(reference))) {
    const config = {
      ...emptyConfig(),
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    }
    return { kind: 'empty', name: shown, config, version: undefined }
  }
  if (!/(^|\/)bun$/.test(reference.repository)) return undefined
  return {
    kind: 'bun',
    name: shown,
    config: bunConfig(),
    version: /^\d+\.\d+\.\d+/.exec(reference.tag ?? '')?.[0],
  }
}

/** As the official image is configured. */
function bunConfig(): ImageConfig {
  return {
    ...emptyConfig(),
    Env: [
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/bun-node-fallback-bin',
      'BUN_RUNTIME_TRANSPILER_CACHE_PATH=0',
      'BUN_INSTALL_BIN=/usr/local/bin',
    ],
    Entrypoint: ['/usr/local/bin/docker-entrypoint.sh'],
    Cmd: ['/usr/local/bin/bun'],
    WorkingDir: '/home/bun/app',
  }
}

/** The little of a base image's files that a Dockerfile may copy or enter. */
export function furnishBase(base: Base, root: string): void {
  if (base.kind !== 'bun') return
  mkdirSync(join(root, 'usr/local/bin'), { recursive: true })
  mkdirSync(join(root, 'home/bun/app'), { recursive: true })
  writeFileSync(join(root, 'usr/local/bin/bun'), '#!/bin/sh\nexec bun "$@"\n', { mode: 0o755 })
}
