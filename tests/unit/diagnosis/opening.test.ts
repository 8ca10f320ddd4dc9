import { expect, test } from 'bun:test'
import { diagnose } from '../../../runbooks/diagnosis/judge'
import { closes, type Opening, opens, requestOf } from '../../../runbooks/diagnosis/opening'
import { world } from './world'

const rule: Opening = {
  side: 'ingress',
  group: 'sg-0a',
  peer: 'sg-0b',
  port: 5432,
  description: 'PostgreSQL',
  tags: { Project: 'tria-aibpo', Owner: "it's ours; $(touch /tmp/x)" },
}

/** What a shell makes of a command that begins with `aws`. */
async function typed(command: string): Promise<string[]> {
  const script = `aws() { printf '%s\\n' "$@"; }; ${command}`
  return (await Bun.$`sh -c ${script}`.quiet().text()).trim().split('\n')
}

test('the command says the same as the request, whatever the tags hold', async () => {
  const words = await typed(opens(rule, 'us-east-1'))
  const after = (flag: string) => JSON.parse(words[words.indexOf(flag) + 1]!)
  const { IpPermissions, TagSpecifications } = requestOf(rule)
  expect(words.slice(0, 4)).toEqual(['ec2', 'authorize-security-group-ingress', '--group-id', 'sg-0a'])
  expect(after('--ip-permissions')).toEqual(IpPermissions)
  expect(after('--tag-specifications')).toEqual(TagSpecifications)
})

test('a group without tags gets a rule without any', () => {
  expect(requestOf({ ...rule, tags: {} })).not.toHaveProperty('TagSpecifications')
  expect(opens({ ...rule, tags: {} }, 'us-east-1')).not.toContain('tag-specifications')
})

test('ids out of a snapshot run nothing', async () => {
  const hostile = { ...rule, group: 'sg-1; touch /tmp/x', peer: "sg-2'; touch /tmp/x; '" }
  for (const command of [opens(hostile, 'us-east-1'), closes(hostile, 'us-east-1')])
    expect(await typed(command)).toContain('sg-1; touch /tmp/x')
})

test('the rules are called what Terraform calls them, or an adopted one would be changed by the next deploy', async () => {
  const terraform = await Bun.file(`${import.meta.dir}/../../../terraform/aws/security.tf`).text()
  const said = Object.fromEntries(
    [...terraform.matchAll(/(\w+) += \{ from = .*?what = "([^"]+)" \}/g)].map(([, name, what]) => [
      name,
      what,
    ]),
  )
  const opened = (change: Record<string, unknown>) => {
    const { mend } = diagnose(world(change)).findings[0]!
    return mend?.do === 'let-through' ? mend.rule.description : mend
  }
  expect({
    alb_to_app: opened({ 'groups.1.ingress': [] }),
    app_to_redis: opened({ 'groups.2.ingress': [] }),
    app_to_rds: opened({ 'groups.3.ingress': [] }),
  }).toEqual({
    alb_to_app: said.alb_to_app,
    app_to_redis: said.app_to_redis,
    app_to_rds: said.app_to_rds,
  } as any)
  expect(said.app_to_rds).toBe('PostgreSQL')
})
