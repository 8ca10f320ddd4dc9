import { describe, expect, test } from 'bun:test'
import { complete, generate, generated, sameInputs } from '../../../runbooks/setup/inputs'
import { judgeQuota } from '../../../runbooks/setup/quotas'
import { judgeTool } from '../../../runbooks/setup/tools'

describe('inputs', () => {
  test('generate gives what RDS and a URL take as it is, and never the same twice', () => {
    const many = Array.from({ length: 200 }, () => generate(32))
    expect(many.every((one) => /^[A-Za-z0-9]{32}$/.test(one))).toBe(true)
    expect(new Set(many).size).toBe(200)
  })

  test('complete keeps what is there', () => {
    const first = complete({}, 'sk-one', false)
    expect(complete(first, 'sk-two', false)).toEqual(first)
    expect(complete(first, 'sk-two', true)).toEqual({ ...first, openai_api_key: 'sk-two' })
    expect(complete(first, undefined, true)).toEqual(first)
    expect(sameInputs(first, complete(first, undefined, false))).toBe(true)
  })

  test('generated names keys and shows no value', () => {
    const wanted = complete({ db_password: 'kept-as-it-is' }, 'sk-secret', false)
    expect(generated({ db_password: 'kept-as-it-is' }, wanted)).toBe(
      'secret_key, admin_token, openai_api_key',
    )
  })

  test('generated names no OpenAI key where none was given, and one that is taken away', () => {
    expect(generated({}, complete({}, undefined, false))).toBe('db_password, secret_key, admin_token')
    const stored = complete({}, 'sk-one', false)
    expect(generated(stored, { ...stored, openai_api_key: '' })).toBe('openai_api_key')
  })
})

describe('judgeTool', () => {
  const terraform = {
    name: 'terraform',
    version: /Terraform v(\d+\.\d+\.\d+)/,
    atLeast: '1.11.0',
    get: 'URL',
  }
  test.each([
    ['Terraform v1.11.4\non linux_amd64', undefined],
    ['Terraform v1.9.8', /1\.9\.8, needed is 1\.11\.0: URL/],
    ['what?', /does not tell its version/],
  ])('%s', (output, problem) => {
    const found = judgeTool(terraform, output).problem
    if (problem) expect(found).toMatch(problem)
    else expect(found).toBeUndefined()
  })
})

test('judgeQuota speaks only when one more environment does not fit', () => {
  const facts = { service: 'vpc', code: 'L-F678F1CE', name: 'VPCs', more: 1, limit: 5 }
  expect(judgeQuota({ ...facts, now: 4 })).toBeUndefined()
  expect(judgeQuota({ ...facts, now: 5 })).toContain('--quota-code L-F678F1CE --desired-value 6')
})
