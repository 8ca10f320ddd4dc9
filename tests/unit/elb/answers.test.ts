import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { gzipSync } from 'node:zlib'
import {
  CreateListenerCommand,
  CreateRuleCommand,
  DeleteRuleCommand,
  ModifyListenerCommand,
  ModifyLoadBalancerAttributesCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { type Fields, listOf, textOf } from '../../../rehearsal/network/query.ts'
import { ingress } from '../network/moto.ts'
import { type Balanced, eventually, type Server, startBalanced } from './balanced.ts'

// A busy machine takes its time to start moto, and to find a target healthy.
setDefaultTimeout(60_000)

let b: Balanced
let server: Server
const big = Buffer.alloc(5_000_000, 'abcdefghij')

beforeAll(async () => {
  b = await startBalanced({ HealthCheckIntervalSeconds: 2, HealthCheckTimeoutSeconds: 1 })
  const attributes = new ModifyLoadBalancerAttributesCommand({
    LoadBalancerArn: b.loadBalancerArn,
    Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '2' }],
  })
  await b.client.send(attributes)
  server = await b.serve(async (request) => {
    const { pathname } = new URL(request.url)
    if (pathname === '/gzip')
      return new Response(gzipSync('packed'), { headers: { 'content-encoding': 'gzip', 'x-kept': 'yes' } })
    if (pathname === '/big') return new Response(big)
    if (pathname === '/length') return new Response(String((await request.arrayBuffer()).byteLength))
    if (pathname === '/cookies') {
      const headers = new Headers()
      headers.append('set-cookie', 'a=1')
      headers.append('set-cookie', 'b=2')
      return new Response(null, {
        status: 302,
        headers: { ...Object.fromEntries(headers), location: '/next' },
      })
    }
    if (pathname === '/empty') return new Response(null, { status: 204 })
    if (pathname === '/broken') return new Response('broken', { status: 500 })
    if (pathname === '/hang') return new Promise(() => {})
    return new Response('fine')
  })
  const target = { Id: server.Id, Port: 8080 }
  await b.client.send(new RegisterTargetsCommand({ TargetGroupArn: b.targetGroupArn, Targets: [target] }))
  await eventually(async () => expect(await b.health()).toEqual([[server.Id, 'healthy']]))
}, 60_000)
afterAll(() => b?.stop())

describe('what passes through', () => {
  test('a compressed answer stays compressed', async () => {
    const response = await fetch(`${b.url}/gzip`, { decompress: false } as RequestInit)
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect(Buffer.from(await response.arrayBuffer())).toEqual(gzipSync('packed'))
  })

  test('large bodies arrive whole in both directions', async () => {
    const down = await fetch(`${b.url}/big`)
    expect(Buffer.from(await down.arrayBuffer()).equals(big)).toBe(true)
    const up = await fetch(`${b.url}/length`, { method: 'POST', body: big })
    expect(await up.text()).toBe(String(big.length))
  })

  test('a HEAD request, an empty answer and a redirect stay what they are', async () => {
    const head = await fetch(`${b.url}/`, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '4', ''])
    expect((await fetch(`${b.url}/empty`)).status).toBe(204)
    const redirect = await fetch(`${b.url}/cookies`, { redirect: 'manual' })
    expect([redirect.status, redirect.headers.get('location')]).toEqual([302, '/next'])
  })

  test('a target that never answers is a 504 after the idle timeout', async () => {
    const started = performance.now()
    const response = await fetch(`${b.url}/hang`)
    expect(response.status).toBe(504)
    expect(await response.text()).toContain('504 Gateway Time-out')
    expect(performance.now() - started).toBeWithin(1_900, 4_000)
  })

  test('every kind of answer is counted in CloudWatch, by load balancer and by target group', async () => {
    await fetch(`${b.url}/broken`)
    const statistics = async (MetricName: string, Statistic: string, ...names: string[]) => {
      const values: Record<string, string> = {
        LoadBalancer: b.loadBalancerArn.split('loadbalancer/')[1] ?? '',
        TargetGroup: b.targetGroupArn.slice(b.targetGroupArn.indexOf('targetgroup/')),
      }
      const answer: Fields = await b.ask('monitoring', 'GetMetricStatistics', {
        Namespace: 'AWS/ApplicationELB',
        MetricName,
        Dimensions: names.map((Name) => ({ Name, Value: values[Name] })),
        StartTime: new Date(Date.now() - 600_000).toISOString(),
        EndTime: new Date(Date.now() + 60_000).toISOString(),
        Period: 3600,
        Statistics: [Statistic],
      })
      return listOf(answer.Datapoints).reduce((sum, point) => sum + Number(textOf(point[Statistic])), 0)
    }
    await eventually(async () => {
      expect(await statistics('HTTPCode_Target_5XX_Count', 'Sum', 'LoadBalancer')).toBe(1)
      expect(await statistics('HTTPCode_Target_5XX_Count', 'Sum', 'TargetGroup', 'LoadBalancer')).toBe(1)
      expect(await statistics('HTTPCode_ELB_5XX_Count', 'Sum', 'LoadBalancer')).toBe(1)
      expect(await statistics('RequestCount', 'Sum', 'LoadBalancer')).toBeGreaterThan(6)
      expect(await statistics('HealthyHostCount', 'Maximum', 'TargetGroup', 'LoadBalancer')).toBe(1)
      expect(await statistics('TargetResponseTime', 'Maximum', 'LoadBalancer')).toBeWithin(0.0001, 2)
    }, 20_000)
  }, 25_000)
})

