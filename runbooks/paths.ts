import { resolve } from 'node:path'

/** The clone's own folder, wherever a runbook is started from. */
export const root = resolve(import.meta.dirname, '..')

export const terraformAws = `${root}/terraform/aws`
export const terraformBootstrap = `${root}/terraform/bootstrap`
