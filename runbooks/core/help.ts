import { common } from './common'
import type { Option } from './options'
import type { AnyDefinition } from './runbook'

/** What `--help` teaches. */
export function help(definition: AnyDefinition, _width: number): string {
  const { name, summary, guide, options = {}, examples = [] } = definition
  const rows = (all: Record<string, Option>) =>
    Object.entries(all).map(
      ([flag, o]) => `  --${flag}${o.type === 'boolean' ? '' : ` ${o.value}`}  ${o.help}`,
    )
  return `${[
    `${name}: ${summary}`,
    `Guide: sections ${guide.join(', ')} of docs/deployment-guide.md`,
    '',
    ...rows(options),
    '',
    ...rows(common),
    '',
    ...examples.map((line) => `  ${line}`),
  ].join('\n')}\n`
}
