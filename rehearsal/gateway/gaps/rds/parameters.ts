/** A parameter of the PostgreSQL families as DescribeDBParameters tells it. */
export interface ParameterDefault {
  value?: string
  /** A static one takes effect at a reboot only. */
  apply: 'static' | 'dynamic'
  type: 'boolean' | 'integer' | 'string' | 'float' | 'list'
  allowed?: string
  modifiable?: boolean
}

const bool = '0,1'

/** The parameters a chatbot's database is likely to be tuned by, with RDS's defaults: not the whole list. */
export const parameterDefaults: Record<string, ParameterDefault> = {
  autovacuum: { value: '1', apply: 'dynamic', type: 'boolean', allowed: bool },
  autovacuum_max_workers: { apply: 'static', type: 'integer', allowed: '1-262143' },
  autovacuum_naptime: { value: '15', apply: 'dynamic', type: 'integer', allowed: '1-2147483' },
  deadlock_timeout: { apply: 'dynamic', type: 'integer', allowed: '1-2147483647' },
  effective_cache_size: { value: '{DBInstanceClassMemory/16384}', apply: 'dynamic', type: 'integer' },
  huge_pages: { value: 'on', apply: 'static', type: 'string', allowed: 'on,off,try' },
  idle_in_transaction_session_timeout: {
    value: '86400000',
    apply: 'dynamic',
    type: 'integer',
    allowed: '0-2147483647',
  },
  lock_timeout: { apply: 'dynamic', type: 'integer', allowed: '0-2147483647' },
  log_autovacuum_min_duration: {
    value: '10000',
    apply: 'dynamic',
    type: 'integer',
    allowed: '-1-2147483647',
  },
  log_connections: { apply: 'dynamic', type: 'boolean', allowed: bool },
  log_disconnections: { apply: 'dynamic', type: 'boolean', allowed: bool },
  log_lock_waits: { apply: 'dynamic', type: 'boolean', allowed: bool },
  log_min_duration_statement: { apply: 'dynamic', type: 'integer', allowed: '-1-2147483647' },
  log_statement: { apply: 'dynamic', type: 'string', allowed: 'none,ddl,mod,all' },
  log_temp_files: { apply: 'dynamic', type: 'integer', allowed: '-1-2147483647' },
  maintenance_work_mem: {
    value: 'GREATEST({DBInstanceClassMemory*1024/63963136},65536)',
    apply: 'dynamic',
    type: 'integer',
    allowed: '1024-2147483647',
  },
  max_connections: {
    value: 'LEAST({DBInstanceClassMemory/9531392},5000)',
    apply: 'static',
    type: 'integer',
    allowed: '6-262143',
  },
  max_prepared_transactions: { value: '0', apply: 'static', type: 'integer', allowed: '0-262143' },
  max_replication_slots: { value: '20', apply: 'static', type: 'integer', allowed: '5-65535' },
  max_wal_senders: { value: '20', apply: 'static', type: 'integer', allowed: '5-100' },
  max_worker_processes: {
    value: 'GREATEST({DBInstanceVCPU*2},8)',
    apply: 'static',
    type: 'integer',
    allowed: '0-262143',
  },
  password_encryption: {
    value: 'scram-sha-256',
    apply: 'dynamic',
    type: 'string',
    allowed: 'md5,scram-sha-256',
  },
  'pg_stat_statements.track': { value: 'top', apply: 'dynamic', type: 'string', allowed: 'none,top,all' },
  random_page_cost: { apply: 'dynamic', type: 'float' },
  'rds.force_ssl': { value: '1', apply: 'dynamic', type: 'boolean', allowed: bool },
  'rds.log_retention_period': { value: '4320', apply: 'dynamic', type: 'integer', allowed: '1440-10080' },
  'rds.logical_replication': { value: '0', apply: 'static', type: 'boolean', allowed: bool },
  shared_buffers: {
    value: '{DBInstanceClassMemory/32768}',
    apply: 'static',
    type: 'integer',
    allowed: '16-1073741823',
  },
  shared_preload_libraries: { value: 'pg_stat_statements', apply: 'static', type: 'list' },
  ssl: { value: '1', apply: 'dynamic', type: 'boolean', allowed: bool, modifiable: false },
  statement_timeout: { apply: 'dynamic', type: 'integer', allowed: '0-2147483647' },
  tcp_keepalives_idle: { value: '300', apply: 'dynamic', type: 'integer', allowed: '0-2147483647' },
  track_activity_query_size: { value: '4096', apply: 'static', type: 'integer', allowed: '100-1048576' },
  track_io_timing: { value: '1', apply: 'dynamic', type: 'boolean', allowed: bool },
  wal_buffers: { apply: 'static', type: 'integer', allowed: '-1-262143' },
  work_mem: { apply: 'dynamic', type: 'integer', allowed: '64-2147483647' },
}

/** Whether RDS takes this value: a formula is computed when it is used. */
export function allows({ allowed, type }: ParameterDefault, value: string): boolean {
  if (!allowed || /[{}]/.test(value)) return true
  if (type !== 'integer') return allowed.split(',').includes(value)
  const [, low = '', high = ''] = /^(-?\d+)-(\d+)$/.exec(allowed) ?? []
  return /^-?\d+$/.test(value) && Number(value) >= Number(low) && Number(value) <= Number(high)
}
