import { expect, test } from 'bun:test'
import { isPassing } from '../../../runbooks/aws/passing'

const error = (name: string, more: object = {}) => Object.assign(new Error(name), { name, ...more })

test.each([
  ['throttled', error('ThrottlingException'), true],
  ['throttled in query APIs', error('Throttling'), true],
  ['slow down', error('SlowDown'), true],
  ['the service is down', error('ServiceUnavailableException'), true],
  ['any 5xx', error('Anything', { $metadata: { httpStatusCode: 502 } }), true],
  ['any 429', error('Anything', { $metadata: { httpStatusCode: 429 } }), true],
  ['the network is away', error('Error', { code: 'ConnectionRefused' }), true],
  ['no answer in time', error('TimeoutError'), true],
  ['expired credentials', error('ExpiredTokenException', { $metadata: { httpStatusCode: 400 } }), false],
  ['denied', error('AccessDeniedException', { $metadata: { httpStatusCode: 400 } }), false],
  ['no such cluster', error('ClusterNotFoundException'), false],
  ['a mistake in the program', new TypeError('x is not a function'), false],
  ['nothing', undefined, false],
])('isPassing: %s', (_name, thrown, expected) => {
  expect(isPassing(thrown)).toBe(expected)
})
