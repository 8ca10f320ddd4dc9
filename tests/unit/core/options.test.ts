import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { Usage } from '../../../runbooks/core/errors'
import { checkEnvironment } from '../../../runbooks/core/flags/common'
import { camel, type Options } from '../../../runbooks/core/flags/options'
import { parse } from '../../../runbooks/core/flags/parse'
import { settle } from '../../../runbooks/core/flags/settings'
import { validate } from '../../../runbooks/core/flags/validate'

const options: Options = {
  image: { type: 'string', value: 'TAG', help: '' },
  'no-rollback': { type: 'boolean', help: '' },
  count: { type: 'integer', value: 'N', min: 0, max: 9, help: '' },
  tag: { type: 'string', value: 'TAG', repeatable: true, help: '' },
  size: { type: 'string', value: 'SIZE', choices: ['small', 'large'], default: 'small', help: '' },
}
const words = { verb: { help: '', choices: ['up', 'down'] } }

function complaint(argv: string[]): string {
  try {
    validate(parse(argv, options, words), options, words)
  } catch (error) {
    if (error instanceof Usage) return error.message
    throw error
  }
  return ''
}

describe('parse: a command line is read strictly', () => {
  test.each([
    [['--image', '0012345'], { image: '0012345' }],
    [['--image=12e4567'], { image: '12e4567' }],
    [['--image=a=b'], { image: 'a=b' }],
    [['--no-rollback', 'up'], { noRollback: true, verb: 'up' }],
    [['--count', '7'], { count: 7 }],
    [['--count', '-7'], { count: -7 }],
    [['--tag', 'a', '--tag', 'b'], { tag: ['a', 'b'] }],
    [['--', 'down'], { verb: 'down' }],
    [['-h'], { help: true }],
    [['--dry-run', '--yes'], { dryRun: true, yes: true }],
  ])('%j', (argv, expected) => {
    expect(parse(argv as string[], options, words) as object).toEqual(expected)
  })

  test.each([
    [['--imge', 'x'], '--imge: no such flag; nearest: --image'],
    [['--dryrun'], '--dryrun: no such flag; nearest: --dry-run'],
    [['--rollback'], '--rollback: no such flag'],
    [['--no-yes'], '--no-yes: no such flag'],
    [['--completely-different'], '--completely-different: no such flag'],
    [['-y'], '-y: no such flag'],
    [['--constructor', 'x'], '--constructor: no such flag'],
    [['--__proto__=x'], '--__proto__: no such flag'],
    [['--image'], '--image: value missing (--image TAG)'],
    [['--image', '--yes'], '--image: value missing (--image TAG)'],
    [['--image='], '--image: value missing (--image TAG)'],
    [['--image', ''], '--image: value missing (--image TAG)'],
    [['--image', 'a', '--image', 'b'], '--image: given twice'],
    [['--yes', '--yes'], '--yes: given twice'],
    [['--yes=no'], '--yes: takes no value (got "no")'],
    [['--count', 'many'], '--count: must be a whole number (got "many")'],
    [['--count', '1e3'], '--count: must be a whole number (got "1e3")'],
    [['--count', '10'], '--count: must be at most 9 (got 10)'],
    [['--count', '-1'], '--count: must be at least 0 (got -1)'],
    [['--size', 'smal'], '--size: must be one of small, large (got "smal"; nearest: small)'],
    [['sideways'], 'VERB: must be one of up, down (got "sideways")'],
    [['up', 'down'], '"down": not expected; at most VERB'],
  ])('%j is refused: %s', (argv, expected) => {
    expect(complaint(argv)).toStartWith(expected)
  })

  test('any string value comes through unchanged', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (value) => {
        expect(parse([`--image=${value}`], options).image).toBe(value)
      }),
    )
  })

  test('any command line is either read or refused as usage, never anything else', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('--image', '--count', '--tag', '--', '-'))),
        (argv) => {
          complaint(argv)
        },
      ),
    )
  })
})

test('camel: no-rollback on the command line is noRollback in code', () => {
  expect([camel('no-rollback'), camel('image'), camel('a-2b')]).toEqual(['noRollback', 'image', 'a2b'])
})

describe('settle: the common flags', () => {
  const home = { HOME: '/nowhere' }
  test('environment: the flag, then TRIA_ENVIRONMENT, then staging', () => {
    expect(settle({ environment: 'dev' }, { ...home, TRIA_ENVIRONMENT: 'qa' }).environment).toBe('dev')
    expect(settle({}, { ...home, TRIA_ENVIRONMENT: 'qa' }).environment).toBe('qa')
    expect(settle({}, home).environment).toBe('staging')
    expect(() => settle({}, { ...home, TRIA_ENVIRONMENT: 'QA' })).toThrow(
      /^TRIA_ENVIRONMENT: must be lower-case/,
    )
  })

  test('region: the flag, then AWS_REGION, then AWS_DEFAULT_REGION; one that is none is named with the nearest', () => {
    const env = { ...home, AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'us-west-2' }
    expect(settle({ region: 'us-east-1' }, env).region).toBe('us-east-1')
    expect(settle({}, env).region).toBe('eu-west-1')
    expect(settle({}, { ...home, AWS_DEFAULT_REGION: 'us-west-2' }).region).toBe('us-west-2')
    expect(settle({}, home).region).toBeUndefined()
    expect(() => settle({ region: 'eu-centrall-1' }, home)).toThrow(
      '--region: "eu-centrall-1" is no AWS region; nearest: eu-central-1',
    )
    expect(() => settle({}, { ...home, AWS_REGION: 'us-east' })).toThrow(
      'AWS_REGION: "us-east" is no AWS region',
    )
  })

  test.each(['staging', 'production', 'dev', 'pr-12', 'a'])('checkEnvironment accepts %s', (name) => {
    expect(checkEnvironment(name)).toBeUndefined()
  })
  test.each(['Staging', '1st', 'a_b', '-a', 'a-', 'a--b', 'abcdefghijklmnopqr', '../x', ''])(
    'checkEnvironment refuses %j',
    (name) => {
      expect(checkEnvironment(name)).toBeString()
    },
  )
})

describe('parse: an argument that takes every further word', () => {
  const drill = { what: { help: '', choices: ['drill'] }, name: { help: '', repeatable: true } }
  test.each([
    [['drill'], { what: 'drill', name: [] }],
    [['drill', 'a'], { what: 'drill', name: ['a'] }],
    [['drill', 'a', '--yes', 'b'], { what: 'drill', name: ['a', 'b'], yes: true }],
    [[], { name: [] }],
  ])('%j', (argv, expected) => {
    expect(parse(argv, {}, drill) as object).toEqual(expected)
  })

  test('each of them is held against the declaration', () => {
    const wanted = { ...drill, name: { ...drill.name, choices: ['a', 'b'] } }
    const values = (argv: string[]) => validate(parse(argv, {}, wanted), {}, wanted) as object
    expect(values(['drill', 'b', 'a'])).toEqual({ what: 'drill', name: ['b', 'a'] })
    expect(values(['drill'])).toEqual({ what: 'drill', name: [] })
    expect(() => values(['drill', 'a', 'c'])).toThrow('NAME: must be one of a, b')
    expect(validate({ what: 'drill' }, {}, wanted) as object).toEqual({ what: 'drill', name: [] })
  })
})
