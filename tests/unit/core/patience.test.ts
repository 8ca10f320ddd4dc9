import { expect, test } from 'bun:test'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { awsPatience } from '../../../runbooks/core'

test('an endpoint that takes the call and never answers is given up', async () => {
  const silent = Bun.serve({ port: 0, idleTimeout: 0, fetch: () => new Promise<Response>(() => {}) })
  const sts = new STSClient({
    region: 'us-east-1',
    endpoint: silent.url.href,
    credentials: { accessKeyId: 'x', secretAccessKey: 'y' },
    maxAttempts: 1,
    requestHandler: { ...awsPatience, requestTimeout: 300 },
  })
  const started = Date.now()
  await expect(sts.send(new GetCallerIdentityCommand())).rejects.toThrow(/300/)
  expect(Date.now() - started).toBeLessThan(awsPatience.requestTimeout)
  await silent.stop(true)
})
