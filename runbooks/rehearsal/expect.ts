import type { Scene } from './drill'
import type { Ran } from './stage/runs'
import { firstStop } from './stage/stops'
import type { Answers } from './stage/traffic'
import type { World } from './stage/world'

/** Deploys what the copy holds, under a constant load through the load balancer. */
export async function deployUnderLoad({ stage, retell }: Scene, ...flags: string[]) {
  const before = await stage.world()
  const traffic = stage.load()
  const running = stage.start(
    ['deploy', ...flags],
    retell(`bun runbooks/deploy.ts ${flags.join(' ')}`.trim()),
  )
  const end = async () => ({ ran: await running.ended, answers: await traffic.stop(), before })
  return { running, before, end }
}

/** What a deploy that failed must leave: the old version, serving, and an environment that is as it was. */
export async function stoodAsBefore(
  scene: Scene,
  { ran, answers, before }: { ran: Ran; answers: Answers; before: World },
): Promise<void> {
  const { stage, proof } = scene
  const now = await stage.world()
  proof.is('deploy ends with exit code 1', ran.exitCode, 1)
  nobodyNoticed(scene, answers, `${before.version} went on serving: `)
  proof.is(`${before.version} answers`, now.version, before.version)
  proof.is(
    `the service is on ${before.revision} again, and all its tasks are`,
    [now.revision, now.serving],
    [before.revision, before.serving],
  )
  proof.is('as many tasks run as before', [now.desired, now.running], [before.desired, before.running])
  proof.is('nothing is being rolled out', now.still, true)
  await leftNothing(scene, ran)
}

/** Not one request failed; where hardly any was made, that would say nothing. */
export function nobodyNoticed({ proof }: Scene, { requests, failed }: Answers, what = ''): void {
  const seen = requests > 50 ? failed : [`only ${requests} requests were made`]
  proof.is(`${what}none of ${requests} requests failed`, seen, [])
}

/** What every run must leave: no process, a free lock, and its own end in the journal of the team. */
export async function leftNothing({ stage, proof }: Scene, ran: Ran): Promise<void> {
  proof.is('no process is left', await stage.left(), [])
  proof.is('the lock is free', (await stage.world()).lock, undefined)
  proof.is(
    `the journal has the run as ended with ${ran.exitCode}`,
    (await stage.journal(ran.run))?.exitCode,
    ran.exitCode,
  )
}

/** The new version serves, on every task, and nothing moves any more. */
export async function serves({ stage, proof }: Scene, version: string, ran: Ran): Promise<void> {
  const now = await stage.world()
  proof.is('deploy ends with exit code 0', ran.exitCode, 0)
  proof.is(`${version} answers`, now.version, version)
  const to = ran.data.to?.taskDefinition.split('/').at(-1) ?? 'nothing'
  proof.is(`all ${now.desired} tasks are of ${to}`, [now.serving, now.running], [[to], now.desired])
  proof.is('nothing is being rolled out', now.still, true)
}

/** Whoever reads the log learns the cause while ECS is still trying: from the first task that stopped to the line. */
export async function namedInTime({ stage, proof }: Scene, ran: Ran, cause: RegExp): Promise<void> {
  const stopped = await firstStop(stage, ran)
  const line = ran.events.find(({ text = '' }) => cause.test(text))
  const seconds = line ? (Date.parse(line.at) - stopped.getTime()) / 1_000 : Number.POSITIVE_INFINITY
  proof.atMost(namedAfter, seconds, 2, 's')
}

export const namedAfter = 'the cause is named after the first task stopped'
