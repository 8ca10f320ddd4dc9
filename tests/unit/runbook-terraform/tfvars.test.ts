import { expect, test } from 'bun:test'
import { assignedIn, renderTfvars } from '../../../runbooks/terraform/tfvars'

test('renderTfvars aligns, quotes, and lets nothing be evaluated', () => {
  const text = renderTfvars([
    { comment: 'General', values: { a: 'x"${y}', long_name: 2, on: true, list: ['p', 'q'] } },
  ])
  expect(text).toBe(
    '# General\na         = "x\\"$${y}"\nlong_name = 2\non        = true\nlist      = ["p", "q"]\n',
  )
})

test('assignedIn reads a top-level string, not a comment', () => {
  const text = '# environment = "old"\nenvironment = "staging" # ours\n'
  expect(assignedIn(text, 'environment')).toBe('staging')
  expect(assignedIn(text, 'aws_region')).toBeUndefined()
})
