import { type Effect, edit } from './change.ts'

/** The database and the cache. */
export const stores: Effect = ({ resources, usage }, variables) => {
  const { db_instance_class, db_multi_az, redis_engine, redis_node_type, redis_replicas } = variables
  const databases = edit(resources, ['aws_db_instance'], () => ({
    ...(db_instance_class !== undefined && { instance_class: db_instance_class }),
    ...(db_multi_az !== undefined && { multi_az: db_multi_az }),
  }))
  const caches = edit(databases, ['aws_elasticache_replication_group'], () => ({
    ...(redis_engine !== undefined && { engine: redis_engine }),
    ...(redis_node_type !== undefined && { node_type: redis_node_type }),
    ...(typeof redis_replicas === 'number' && { num_cache_clusters: 1 + redis_replicas }),
  }))
  return { resources: caches, usage }
}
