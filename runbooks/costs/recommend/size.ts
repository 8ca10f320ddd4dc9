import { type Rule, round } from './rule.ts'
import { seenEnough } from './use.ts'

/** Memory in MiB that Fargate offers with so much CPU, as far as this server could ever use it. */
const memoryFor: Readonly<Record<number, readonly number[]>> = {
  256: [512, 1024, 2048],
  512: [1024, 2048, 3072, 4096],
  1024: [2048, 3072, 4096, 5120, 6144, 7168, 8192],
  2048: [4096, 5120, 6144, 7168, 8192, 12288, 16384],
  4096: [8192, 12288, 16384, 24576, 30720],
}

/** How full a task may be at its busiest: autoscaling aims at 70 % CPU, and memory kills where CPU only slows. */
const mostCpu = 60
const mostMemory = 75
const tooMuch = 85

/** A task's size from what its busiest hour used, in both directions. */
export const taskSize: Rule = ({ settings, use }) => {
  const id = { id: 'task-size', title: 'Tasks as large as they need to be' }
  const { cpu, memory } = settings
  if (cpu === undefined || memory === undefined) return []
  if (!seenEnough(use) || !use.tasks) {
    return [
      { ...id, refused: `nobody has measured ${use ? 'a day' : 'what they use'} yet: ${hours(use?.hours)}` },
    ]
  }
  const { cpuP99, memoryMax } = use.tasks
  const evidence = [
    `CPU p99 ${round(cpuP99)} % of ${cpu / 1024} vCPU, memory at most ${round(memoryMax)} % of ${memory} MiB, in ${use.hours} hours`,
  ]
  if (cpuP99 > tooMuch || memoryMax > tooMuch) {
    const larger = fitting((cpu * cpuP99) / mostCpu, (memory * memoryMax) / mostMemory)
    return [
      {
        ...id,
        id: 'task-size-up',
        advice: larger
          ? `Tasks are too small: ecs_task_cpu = ${larger.cpu}, ecs_task_memory = ${larger.memory}. That costs more, and is what the measure asks for`
          : 'Tasks are full, and there is no larger size: more of them are needed',
        evidence,
      },
    ]
  }
  const wanted = fitting((cpu * cpuP99) / mostCpu, (memory * memoryMax) / mostMemory)
  if (!wanted || wanted.cpu > cpu || (wanted.cpu === cpu && wanted.memory >= memory)) return []
  return [
    {
      ...id,
      change: { ecs_task_cpu: wanted.cpu, ecs_task_memory: wanted.memory },
      evidence,
      risk: 'low',
      because: `a burst beyond what was seen meets ${wanted.cpu / 1024} vCPU until autoscaling has added tasks`,
      availability: 'As before: new tasks take over from the old ones',
    },
  ]
}

/** The smallest size with so much CPU and memory. */
function fitting(cpu: number, memory: number): { cpu: number; memory: number } | undefined {
  const sizes = Object.entries(memoryFor).flatMap(([units, all]) =>
    all.map((each) => ({ cpu: Number(units), memory: each })),
  )
  return sizes.find((size) => size.cpu >= cpu && size.memory >= memory)
}

const hours = (seen: number | undefined) =>
  seen === undefined ? 'no environment was looked at' : `${round(seen)} hours are seen`
