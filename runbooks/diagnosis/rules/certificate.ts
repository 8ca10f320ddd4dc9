import { quote, type Rule, runbookOf, seen } from '../rule'

/** As TLS calls a certificate that is not for this name, not yet or no longer good, or of nobody that is trusted. */
const refused = /^(ERR_TLS_CERT_ALTNAME_INVALID|CERT_\w+|\w*SELF_SIGNED\w*|UNABLE_TO_(GET|VERIFY)\w*)$/

const certificate: Rule = {
  id: 'certificate-wrong',
  family: 'network',
  title: 'The certificate is not good for the address',
  section: '8.3',
  needs: ['ready', 'balancer'],
  look(snapshot) {
    const first = seen(snapshot, 'ready')?.find(({ code }) => refused.test(code ?? ''))
    if (!first) return undefined
    const address = seen(snapshot, 'balancer')?.address ?? ''
    return {
      cause: `Browsers refuse the certificate that answers at ${address} (${first.code})`,
      confidence: 'proven',
      evidence: [quote(snapshot, 'ready', `${first.code}: ${first.error}`)],
      fix: `${runbookOf(snapshot, 'deploy')}   # after certificate_arn in the environment's tfvars names one that is issued for it`,
    }
  },
}

export const certificateRules: Rule[] = [certificate]
