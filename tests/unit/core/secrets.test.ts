import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { concealEnvironment, redact, redactText } from '../../../runbooks/core/secrets/redact'
import { secret } from '../../../runbooks/core/secrets/secret'
import { bareEnvironment, journals, run, temporaryFolder } from './fixture'

describe('secret hides itself wherever a value can be printed', () => {
  const hidden = secret('correct horse battery')
  test.each([
    ['string', String(hidden)],
    ['template', `${hidden}`],
    ['JSON', JSON.stringify({ hidden })],
    ['inspect', inspect({ hidden })],
    ['Bun.inspect', Bun.inspect({ hidden })],
    ['keys', Object.keys(hidden).join()],
    ['spread', JSON.stringify({ ...hidden })],
  ])('%s', (_, printed) => {
    expect(printed).not.toContain('horse')
  })

  test('reveal gives it out', () => {
    expect(hidden.reveal()).toBe('correct horse battery')
  })
})

describe('redact', () => {
  test('no registered secret is left in any value, whatever surrounds it', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8 }), fc.string(), fc.string(), (value, before, after) => {
        // A secret of mask characters would be found in the mask itself.
        fc.pre(!'[secret]'.includes(value.trim()) && value.trim().length >= 8)
        secret(value)
        const told = redact({ text: `${before}${value}${after}`, [value]: [encodeURIComponent(value)] })
        expect(JSON.stringify(told)).not.toContain(JSON.stringify(value).slice(1, -1))
      }),
      { numRuns: 60 },
    )
  })

  test.each([
    ['AKIAIOSFODNN7EXAMPLE', '[secret]'],
    ['OPENAI_API_KEY is sk-proj-abcdefghijklmnop1234', 'OPENAI_API_KEY is [secret]'],
    ['postgres://app:hunter2@db.example.com:5432/app', 'postgres://app:[secret]@db.example.com:5432/app'],
    ['aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'aws_secret_access_key = [secret]'],
    ['"SecretAccessKey": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"', '"SecretAccessKey": "[secret]"'],
    ['Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.x', 'Authorization: Bearer [secret]'],
    ['ghp_0123456789abcdefghijABCDEFGHIJ012345', '[secret]'],
    ['https://s3/x?X-Amz-Signature=abcdef0123&y=1', 'https://s3/x?X-Amz-Signature=[secret]&y=1'],
    ['password=hunter2-long', 'password=[secret]'],
  ])('a known shape is hidden: %s', (text, expected) => {
    expect(redactText(text)).toBe(expected)
  })

  test.each([
    'commit 4f2a9c1e8b7d6a5f4e3d2c1b0a9f8e7d6c5b4a39 deployed',
    'arn:aws:ecs:us-east-1:123456789012:task-definition/tria-aibpo-staging-task:12',
    'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'https://example.com/a@b',
    'user ops@example.com',
    'the password is in Secrets Manager: tria-aibpo-staging/inputs',
    'risk-free and desk-bound',
  ])('what is no secret stays readable: %s', (text) => {
    expect(redactText(text)).toBe(text)
  })

  test('what the environment calls a secret is one', () => {
    concealEnvironment({
      MY_API_KEY: 'abc123def456ghi',
      EDITOR: 'vim-of-the-many',
      SSH_AUTH_TOKEN_FILE: '/run/some/path',
    })
    expect(redactText('abc123def456ghi vim-of-the-many /run/some/path')).toBe(
      '[secret] vim-of-the-many /run/some/path',
    )
  })

  test('a circle does not hang it, and an error is its message', () => {
    const circle: Record<string, unknown> = { error: new Error('sk-abcdefghijklmnopqrstuvwx') }
    circle.self = circle
    expect(JSON.stringify(redact(circle))).toBe('{"error":"[secret]","self":"[circular]"}')
  })
})

describe('a runbook that tries to tell its secret does not succeed', () => {
  const leak = "p4ss/w0rd&with'odd=chars"
  test.each([[[]], [['--verbose']], [['--json', '--verbose']], [['--dry-run']]])('with %j', async (flags) => {
    using folder = temporaryFolder()
    const summary = join(folder.path, 'summary.md')
    const env = bareEnvironment(folder.path, { GITHUB_STEP_SUMMARY: summary })
    const { stdout, stderr, exitCode } = await run('secretive', ['--leak', leak, ...(flags as string[])], env)
    expect(exitCode).toBe(1)
    const told = [stdout, stderr, ...journals(folder.path), readFileSync(summary, 'utf8')].join('\n')
    expect(told).toContain('[secret]')
    expect([leak, encodeURIComponent(leak), 'p4ss', 'w0rd'].filter((form) => told.includes(form))).toEqual([])
  })
})
