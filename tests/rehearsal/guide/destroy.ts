import { describe, expect, test } from 'bun:test'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { notAllowed, offeredPolicy } from '../policy'
import type { Call } from '../support'
import { minutes, scene, terraform } from './scene'

export const destroy = () =>
  describe('destroy', () => {
    test(
      'removes all: no resource in the state, nothing that costs money, the scene.address is silent',
      async () => {
        const { exitCode, data, stdout } = await scene.workspace.runbook('destroy')
        expect(exitCode, stdout.slice(-3_000)).toBe(0)
        expect(data.remaining).toEqual([])
        expect((await terraform('state', 'list')).stdout.trim()).toBe('')
        expect(fetch(`${scene.address}/health`)).rejects.toThrow()
        const { loadBalancers } = {
          loadBalancers: (await scene.workspace.aws('elbv2', 'describe-load-balancers')).LoadBalancers,
        }
        expect(loadBalancers).toEqual([])
      },
      5 * minutes,
    )

    test('the policy that setup offers allows every call that a deploy, verify and destroy made', async () => {
      const lines = (await readFile(join(scene.workspace.dir, '.rehearsal/calls.jsonl'), 'utf8'))
        .split('\n')
        .filter(Boolean)
      const calls = lines
        .map((line) => JSON.parse(line) as Call)
        .filter(
          ({ by, time }) =>
            (by === 'terraform' || by === 'sdk-js') && time >= scene.firstDeploy.toISOString(),
        )
      expect(calls.length).toBeGreaterThan(500)
      expect(
        notAllowed(calls, offeredPolicy(join(scene.workspace.dir, 'terraform/bootstrap/policies'))),
      ).toEqual([])
    })

    test('no API call was unknown to the rehearsal', async () => {
      const unknown = await fetch(`${scene.workspace.endpoint}/_rehearsal/unknown`).then((answer) =>
        answer.json(),
      )
      expect(unknown).toEqual([])
    })
  })
