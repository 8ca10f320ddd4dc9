import { hanging, wrap } from '../output/wrap'
import type { AnyDefinition } from '../runbook'
import { common } from './common'
import type { Argument, Option } from './options'

const exits = [
  ['0', 'done, and healthy'],
  ['1', 'failed; what stands now and the next command are printed'],
  ['2', 'usage: the command line cannot be meant'],
  ['3', 'it ran, and found something unhealthy'],
  ['4', 'refused: not confirmed, locked, or guarded'],
  ['130', 'interrupted; the same command goes on from there'],
] as const

/** What `--help` teaches: what it does, where the guide says so, what it can be told, how it ends, how it is used. */
export function help(definition: AnyDefinition, width: number): string {
  const { name, summary, guide, description, options = {}, examples = [], changes } = definition
  const words = definition.arguments ?? {}
  const usual =
    changes === 'environment'
      ? 'Changes the environment: --dry-run shows how, and production is asked for.'
      : 'Changes nothing.'
  const effect = definition.effect ?? usual
  const blocks = [
    `${name}: ${summary}`,
    section('Usage', [usage(name, words)]),
    ...told(description, [effect, guideline(guide)].filter(Boolean).join(' '), width),
    section('Arguments', table(argumentRows(words), width)),
    section('Options', table(flagRows(options), width)),
    section('Every runbook has', table(flagRows(common), width)),
    section('Exit codes', table(exits, width)),
    section('Examples', examples),
  ]
  return `${blocks.filter(Boolean).join('\n\n')}\n`
}

function usage(name: string, words: Record<string, Argument>): string {
  const placed = Object.entries(words).map(([word, { required, repeatable }]) => {
    const shown = `${word.toUpperCase()}${repeatable ? '...' : ''}`
    return required ? shown : `[${shown}]`
  })
  return ['bun', `runbooks/${name}.ts`, ...placed, '[--flags]'].join(' ')
}

/** A description of one line goes on; in one of several, what is indented is laid out already. */
function told(description: string | undefined, rest: string, width: number): string[] {
  if (!description?.includes('\n'))
    return [wrap([description, rest].filter(Boolean).join(' '), width).join('\n')]
  const lines = description.split('\n').flatMap((line) => (/^\s/.test(line) ? [line] : wrap(line, width)))
  return [lines.join('\n'), wrap(rest, width).join('\n')]
}

function guideline(sections: readonly string[]): string {
  if (sections.length === 0) return ''
  return `Guide: docs/deployment-guide.md, section${sections.length > 1 ? 's' : ''} ${sections.join(', ')}.`
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [title, ...lines.map((line) => `  ${line}`)].join('\n')
}

function argumentRows(words: Record<string, Argument>): [string, string][] {
  return Object.entries(words).map(([word, { help, choices }]) => [
    word.toUpperCase(),
    withChoices(help, choices),
  ])
}

function flagRows(options: Record<string, Option>): [string, string][] {
  return Object.entries(options).map(([flag, option]) => {
    if (option.type === 'boolean') return [`--${flag}`, option.help]
    const choices = option.type === 'string' ? option.choices : undefined
    return [`--${flag} ${option.value}`, withDefault(withChoices(option.help, choices), option)]
  })
}

function withChoices(help: string, choices: readonly string[] | undefined): string {
  return choices ? `${help} (${choices.join(', ')})` : help
}

function withDefault(help: string, option: Option): string {
  const notes = [
    'default' in option &&
      option.default !== undefined &&
      !/default/i.test(help) &&
      `default ${option.default}`,
    'repeatable' in option && option.repeatable && 'may be repeated',
    'required' in option && option.required && 'required',
  ].filter(Boolean)
  return notes.length > 0 ? `${help} (${notes.join('; ')})` : help
}

function table(rows: readonly (readonly [string, string])[], width: number): string[] {
  const column = Math.min(Math.max(0, ...rows.map(([left]) => left.length)) + 2, 28)
  return rows.flatMap(([left, right]) => hanging(left.padEnd(column), right, width - 2))
}
