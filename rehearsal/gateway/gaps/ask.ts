import type { World } from '../../world'
import type { Members } from '../call'
import { type Element, parseXml } from '../protocol/xml'

/** Asks moto directly, in the query protocol: for what a gap's answer must know of another service. */
export async function askMoto(
  world: World,
  service: string,
  region: string,
  form: Record<string, string>,
): Promise<Element> {
  const response = await fetch(world.motoUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `AWS4-HMAC-SHA256 Credential=rehearsal/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: new URLSearchParams(form),
  })
  return parseXml(await response.text())
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

export type TagStore = ReturnType<typeof tagStore>
