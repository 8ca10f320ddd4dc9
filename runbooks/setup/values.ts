import { existsSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Stack } from '../aws/stack'
import { project } from '../aws/stack'
import { tfvarsOf } from '../terraform/folder'
import { renderTfvars } from '../terraform/tfvars'

/** A first file of values for an environment; every other variable has a default. */
export function firstValues(stack: Stack, region: string): string {
  return renderTfvars([
    {
      comment: `Values of ${stack.environment}. Every variable: terraform.tfvars.example. No secret belongs here.`,
      values: { aws_region: region, environment: stack.environment, project_name: project },
    },
    { comment: 'Database', values: { db_username: 'tria_admin' } },
    { comment: 'Tasks', values: { ecs_task_cpu: 512, ecs_task_memory: 1024, ecs_service_desired_count: 2 } },
  ])
}

export async function writeValues(stack: Stack, text: string): Promise<void> {
  const file = tfvarsOf(stack.environment)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(`${file}.new`, text)
  await rename(`${file}.new`, file)
}

export const valuesExist = (stack: Stack): boolean => existsSync(tfvarsOf(stack.environment))
