import type { Resource } from '../resources.ts'
import { blocks, number, text, unknown } from '../values.ts'

/** What one task of a task definition is billed for. */
export interface TaskSize {
  vcpu: number
  memoryGb: number
  /** Beyond the 20 GB that every task has for nothing. */
  extraStorageGb: number
  architecture: 'x86' | 'ARM'
}

/** A task definition's size, or why it has none that Fargate on Linux would bill. */
export function sizeOf(definition: Resource): TaskSize | string {
  const cpu = measure(definition, 'cpu', 'vCPU')
  const memory = measure(definition, 'memory', 'GB')
  if (cpu === undefined) return `${definition.address} has no cpu that is known before the apply`
  if (memory === undefined) return `${definition.address} has no memory that is known before the apply`
  const platform = blocks(definition, 'runtime_platform')[0]
  const system = String(platform?.operating_system_family || 'LINUX')
  if (system !== 'LINUX') return `${definition.address} runs on ${system}, whose licence is not priced`
  return {
    vcpu: cpu,
    memoryGb: memory,
    extraStorageGb: Math.max(0, Number(blocks(definition, 'ephemeral_storage')[0]?.size_in_gib ?? 20) - 20),
    architecture: platform?.cpu_architecture === 'ARM64' ? 'ARM' : 'x86',
  }
}

/** `512` units or `0.5 vCPU`, `1024` MiB or `1 GB`: Terraform takes both. */
function measure(definition: Resource, key: string, unit: string): number | undefined {
  const plain = number(definition, key)
  if (typeof plain === 'number') return plain / 1024
  const spelled = text(definition, key)
  if (spelled === unknown || spelled === undefined) return undefined
  const match = /^([\d.]+)\s*([a-z]+)$/i.exec(spelled)
  return match?.[2]?.toLowerCase() === unit.toLowerCase() ? Number(match[1]) : undefined
}
