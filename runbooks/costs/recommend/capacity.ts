import { type Rule, round } from './rule.ts'

const spotId = { id: 'spot', title: 'Fargate Spot beyond one task on demand' }
const armId = { id: 'arm', title: 'Tasks on ARM' }

/** On what the tasks run. */
export const spot: Rule = ({ settings, production, situation }) => {
  if (settings.spot) return []
  const base = production ? 2 : 1
  const many = Math.max(settings.min, situation.usage.runningTasks ?? 0)
  if (many <= base) {
    return [
      {
        ...spotId,
        refused: `${base} of ${round(many)} tasks ${base === 1 ? 'stays' : 'stay'} on demand, so that not all can vanish at once: nothing is left for Spot`,
      },
    ]
  }
  return [
    {
      ...spotId,
      change: { fargate_spot_enabled: true, fargate_on_demand_base: base },
      evidence: [
        `${round(many)} tasks, of which ${round(many - base)} would run on Spot`,
        `Spot is taken at ${Math.round(situation.usage.spotDiscount * 100)} % off; AWS moves that, within about 50 and 70 %`,
      ],
      risk: production ? 'medium' : 'low',
      because: 'AWS takes a Spot task back at two minutes’ notice, and at times has none to give',
      availability: `${base === 1 ? 'One task' : `${base} tasks`} cannot be taken back; a task that is has its requests drained`,
    },
  ]
}

export const arm: Rule = ({ settings }) =>
  settings.architecture === 'ARM64'
    ? []
    : [
        {
          ...armId,
          change: { cpu_architecture: 'ARM64' },
          evidence: ['tasks run on x86; the image is built from the same sources for ARM'],
          risk: 'low',
          because: 'the image has to be built anew for ARM, which takes longer on an x86 machine',
          availability: 'As before: new tasks take over from the old ones',
        },
      ]
