import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Drill } from '../drill'
import { deployUnderLoad, leftNothing, nobodyNoticed, serves, stoodAsBefore } from '../expect'
import { beforeServing } from '../stage/edits'

const values = (environment: string) => `terraform/aws/environments/${environment}.tfvars`

export const slowStart: Drill = {
  name: 'slow-start',
  guide: '8.3',
  title: 'the new version takes longer to start than its grace period allows',
  story:
    'ECS gives up a server that would have come. The deploy says what it needs; with that, the same version serves.',
  async run(scene) {
    const { stage, proof, say } = scene
    const file = values(stage.stack.environment)
    const text = await readFile(join(stage.copy.dir, file), 'utf8')
    const grace = numberIn(text, 'health_check_grace_period') ?? 60
    const interval = numberIn(text, 'health_check_interval') ?? 10
    // Three checks in vain are what it takes, once the grace period is over.
    const slow = Math.max(grace, 3 * interval) + interval + 5
    await stage.release('slow-start', {
      'server/main.ts': beforeServing(`await Bun.sleep(${slow * 1_000})`),
    })
    say(`it starts in ${slow} s, and has ${grace} s`)
    const early = await (await deployUnderLoad(scene)).end()
    await stoodAsBefore(scene, early)
    proof.matches(
      'the cause names the check, and what a slow start needs',
      early.ran.data.cause,
      /health.*health_check_grace_period/,
    )

    const enough = slow + 20
    const version = await stage.release('slow-start-with-patience', {
      [file]: (now) => withGrace(now, enough),
    })
    say(`health_check_grace_period = ${enough} in ${file}`)
    const { ran, answers } = await (await deployUnderLoad(scene)).end()
    await serves(scene, version, ran)
    nobodyNoticed(scene, answers)
    await leftNothing(scene, ran)
  },
}

function numberIn(text: string, name: string): number | undefined {
  const assigned = text.match(new RegExp(`^${name}\\s*=\\s*(\\d+)`, 'm'))?.[1]
  return assigned === undefined ? undefined : Number(assigned)
}

function withGrace(text: string, seconds: number): string {
  const line = `health_check_grace_period = ${seconds}`
  const assigned = /^health_check_grace_period\s*=.*$/m
  return assigned.test(text) ? text.replace(assigned, line) : `${text}\n${line}\n`
}
