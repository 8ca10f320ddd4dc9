import { DockerfileError, expand, type Instruction, keyValues, splitWords, unquote } from './dockerfile.ts'
import type { ImageConfig } from './store.ts'

/** What the instructions that touch no file do to the image's configuration. Returns false for the others. */
export function configure(
  config: ImageConfig,
  it: Instruction,
  values: Record<string, string | undefined>,
): boolean {
  const own = () => expand(it.rest, values)
  const line = it.list ?? ['/bin/sh', '-c', it.rest]
  switch (it.name) {
    case 'ENV':
      for (const [name, value] of keyValues(own())) setEnv(config, name, value)
      return true
    case 'LABEL':
      for (const [name, value] of keyValues(own())) config.Labels[name] = value
      return true
    case 'USER':
      config.User = own()
      return true
    case 'ENTRYPOINT':
      config.Entrypoint = line
      // Arguments that were meant for the base's entry point mean nothing to this one.
      config.Cmd = null
      return true
    case 'CMD':
      config.Cmd = line
      return true
    case 'EXPOSE':
      for (const port of splitWords(own())) {
        config.ExposedPorts = { ...config.ExposedPorts, [port.includes('/') ? port : `${port}/tcp`]: {} }
      }
      return true
    case 'STOPSIGNAL':
      config.StopSignal = own()
      return true
    case 'HEALTHCHECK':
      config.Healthcheck = healthcheck(it)
      return true
    case 'MAINTAINER':
    case 'VOLUME':
      return true
    case 'ONBUILD':
      throw new DockerfileError("ONBUILD: the rehearsal's docker cannot run it", it.from, it.to)
    default:
      return false
  }
}

export function setEnv(config: ImageConfig, name: string, value: string): void {
  config.Env = [...config.Env.filter((pair) => !pair.startsWith(`${name}=`)), `${name}=${value}`]
}

export function envOf(config: ImageConfig): Record<string, string> {
  return Object.fromEntries(
    config.Env.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  )
}

function healthcheck(it: Instruction): NonNullable<ImageConfig['Healthcheck']> {
  if (/^NONE$/i.test(it.rest)) return { Test: ['NONE'] }
  const command = /^CMD\s+([\s\S]+)$/i.exec(it.rest)?.[1]
  if (!command)
    throw new DockerfileError(
      `unknown type "${it.rest.split(' ')[0]}" in HEALTHCHECK (try CMD)`,
      it.from,
      it.to,
    )
  const list = command.startsWith('[') ? (JSON.parse(command) as string[]) : undefined
  const { interval, timeout, retries } = it.flags
  const start = it.flags['start-period']
  return {
    Test: list ? ['CMD', ...list] : ['CMD-SHELL', unquote(command)],
    ...(interval && { Interval: nanoseconds(interval) }),
    ...(timeout && { Timeout: nanoseconds(timeout) }),
    ...(start && { StartPeriod: nanoseconds(start) }),
    ...(retries && { Retries: Number(retries) }),
  }
}

/** `1m30s` as Go counts it. */
function nanoseconds(text: string): number {
  const units: Record<string, number> = { ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 }
  const parts = [...text.matchAll(/([\d.]+)(ms|s|m|h)/g)]
  return parts.reduce((sum, [, value, unit]) => sum + Number(value) * (units[unit!] ?? 0), 0)
}
