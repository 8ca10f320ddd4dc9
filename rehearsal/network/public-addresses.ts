import type { Eni } from './interfaces.ts'

/** Adds the public address of tasks' interfaces to EC2's answer; moto gives it to instances alone. */
export async function withPublicAddress(answer: Response, attached: Map<string, Eni>): Promise<Response> {
  let text = await answer.text()
  for (const eni of attached.values()) {
    if (!eni.publicIp) continue
    const association = `<association><publicIp>${eni.publicIp}</publicIp><ipOwnerId>amazon</ipOwnerId></association>`
    text = text.replace(`<networkInterfaceId>${eni.id}</networkInterfaceId>`, (own) => `${own}${association}`)
  }
  return new Response(text, { status: answer.status, headers: { 'content-type': 'text/xml' } })
}
