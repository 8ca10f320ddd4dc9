import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, rm } from 'node:fs/promises'
import type { Aws } from '../aws/clients'
import type { Stack } from '../aws/stack'
import { type Book, Failed, type Step } from '../core'
import { home } from '../core/home'
import { agree, applyChanges } from '../deployment/infrastructure'
import { takeUp } from '../deployment/take-up'
import { root, terraformAws } from '../paths'
import { openFolder } from '../terraform/environment'
import { tfvarsOf } from '../terraform/folder'
import { headline } from '../terraform/plan'
import { verify } from '../verify'

/**
 * Brings today's infrastructure to what an earlier commit's configuration says, by a plan against today's state. An
 * old state file would bring back knowledge, not infrastructure: what was made since would run on unknown.
 */
export async function applyEarlier(
  book: Book,
  aws: Aws,
  stack: Stack,
  options: { account: string; toCommit?: string | undefined; allowDestroy: string[] },
) {
  const { account, allowDestroy } = options
  await book.lock()
  const commit = await book.read('The commit', (step) => findCommit(book, options.toCommit ?? '', step.line))
  const folder = await book.read('Its terraform/aws', () => checkOut(book, commit, stack.environment))
  const terraform = await book.read('Environment', () => openFolder(book, aws, account, folder))
  const again = (step: Step) => terraform.plan(`${stack.environment}-${commit.slice(0, 12)}`, step)
  const planned = await book.read('Plan', again)
  const { file, plan } = await takeUp(book, aws, { terraform, planned, allowed: allowDestroy, again })
  const summary = await agree(book, plan, allowDestroy)
  if (!summary.empty) {
    const effect = `${stack.prefix} becomes what commit ${commit.slice(0, 12)} says: ${headline(summary)}`
    await book.confirm({ effect, why: 'destructive' })
  }
  const { stdout: head } = await git(book, 'rev-parse', 'HEAD')
  await applyChanges(book, aws, { terraform, file, summary, account, before: head.trim() || null })
  const { destructive, empty: _, ...counts } = summary
  const data = { commit, folder, plan: counts, destructive, applied: !summary.empty && !book.dryRun }
  if (!data.applied) return data

  book.note(
    `The clone is not changed: the next deploy applies its own terraform/aws again. To keep this: git restore --source ${commit.slice(0, 12)} --staged --worktree terraform/aws && git commit`,
  )
  book.note(
    'The service goes on with its revision; a changed task definition takes effect with the next deploy',
  )
  const verified = await book.call(verify)
  if (verified.ok) return data
  throw new Failed(
    `The infrastructure of ${commit.slice(0, 12)} is applied, and is not well: ${verified.error?.message}`,
    {
      data,
      next: `bun runbooks/verify.ts --environment ${stack.environment}`,
    },
  )
}

async function findCommit(book: Book, sha: string, say: (line: string) => void): Promise<string> {
  const { stdout, exitCode } = await git(book, 'log', '-1', '--format=%H %cs %s', sha, '--')
  if (exitCode !== 0) {
    throw new Failed(`Find commit ${sha}: this clone does not have it`, { next: 'git fetch --all' })
  }
  say(stdout.trim())
  return stdout.slice(0, 40)
}

/** Puts the commit's configuration into a folder of its own: neither the clone nor its Terraform folder is touched. */
async function checkOut(book: Book, commit: string, environment: string): Promise<string> {
  const place = `${home()}/infrastructure/${environment}-${commit.slice(0, 12)}`
  const folder = `${place}/terraform/aws`
  await mkdir(folder, { recursive: true })
  // The provider of an earlier run is hundreds of megabytes, and may stay.
  const old = (await readdir(folder)).filter((name) => name !== '.terraform')
  for (const name of old) await rm(`${folder}/${name}`, { recursive: true, force: true })
  const index = `${place}/index`
  await rm(index, { force: true })
  const env = { GIT_INDEX_FILE: index }
  const words = [
    ['read-tree', commit],
    ['checkout-index', '-q', '-f', `--prefix=${place}/`, '--stdin'],
  ] as const
  const listed = await git(book, 'ls-tree', '-r', '--name-only', commit, '--', 'terraform/aws/')
  if (listed.exitCode !== 0 || !listed.stdout.trim()) {
    throw new Failed(`Check out ${commit.slice(0, 12)}: it has no terraform/aws`, {
      next: 'git log --oneline -- terraform/aws',
    })
  }
  for (const args of words) {
    await book.command('git', ['-C', root, ...args], {
      env,
      ...(args[0] === 'checkout-index' ? { input: listed.stdout } : {}),
    })
  }
  await rm(index, { force: true })
  const values = tfvarsOf(environment, folder)
  if (!existsSync(values) && existsSync(tfvarsOf(environment))) {
    book.warn(`That commit has no values for ${environment}; today's are used`)
    await mkdir(`${folder}/environments`, { recursive: true })
    await copyFile(tfvarsOf(environment), values)
  }
  if (!existsSync(`${folder}/.terraform.lock.hcl`) && existsSync(`${terraformAws}/.terraform.lock.hcl`)) {
    await copyFile(`${terraformAws}/.terraform.lock.hcl`, `${folder}/.terraform.lock.hcl`)
  }
  return folder
}

const git = (book: Book, ...args: string[]) =>
  book.command('git', ['-C', root, ...args], { allow: [0, 128, 129] })
