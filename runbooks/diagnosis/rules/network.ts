import { containerPort } from '../../aws/stack'
import { closedBetween } from '../firewall'
import { opens } from '../opening'
import { type Found, quote, type Rule, type Ruled, runbookOf, seen } from '../rule'
import type { PartName, Snapshot } from '../snapshot'

interface Path {
  id: string
  title: string
  from: (snapshot: Snapshot) => string[] | undefined
  to: (snapshot: Snapshot) => string[] | undefined
  port: (snapshot: Snapshot) => number
  what: string
  /** What Terraform calls the rule. */
  description: string
  needs: PartName[]
}

const app = (snapshot: Snapshot) => seen(snapshot, 'service')?.groups

/** Every pair that has to talk, as terraform/aws/security.tf has them. */
const paths: Path[] = [
  {
    id: 'group-closes-app',
    title: 'A security group keeps the load balancer from the tasks',
    from: (snapshot) => seen(snapshot, 'balancer')?.groups,
    to: app,
    port: (snapshot) => seen(snapshot, 'targets')?.targets?.[0]?.port ?? containerPort,
    what: 'the load balancer reaches no task',
    description: 'Requests and health checks',
    needs: ['groups', 'service', 'balancer'],
  },
  {
    id: 'group-closes-database',
    title: 'A security group keeps the tasks from the database',
    from: app,
    to: (snapshot) => seen(snapshot, 'database')?.groups,
    port: (snapshot) => seen(snapshot, 'database')?.port ?? 5432,
    what: 'no task reaches the database',
    description: 'PostgreSQL',
    needs: ['groups', 'service', 'database'],
  },
  {
    id: 'group-closes-cache',
    title: 'A security group keeps the tasks from the cache',
    from: app,
    to: (snapshot) => seen(snapshot, 'cache')?.groups,
    port: (snapshot) => seen(snapshot, 'cache')?.port ?? 6379,
    what: 'no task reaches the cache',
    description: 'Redis',
    needs: ['groups', 'service', 'cache'],
  },
]

const pathRule = ({ id, title, from, to, port, what, description, needs }: Path): Rule => ({
  id,
  family: 'network',
  title,
  section: '8.4',
  needs,
  look(snapshot): Found | Ruled | undefined {
    const groups = seen(snapshot, 'groups')
    const [callers, called] = [from(snapshot), to(snapshot)]
    if (!groups || !callers?.length || !called?.length) return undefined
    const blocks = seen(snapshot, 'routes')?.subnets?.map(({ block }) => block)
    const closed = closedBetween(groups, { callers, called, port: port(snapshot), blocks })
    if (closed === 'unknown') return undefined
    if (!closed) {
      const by = quote(
        snapshot,
        'groups',
        `${callers.join(', ')} → ${called.join(', ')} port ${port(snapshot)} is open`,
      )
      return { ruledOut: title, by }
    }
    const { side, own: group, peer, tags } = closed
    const rule = { side, group, peer, port: port(snapshot), description, tags }
    return {
      cause: `${closed.why}: ${what}`,
      confidence: 'proven',
      evidence: [quote(snapshot, 'groups', closed.shown)],
      fix: opens(rule, snapshot.region),
      mend: { do: 'let-through', rule },
    }
  },
})

/** What a task needs of AWS in order to start. */
const needed = ['ecr.api', 'ecr.dkr', 's3', 'logs', 'secretsmanager']

const wayOut: Rule = {
  id: 'no-way-out',
  family: 'network',
  title: 'The tasks have no way to AWS and the internet',
  section: '8.2',
  needs: ['routes', 'service'],
  look(snapshot) {
    const routes = seen(snapshot, 'routes')
    const open = seen(snapshot, 'service')?.publicIp
    if (!routes?.subnets?.length || open === undefined) return undefined
    const has = new Set(routes.endpoints?.map(({ service }) => service))
    const endpoints = needed.every((service) => has.has(service))
    const shut = routes.subnets.flatMap(({ id, out }) => {
      if (!out) return endpoints ? [] : [`${id} has no route to 0.0.0.0/0`]
      const gateway = routes.gateways?.find((one) => one.id === out.to)
      if (out.state === 'blackhole')
        return [`the route of ${id} to 0.0.0.0/0 leads to ${out.to}, which is gone`]
      if (out.to.startsWith('nat-') && gateway?.state !== 'available')
        return [`the route of ${id} to 0.0.0.0/0 leads to ${out.to}, which is ${gateway?.state ?? 'gone'}`]
      if (out.to.startsWith('igw-') && !open && !endpoints)
        return [`${id} leads to ${out.to}, but the tasks have no public address`]
      return []
    })
    if (shut.length === 0) {
      const by = quote(
        snapshot,
        'routes',
        routes.subnets.map(({ id, out }) => `${id} → ${out?.to ?? 'endpoints'}`).join(', '),
      )
      return { ruledOut: this.title, by }
    }
    return {
      cause: `${shut.length} of ${routes.subnets.length} subnets of the tasks have no way out: ${shut[0]}`,
      confidence: 'proven',
      evidence: shut.map((text) => quote(snapshot, 'routes', text)),
      fix: runbookOf(snapshot, 'deploy'),
    }
  },
}

const full: Rule = {
  id: 'subnet-full',
  family: 'network',
  title: 'A subnet has no address left',
  section: '8.2',
  needs: ['routes'],
  look(snapshot) {
    const used = (seen(snapshot, 'routes')?.subnets ?? []).filter(({ free }) => free === 0)
    if (used.length === 0) return undefined
    return {
      cause: `${used.map(({ id, block }) => `${id} (${block})`).join(', ')} has no free address for a task`,
      confidence: 'proven',
      evidence: used.map(({ id, free }) => quote(snapshot, 'routes', `${id}: ${free} addresses are free`)),
      fix: `${runbookOf(snapshot, 'deploy')}   # after a larger vpc_cidr, or a smaller ecs_service_max_count, in the environment's tfvars`,
    }
  },
}

export const networkRules: Rule[] = [...paths.map(pathRule), wayOut, full]
