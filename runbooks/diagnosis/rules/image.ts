import { printable } from '../../core/output/printable'
import { ended, imageGone, printed, wayBack } from '../evidence'
import { type Found, quote, type Rule, runbookOf, seen } from '../rule'
import { endedBy, endOf, lastFailed, revisionsAtHand, tellingTasks } from '../telling'

const missing: Rule = {
  id: 'image-missing',
  family: 'image',
  title: 'The image is not in the registry',
  section: '8.2',
  needs: ['images', 'tasks'],
  look(snapshot) {
    const wanted = revisionsAtHand(snapshot)
    const gone = (seen(snapshot, 'images') ?? []).filter(
      ({ exists, reference }) => exists === false && wanted.some(({ image }) => image === reference),
    )
    const there = (seen(snapshot, 'images') ?? []).filter(({ exists }) => exists)
    const task = endedBy(
      snapshot,
      /CannotPullContainerError.*(not found|manifest unknown|does not exist)/,
      (one) => there.some(({ reference }) => endOf(one).includes(reference)),
    )
    if (gone.length === 0 && !task) return undefined
    const [image] = gone
    const from = wanted
      .find((one) => one.image === image?.reference)
      ?.name.split('/')
      .at(-1)
    return {
      cause: image
        ? `The registry has no image ${short(image.reference)}${from ? `, which ${from} names` : ''}: no task of it can start`
        : 'The image of the new tasks could not be pulled, because the registry did not have it',
      confidence: 'proven',
      evidence: [
        ...gone.map(({ reference }) => imageGone(snapshot, reference)),
        ...(task ? [ended(snapshot, task)] : []),
      ],
      // What serves needs its image again; what does not come up is left for what served.
      fix: task || lastFailed(snapshot) ? wayBack(snapshot) : runbookOf(snapshot, 'deploy'),
    } satisfies Found
  },
}

const architecture: Rule = {
  id: 'image-architecture',
  family: 'image',
  title: 'The image is for another processor',
  section: '8.2',
  needs: ['images', 'revisions', 'tasks', 'lastLines'],
  look(snapshot) {
    const task = endedBy(snapshot, /does not contain descriptor matching platform/)
    const names: Record<string, string> = { X86_64: 'amd64', ARM64: 'arm64' }
    const wrong = (seen(snapshot, 'images') ?? []).find(({ reference, architectures }) => {
      const of = revisionsAtHand(snapshot).find(({ image }) => image === reference)?.architecture
      return architectures && of && !architectures.includes(names[of] ?? of)
    })
    const line = seen(snapshot, 'lastLines')?.find(
      ({ text, task: id }) =>
        /^exec \S+: exec format error$/.test(text) && tellingTasks(snapshot).some((one) => one.id === id),
    )
    if (!task && !wrong && !line) return undefined
    return {
      cause: 'The image was built for another processor than the task definition asks for',
      confidence: task || wrong ? 'proven' : 'likely',
      evidence: [
        ...(wrong
          ? [quote(snapshot, 'images', `${short(wrong.reference)} is for ${wrong.architectures?.join(', ')}`)]
          : []),
        ...(task ? [ended(snapshot, task)] : []),
        ...(line ? [printed(snapshot, line)] : []),
      ],
      fix: `${runbookOf(snapshot, 'deploy')}   # builds for cpu_architecture of the environment's tfvars`,
    }
  },
}

/** One that is short enough to be read; the evidence has the whole. */
const short = (reference: string) =>
  printable(reference.replace(/^[^/]+\//, '').replace(/(sha256:.{12}).*/, '$1'))

export const imageRules: Rule[] = [missing, architecture]
