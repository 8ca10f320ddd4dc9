import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** A shape of AWS's published service model, as far as encoding and decoding need it. */
export interface Shape {
  type: string
  members?: Record<string, Member>
  member?: Member
  key?: Member
  value?: Member
  required?: string[]
  flattened?: boolean
  locationName?: string
  queryName?: string
  timestampFormat?: string
  error?: { code?: string; httpStatusCode?: number; senderFault?: boolean }
  exception?: boolean
}

/** A reference to a shape, with what the reference itself says about names. */
export interface Member {
  shape: string
  locationName?: string
  location?: string
  queryName?: string
  flattened?: boolean
  timestampFormat?: string
}

export interface Operation {
  name: string
  http: { method: string; requestUri: string }
  input?: Member
  output?: Member & { resultWrapper?: string }
  errors?: Member[]
}

export interface Model {
  metadata: { protocol: string; protocols?: string[]; xmlNamespace?: string; targetPrefix?: string }
  operations: Record<string, Operation>
  shapes: Record<string, Shape>
}

/** The signing names that differ from the name of the service's folder among the models. */
const folders: Record<string, string> = {
  monitoring: 'cloudwatch',
  elasticloadbalancing: 'elbv2',
  servicequotas: 'service-quotas',
  tagging: 'resourcegroupstaggingapi',
  email: 'ses',
  states: 'stepfunctions',
}

/**
 * AWS's service models, read from botocore: moto is built on it, so wherever moto runs they are there.
 * A model is read when a call first needs it, and kept without its documentation.
 */
export function serviceModels(folder: string | undefined): (service: string) => Model | undefined {
  const known = new Map<string, Model | undefined>()
  return (service) => {
    if (!known.has(service)) known.set(service, folder ? read(folder, service) : undefined)
    return known.get(service)
  }
}

function read(folder: string, service: string): Model | undefined {
  const versions = join(folder, folders[service] ?? service)
  if (!existsSync(versions)) return undefined
  const newest = readdirSync(versions).sort().at(-1) ?? ''
  for (const name of ['service-2.json.gz', 'service-2.json']) {
    const file = join(versions, newest, name)
    if (!existsSync(file)) continue
    const bytes = readFileSync(file)
    const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
    return JSON.parse(text, (key, value) =>
      key === 'documentation' && typeof value === 'string' ? undefined : value,
    ) as Model
  }
  return undefined
}
