import type { Drill } from '../drill'
import { deployUnderLoad, stoodAsBefore } from '../expect'

export const migrationFails: Drill = {
  name: 'migration-fails',
  guide: '10.1',
  title: 'a migration of the new version does not apply',
  story:
    'The database refuses it. What serves is never touched: the service is moved after the migration, or not at all.',
  async run(scene) {
    const { stage, proof } = scene
    await stage.release('migration-fails', {
      'server/migrations/postgres/9999-drill.sql': () => 'ALTER TABLE nowhere ADD COLUMN broken text;\n',
    })
    const deploy = await deployUnderLoad(scene)
    const ended = await deploy.end()
    await stoodAsBefore(scene, ended)
    const { ran } = ended
    proof.matches(
      "the cause is named, in the database's own words",
      ran.data.cause,
      /relation "nowhere" does not exist/,
    )
    proof.is('no deployment was started', ran.data.deployment, null)
    proof.matches('it says what to type next', ran.next, /^bun runbooks\/deploy\.ts --environment/)
  },
}
