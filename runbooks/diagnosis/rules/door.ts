import { letsIn, shownSide } from '../firewall'
import { quote, type Rule, runbookOf, seen } from '../rule'

/** Whom the door lets in stands in the environment's tfvars: Terraform puts that back, and no guess of ours opens it to everybody. */
export const doorRules: Rule[] = [
  {
    id: 'group-closes-door',
    family: 'network',
    title: 'A security group keeps everybody from the load balancer',
    section: '8.4',
    needs: ['groups', 'balancer'],
    look(snapshot) {
      const balancer = seen(snapshot, 'balancer')
      const wanted = balancer?.groups ?? []
      const groups = (seen(snapshot, 'groups') ?? []).filter(({ id }) => wanted.includes(id))
      // A listener that only redirects may well be shut on purpose.
      const ports = (balancer?.listeners ?? []).filter(({ targets }) => targets).map(({ port }) => port)
      if (ports.length === 0 || groups.length === 0 || groups.length < wanted.length) return undefined
      const shut = ports.filter((port) => !groups.some((group) => letsIn(group, port)))
      const names = groups.map(({ name }) => name).join(', ')
      if (shut.length === 0) {
        const by = quote(snapshot, 'groups', `${names} lets callers in on port ${ports.join(', ')}`)
        return { ruledOut: this.title, by }
      }
      return {
        cause: `The security group ${names} lets nobody in on port ${shut.join(', ')}: no request reaches the load balancer`,
        confidence: 'proven',
        evidence: groups.map((group) => quote(snapshot, 'groups', shownSide('ingress', group))),
        fix: `${runbookOf(snapshot, 'deploy')}   # lets in alb_allowed_cidrs of the environment's tfvars`,
      }
    },
  },
]
