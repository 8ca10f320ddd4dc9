import { AwsError } from '../gateway/call.ts'

/** What RDS refuses and moto lets pass, in RDS's words. */

const invalid = (message: string) => new AwsError('InvalidParameterValue', message)

export function checkPassword(password: string): void {
  const name = 'The parameter MasterUserPassword is not a valid password'
  if (/[/@" ]/.test(password) || !/^[\x21-\x7e]*$/.test(password)) {
    throw invalid(`${name}. Only printable ASCII characters besides '/', '@', '"', ' ' may be used.`)
  }
  if (password.length < 8) throw invalid(`${name} because it is shorter than 8 characters.`)
  if (password.length > 128) throw invalid(`${name} because it is longer than 128 characters.`)
}

const reserved = new Set(['admin', 'rdsadmin', 'rds_superuser', 'public', 'user'])

export function checkMaster(name: string): void {
  if (!/^[A-Za-z][A-Za-z0-9_]{0,62}$/.test(name)) {
    throw invalid(
      'The parameter MasterUsername is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and underscores.',
    )
  }
  if (reserved.has(name.toLowerCase())) {
    throw invalid(`MasterUsername ${name} cannot be used as it is a reserved word used by the engine`)
  }
}
