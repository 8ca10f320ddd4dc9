import { Refused } from '../errors'
import type { Declaration, Why } from '../events'
import type { Settings } from '../flags/settings'
import type { Session } from '../run/session'
import { redactText } from '../secrets/redact'
import { ask } from './ask'

export interface Confirmation {
  /** What will happen, in a sentence. */
  effect: string
  why: Why
  /** A word that must be typed, instead of yes: the environment's name before something irreversible. */
  typed?: string
}

/**
 * `confirm` is what a runbook asks; `allow` is the rule beneath it, so that no change to production and nothing
 * destructive is ever made unasked because a runbook forgot.
 */
export function createConfirm(session: Session, settings: Settings) {
  const grant = (why: Why) => `${settings.environment} ${why}`
  const granted = (...whys: Why[]) => whys.some((why) => session.granted.has(grant(why)))

  async function confirm({ effect, why, typed }: Confirmation): Promise<void> {
    if (settings.dryRun) return
    await obtain({ effect, why, ...(typed === undefined ? {} : { typed }) })
    session.granted.add(grant(why))
  }

  async function obtain(confirmation: Confirmation): Promise<void> {
    const { effect, why, typed } = confirmation
    session.signal.throwIfAborted()
    if (settings.yes) return session.emit({ type: 'answer', effect, why, how: 'yes-flag' })
    if (!session.interactive) {
      session.emit({ type: 'answer', effect, why, how: 'refused' })
      throw new Refused(`Not confirmed: ${effect} (no terminal to ask on)`, {
        next: `${session.again} --yes`,
      })
    }
    session.emit({ type: 'question', effect, why, typed })
    const prompt = typed ? `Type ${typed} to go on: ` : 'Go on? [y/N] '
    // With `--json` or in a pipe the output is not what the person sees.
    const aside = settings.json || !process.stdout.isTTY
    const answer = await ask({
      prompt: aside ? `? ${redactText(effect)}\n${prompt}` : prompt,
      screen: aside ? process.stderr : process.stdout,
      signal: session.signal,
    })
    const agreed = typed ? answer?.trim() === typed : /^y(es)?$/i.test(answer?.trim() ?? '')
    session.emit({ type: 'answer', effect, why, how: agreed ? 'asked' : 'refused' })
    if (!agreed)
      throw new Refused(
        answer === undefined ? 'Not confirmed: the input ended' : 'Not confirmed: nothing was changed',
      )
  }

  async function allow({ effect, destructive }: Declaration): Promise<void> {
    if (destructive && !granted('destructive', 'emergency')) return obtain({ effect, why: 'destructive' })
    if (settings.environment === 'production' && !granted('production', 'destructive', 'emergency')) {
      await confirm({ effect: `${effect} (production)`, why: 'production' })
    }
  }

  return { confirm, allow }
}
