import { Trouble } from '../rehearsal/small-trouble'

/**
 * How long `troubleshoot` takes on a healthy environment, as a share of the guide's commands of section 8, typed one
 * after the other on the same endpoint: `bun tests/bench/troubleshoot.ts [rounds]`.
 */
const rounds = Number(process.argv[2] ?? 5)
const trouble = await Trouble.make()
const { workspace, small } = trouble
const { cluster, service, targetGroup, prefix } = small.stack

const words = (text: string) => ['aws', ...text.split(' ')]

async function byHand(): Promise<void> {
  await workspace.must(words('service-quotas list-service-quotas --service-code ecs'))
  const listed = await workspace.aws('ecs', 'list-tasks', '--cluster', cluster, '--service-name', service)
  await workspace.must(words(`ecs describe-tasks --cluster ${cluster} --tasks ${listed.taskArns[0]}`))
  const groups = await workspace.aws('elbv2', 'describe-target-groups', '--names', targetGroup)
  const arn = groups.TargetGroups[0].TargetGroupArn
  await workspace.must(words(`elbv2 describe-target-health --target-group-arn ${arn}`))
  await workspace.must(words(`ec2 describe-security-groups --filters Name=group-name,Values=${prefix}-rds`))
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

try {
  const shares: number[] = []
  for (let round = 0; round < rounds; round++) {
    const own = await timed(() => workspace.must(['bun', 'runbooks/troubleshoot.ts']))
    const hand = await timed(byHand)
    shares.push(own / hand)
    console.log(
      `troubleshoot ${Math.round(own)} ms, by hand ${Math.round(hand)} ms: ${(own / hand).toFixed(2)}`,
    )
  }
  await trouble.look()
  const median = shares.toSorted((a, b) => a - b)[Math.floor(shares.length / 2)]!
  console.log(`median of ${rounds}: ${median.toFixed(2)} of the time by hand, ${trouble.calls.at(-1)} calls`)
} finally {
  await workspace.close()
}
