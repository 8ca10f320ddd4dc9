import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { findProgram } from '../binaries.ts'
import type { ImageStore } from './store.ts'
import { exists } from './tree.ts'

/** What a slim image with Bun has, and harmless here: a RUN finds these and nothing else of the machine. */
const shared =
  `[ awk basename cat chmod cmp cp cut date diff dirname du echo env expr false find grep gunzip gzip head id install ln ls
   md5sum mkdir mktemp mv nproc printf pwd readlink realpath rm rmdir sed seq sh sha256sum sleep sort stat tail tar tee test touch
   tr true uname uniq wc which xargs`.split(/\s+/)

/** Users and owners exist in the image's configuration alone: these succeed and do nothing. */
const pretended = 'addgroup adduser chgrp chown groupadd groupmod useradd usermod'.split(' ')

/** The folder that is the PATH of a RUN. A package manager is not in it: it would work on this machine. */
export function toolFolder(store: ImageStore): string {
  const place = store.at(`tools-${Bun.version}`)
  if (exists(place)) return place
  const made = store.workFolder()
  for (const name of shared) {
    const program = findProgram(name, ['/usr/bin', '/bin'])
    if (program) symlinkSync(program, join(made, name))
  }
  for (const name of pretended) writeFileSync(join(made, name), '#!/bin/sh\nexit 0\n', { mode: 0o755 })
  for (const name of ['bun', 'bunx', 'node']) symlinkSync(process.execPath, join(made, name))
  try {
    renameSync(made, place)
  } catch {
    rmSync(made, { recursive: true, force: true })
  }
  mkdirSync(place, { recursive: true })
  return place
}

/** How this machine reaches its package registry, and where it keeps what it already has. */
export function registryEnvironment(): Record<string, string> {
  const told = /^(npm_config_|bun_config_|https?_proxy$|no_proxy$|ssl_cert_|node_extra_ca_certs$)/i
  const cache =
    process.env.BUN_INSTALL_CACHE_DIR ??
    join(process.env.BUN_INSTALL ?? join(homedir(), '.bun'), 'install/cache')
  const kept = Object.entries(process.env).filter(([name, value]) => told.test(name) && value !== undefined)
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    BUN_INSTALL_CACHE_DIR: cache,
    HOME: homedir(),
  }
}
