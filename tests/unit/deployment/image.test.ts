import { describe, expect, test } from 'bun:test'
import { platformWanted, taggedFor } from '../../../runbooks/deployment/image'

describe('platformWanted', () => {
  // What Terraform has applied is the old processor while a deploy brings the new one.
  test.each([
    ['cpu_architecture = "ARM64"\n', {}, 'linux/arm64'],
    ['cpu_architecture = "X86_64"\n', { TF_VAR_cpu_architecture: 'ARM64' }, 'linux/amd64'],
    ['', { TF_VAR_cpu_architecture: 'ARM64' }, 'linux/arm64'],
    ['# cpu_architecture = "ARM64"\n', {}, 'linux/amd64'],
    ['', {}, 'linux/amd64'],
  ])('values %j with %j want %s', (values, env, platform) => {
    expect(platformWanted(values, env)).toBe(platform as 'linux/amd64')
  })
})

describe('taggedFor', () => {
  test('another processor is another tag: a tag is never written twice', () => {
    const tree = { commit: 'c'.repeat(40), tag: 'cccccccccccc', dirty: [] }
    expect(taggedFor(tree, 'linux/amd64').tag).toBe('cccccccccccc')
    expect(taggedFor(tree, 'linux/arm64').tag).toBe('cccccccccccc-arm64')
  })
})
