import { quote, type Rule, runbookOf, seen } from '../rule'
import { lastFailedRun, runEvidence } from './runs'

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

/** Others of the account may wait, too: it matters where it is this environment's domain, or its apply waited in vain. */
const unvalidated: Rule = {
  id: 'certificate-not-validated',
  family: 'network',
  title: 'A certificate waits for its validation',
  section: '8.3',
  needs: ['certificates', 'domain', 'runs'],
  look(snapshot) {
    const domain = seen(snapshot, 'domain')?.name
    // Where the address is answered by TLS already, the one that waits is to follow another.
    const served = seen(snapshot, 'balancer')?.listeners?.some(({ protocol }) => protocol === 'HTTPS')
    const run = lastFailedRun(snapshot)
    const waited = /waiting for ACM Certificate|aws_acm_certificate_validation/.test(run?.error ?? '')
    const pending = seen(snapshot, 'certificates')?.find(
      (one) => (one.domain === domain && !served) || (waited && run?.error?.includes(one.arn)),
    )
    if (!pending && !waited) return undefined
    const status = pending?.status.toLowerCase().replaceAll('_', ' ')
    return {
      cause: pending
        ? `The certificate for ${pending.domain} is not good: ${status}${pending.reason ? ` (${pending.reason})` : ''}${pending.records?.length ? '; DNS lacks the record that proves the domain' : ''}`
        : 'Terraform waited in vain for a certificate to be validated: DNS lacks the record that proves the domain',
      confidence: pending && pending.status !== 'PENDING_VALIDATION' ? 'proven' : 'likely',
      evidence: [
        ...(pending ? [quote(snapshot, 'certificates', `${pending.domain}: ${pending.status}`)] : []),
        ...(pending?.records ?? []).map((record) => quote(snapshot, 'certificates', `missing: ${record}`)),
        ...(waited && run ? runEvidence(snapshot, run) : []),
      ],
      fix: `${runbookOf(snapshot, 'deploy')}   # after the record is in DNS, or hosted_zone_id in the environment's tfvars lets Terraform make it`,
    }
  },
}

const astray: Rule = {
  id: 'domain-astray',
  family: 'network',
  title: 'The domain does not lead to the load balancer',
  section: '8.3',
  needs: ['domain', 'balancer'],
  look(snapshot) {
    const domain = seen(snapshot, 'domain')
    if (!domain?.missing) return undefined
    return {
      cause: `People do not reach the chatbot under ${domain.name}: ${domain.missing}`,
      // A CDN in between leads elsewhere, and may well be meant.
      confidence: 'likely',
      evidence: [quote(snapshot, 'domain', domain.missing)],
      fix: `${runbookOf(snapshot, 'deploy')}   # after the record is made, or with hosted_zone_id in the environment's tfvars`,
    }
  },
}

export const certificateRules: Rule[] = [certificate, unvalidated, astray]
