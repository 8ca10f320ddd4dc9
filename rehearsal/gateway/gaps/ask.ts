import type { World } from '../../world'
import type { Members } from '../call'
import { type Element, parseXml } from '../protocol/xml'

/** Asks moto directly, in the query protocol: for what a gap's answer must know of another service. */
export async function askQuery(
  world: World,
  service: string,
  region: string,
  form: Record<string, string>,
): Promise<Element> {
  const body = new URLSearchParams(form)
  const response = await fetch(world.motoUrl, { method: 'POST', headers: signed(service, region), body })
  return parseXml(await response.text())
}

/** The same in JSON. */
export async function askJson(
  world: World,
  service: string,
  region: string,
  target: string,
  version: '1.0' | '1.1',
  input: Members,
): Promise<Members> {
  const type = { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': target }
  const response = await fetch(world.motoUrl, {
    method: 'POST',
    headers: { ...signed(service, region), ...type },
    body: JSON.stringify(input),
  })
  if (!response.ok)
    throw new Error(`${service}:${target.split('.').at(-1)}: moto answered ${response.status}`)
  return (await response.json()) as Members
}

function signed(service: string, region: string): Record<string, string> {
  const scope = `rehearsal/20260101/${region}/${service}/aws4_request`
  return { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0` }
}

/** Tags by ARN, in the list of Key and Value that most of AWS's older APIs use. */
export function tagStore() {
  const byArn = new Map<string, Map<string, string>>()
  const of = (arn: string) => byArn.get(arn) ?? byArn.set(arn, new Map()).get(arn)!
  return {
    add(arn: string, tags: Members[] = []) {
      for (const { Key, Value } of tags) of(arn).set(Key, Value ?? '')
    },
    remove(arn: string, keys: string[] = []) {
      for (const key of keys) of(arn).delete(key)
    },
    list: (arn: string) => [...of(arn)].map(([Key, Value]) => ({ Key, Value })),
    forget: (arn: string) => void byArn.delete(arn),
  }
}
