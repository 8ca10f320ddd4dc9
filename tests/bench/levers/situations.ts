/** An environment in which some levers are to be offered. */
export interface Situation {
  name: string
  /** Lines for its tfvars, besides what staging comes with. */
  values: string
  /** What is said of its use, for what a bench of minutes cannot measure. */
  usage?: Readonly<Record<string, number>>
  /** Levers that lead into it, undone in the end. */
  through?: readonly string[]
  /** Levers that are tried in it, and have to be offered. Undefined: all that are. */
  levers?: readonly string[]
  /** What a deploy may delete to get there from the one before. */
  mayGo?: readonly string[]
}

const inside = 'openai_base_url = "http://model.internal:8000/v1"\n'

/** What stands only where endpoints do. */
const endpoints = [
  ...['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager', 'ssmmessages'].map(
    (service) => `aws_vpc_endpoint.interface["${service}"]`,
  ),
  'aws_security_group.endpoints[0]',
  'aws_vpc_security_group_egress_rule.conversation["app_to_endpoints"]',
  'aws_vpc_security_group_ingress_rule.conversation["app_to_endpoints"]',
]

/** Between them they offer every lever there is; a bench that misses one fails. */
export const situations: readonly Situation[] = [
  {
    name: 'a model inside the VPC',
    values: `${inside}log_retention_days = 90\n`,
    usage: { logsStoredGb: 50 },
    levers: ['endpoints', 'task-count', 'log-retention'],
  },
  { name: 'behind endpoints', values: inside, through: ['endpoints'], levers: ['nat-for-endpoints'] },
  {
    name: 'endpoints beside NAT',
    values: 'interface_endpoints_enabled = true\n',
    // What the model inside the VPC was allowed goes with it.
    mayGo: ['aws_vpc_security_group_egress_rule.app_to_model[0]'],
    levers: ['nat-for-endpoints', 'nat-none'],
  },
  {
    name: 'larger than it need be',
    values: `openai_model       = "gpt-4o"
log_level          = "debug"
db_instance_class  = "db.t4g.small"
db_multi_az        = true
redis_node_type    = "cache.t4g.small"
redis_replicas     = 1
container_insights = "enabled"
`,
    mayGo: endpoints,
  },
]