describe('listener rules', () => {
  test('a maintenance page is up when the call that makes it returns, and gone when the rule is', async () => {
    const made = await b.client.send(
      new CreateRuleCommand({
        ListenerArn: b.listenerArn,
        Priority: 1,
        Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }],
        Actions: [
          {
            Type: 'fixed-response',
            FixedResponseConfig: {
              StatusCode: '503',
              ContentType: 'text/html',
              MessageBody: '<b>Back & soon</b>',
            },
          },
        ],
      }),
    )
    const page = await fetch(b.url)
    expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([
      503,
      'text/html; charset=utf-8',
      '<b>Back & soon</b>',
    ])
    await b.client.send(new DeleteRuleCommand({ RuleArn: made.Rules?.[0]?.RuleArn }))
    expect(await (await fetch(b.url)).text()).toBe('fine')
  })

  test('targets that no rule leads to any more are unused, and are checked again afterwards', async () => {
    const change = (action: object) =>
      b.client.send(
        new ModifyListenerCommand({ ListenerArn: b.listenerArn, DefaultActions: [action as never] }),
      )
    await change({
      Type: 'fixed-response',
      FixedResponseConfig: { StatusCode: '200', MessageBody: 'closed' },
    })
    expect(await (await fetch(b.url)).text()).toBe('closed')
    expect(await b.health()).toEqual([
      [
        server.Id,
        'unused',
        'Target.NotInUse',
        'Target group is not configured to receive traffic from the load balancer',
      ],
    ])
    await change({ Type: 'forward', TargetGroupArn: b.targetGroupArn })
    await eventually(async () => expect(await b.health()).toEqual([[server.Id, 'healthy']]))
  })

  test('an HTTPS listener answers on the same address, and HTTP can redirect to it', async () => {
    const certificate = await importedCertificate()
    await ingress(b.query, 'Authorize', b.vpc.groups.alb, 443, { cidr: '0.0.0.0/0' })
    await b.client.send(
      new CreateListenerCommand({
        LoadBalancerArn: b.loadBalancerArn,
        Protocol: 'HTTPS',
        Port: 443,
        Certificates: [{ CertificateArn: certificate }],
        DefaultActions: [{ Type: 'forward', TargetGroupArn: b.targetGroupArn }],
      }),
    )
    const RedirectConfig = { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' as const }
    await b.client.send(
      new ModifyListenerCommand({
        ListenerArn: b.listenerArn,
        DefaultActions: [{ Type: 'redirect', RedirectConfig }],
      }),
    )
    const redirect = await fetch(`${b.url}/chat?q=a%20b`, { redirect: 'manual' })
    const secure = b.url.replace('http:', 'https:')
    expect([redirect.status, redirect.headers.get('location')]).toEqual([301, `${secure}/chat?q=a%20b`])
    await Bun.sleep(1_100)
    const response = await fetch(`${secure}/`, { tls: { rejectUnauthorized: false } } as RequestInit)
    expect(await response.text()).toBe('fine')
    await b.client.send(
      new ModifyListenerCommand({
        ListenerArn: b.listenerArn,
        DefaultActions: [{ Type: 'forward', TargetGroupArn: b.targetGroupArn }],
      }),
    )
  })
})

describe('security groups of the load balancer', () => {
  test('clients that its group keeps out hear nothing', async () => {
    await ingress(b.query, 'Revoke', b.vpc.groups.alb, 80, { cidr: '0.0.0.0/0' })
    await Bun.sleep(1_100)
    await fetch(b.url).catch(() => {})
    const asked = fetch(b.url, { signal: AbortSignal.timeout(500) })
    expect(asked).rejects.toThrow('timed out')
    await asked.catch(() => {})
    await ingress(b.query, 'Authorize', b.vpc.groups.alb, 80, { cidr: '0.0.0.0/0' })
    await eventually(async () => {
      expect((await fetch(b.url, { signal: AbortSignal.timeout(500) })).status).toBe(200)
    })
  })

  test('a target whose group does not let the load balancer in is unhealthy with Target.Timeout', async () => {
    const { app, alb } = b.vpc.groups
    await ingress(b.query, 'Revoke', app, 8080, { group: alb })
    await eventually(
      async () =>
        expect(await b.health()).toEqual([[server.Id, 'unhealthy', 'Target.Timeout', 'Request timed out']]),
      20_000,
    )
    await ingress(b.query, 'Authorize', app, 8080, { group: alb })
    await eventually(async () => expect(await b.health()).toEqual([[server.Id, 'healthy']]), 20_000)
  }, 45_000)

  test('a target whose process is gone fails its checks, and requests that still go there are 502', async () => {
    await server.stop()
    expect((await fetch(b.url)).status).toBe(502)
    await eventually(
      async () =>
        expect(await b.health()).toEqual([
          [server.Id, 'unhealthy', 'Target.FailedHealthChecks', 'Health checks failed'],
        ]),
      20_000,
    )
  }, 25_000)
})

async function importedCertificate(): Promise<string> {
  const files = ['key', 'cert'].map((name) => `/tmp/tria-elb-${process.pid}.${name}.pem`)
  const [key = '', cert = ''] = files
  const subject = ['-days', '2', '-subj', '/CN=app.example.com']
  Bun.spawnSync([
    'openssl',
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    key,
    '-out',
    cert,
    ...subject,
  ])
  const encoded = async (path: string) => Buffer.from(await Bun.file(path).text()).toString('base64')
  const response = await fetch(b.motoUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'CertificateManager.ImportCertificate',
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/acm/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify({ Certificate: await encoded(cert), PrivateKey: await encoded(key) }),
  })
  for (const file of files) await Bun.file(file).delete()
  return ((await response.json()) as { CertificateArn: string }).CertificateArn
}
