import { describe, expect, test } from 'bun:test'
import type { TaskDefinition } from '@aws-sdk/client-ecs'
import { digestIn, revisionFrom, sameRevision } from '../../../runbooks/deployment/revision'

const digest = `sha256:${'a'.repeat(64)}`
const template: TaskDefinition = {
  taskDefinitionArn: 'arn:aws:ecs:us-east-1:123456789012:task-definition/tria-aibpo-staging-task:7',
  family: 'tria-aibpo-staging-task',
  revision: 7,
  status: 'ACTIVE',
  registeredAt: new Date(0),
  cpu: '512',
  memory: '1024',
  containerDefinitions: [
    {
      name: 'tria-aibpo-backend',
      image: 'repo:staging-initial',
      environment: [{ name: 'LOG_LEVEL', value: 'debug' }],
    },
    { name: 'sidecar', image: 'other:1' },
  ],
}
const release = { image: `repo@${digest}`, commit: 'c0ffee', tag: 'c0ffee', version: '1.2.3' }

describe('revisionFrom: the revision a deploy registers', () => {
  const input = revisionFrom(template, release)

  test("keeps Terraform's cpu and environment, and sets the image of its own container alone", () => {
    expect(input.cpu).toBe('512')
    expect(input.containerDefinitions?.map(({ image }) => image)).toEqual([`repo@${digest}`, 'other:1'])
    expect(input.containerDefinitions?.[0]?.environment).toEqual([{ name: 'LOG_LEVEL', value: 'debug' }])
  })

  test('carries nothing that RegisterTaskDefinition refuses', () => {
    for (const name of ['taskDefinitionArn', 'revision', 'status', 'registeredAt'])
      expect(input).not.toHaveProperty(name)
  })

  test('says which commit and which template it comes from', () => {
    expect(input.tags).toContainEqual({ key: 'tria:commit', value: 'c0ffee' })
    expect(input.tags).toContainEqual({ key: 'tria:version', value: '1.2.3' })
    expect(input.tags).toContainEqual({ key: 'tria:template', value: 'tria-aibpo-staging-task:7' })
  })

  test('refuses a template without the container', () => {
    expect(() => revisionFrom({ ...template, containerDefinitions: [] }, release)).toThrow(/no container/)
  })

  test('sameRevision knows its own registered copy, whatever order and empty lists AWS adds', () => {
    const { tags: _tags, ...content } = input
    const registered = { ...content, volumes: [], revision: 8, status: 'ACTIVE' } as TaskDefinition
    expect(sameRevision(registered, input)).toBe(true)
    expect(sameRevision({ ...registered, cpu: '1024' }, input)).toBe(false)
  })
})

test('digestIn takes an image by digest only', () => {
  expect(digestIn(`repo@${digest}`)).toBe(digest)
  expect(digestIn('repo:latest')).toBeUndefined()
})
