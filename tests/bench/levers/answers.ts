import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2'
import { doorAt } from '../../../runbooks/aws/door'
import { stackOf } from '../../../runbooks/aws/stack'
import type { Account } from './measures'

let asked = 0

/**
 * Who answers a question that is in no cache: the model's name, or `extractive` where the model is cut off. Verification
 * is content with either, as a chatbot without its model still answers.
 */
export async function whoAnswers(account: Account, environment = 'staging'): Promise<string> {
  const { LoadBalancers } = await new ElasticLoadBalancingV2(account).describeLoadBalancers({
    Names: [stackOf(environment).loadBalancer],
  })
  const response = await doorAt(`http://${LoadBalancers![0]!.DNSName}`).fetch('/api/chatbot', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      message: `How long does standard shipping take? It is about order ${Date.now()}${asked++}.`,
      session_id: `levers-${Date.now()}`,
    }),
    signal: AbortSignal.timeout(60_000),
  })
  const { metadata } = (await response.json()) as { metadata?: { model?: string } }
  return metadata?.model ?? `status ${response.status}`
}
