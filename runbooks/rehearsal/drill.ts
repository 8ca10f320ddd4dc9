import type { Step } from '../core'
import { Proof, type Proven } from './proof'
import { retold } from './retold'
import type { Event } from './stage/runs'
import type { Stage } from './stage/stage'

/** One named way to break the environment, and what must be so afterwards. */
export interface Drill {
  name: string
  /** Section of the guide that helps. */
  guide: string
  /** What breaks, on one line. */
  title: string
  /** What is to be seen, for whoever watches. */
  story: string
  run(scene: Scene): Promise<void>
}

/** What a drill plays with. */
export interface Scene {
  stage: Stage
  proof: Proof
  /** Tells what is done now. */
  say(text: string): void
  /** Tells a runbook's own story under the command that starts it. */
  retell(command: string): (event: Event) => void
}

/** How a drill went. */
export interface Played {
  name: string
  ok: boolean
  seconds: number
  proven: Proven[]
}

export async function play(drill: Drill, stage: Stage, step: Step): Promise<Played> {
  const started = performance.now()
  const proof = new Proof(({ ok, text, evidence }) =>
    step.line(`${ok ? '✔' : '✖'} ${text}${evidence ? `: ${evidence}` : ''}`),
  )
  const scene: Scene = {
    stage,
    proof,
    say: (text) => step.line(text),
    retell(command) {
      step.line(`$ ${command}`)
      return (event) => {
        if (event.type === 'step.started') step.waiting(event.title ?? '')
        if (event.type === 'step.waiting') step.waiting(`${event.title}: ${event.text}`)
        for (const line of retold(event)) step.line(`│ ${line}`)
      }
    },
  }
  step.line(drill.story)
  try {
    await drill.run(scene)
  } catch (error) {
    if (step.signal.aborted) throw error
    proof.broken('the drill comes to its end', error)
  } finally {
    await stage.strike()
  }
  const seconds = (performance.now() - started) / 1_000
  return { name: drill.name, ok: proof.failed.length === 0, seconds, proven: proof.all }
}
