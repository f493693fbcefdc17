import { noticeDetails } from '../../domain/notices/notices.ts';
import { duration, id, list, oneOf, section, sentence } from './forms.ts';
import { slackChannel } from './slack.ts';
import { severity } from './approvals.ts';

/** Who beyond the approvers hears of an incident. The report ends it, so no notice waits for post-incident. */
export const notice = section({
  id,
  who: sentence,
  severity: severity.exactOptional(),
  verdicts: list(oneOf('authorised', 'unauthorised-attempt', 'unauthorised-export', 'undetermined'), 'verdicts')
    .min(1, { error: 'must not be empty' })
    .exactOptional(),
  phase: oneOf('triage', 'validation', 'investigation', 'containment', 'eradication', 'recovery'),
  detail: oneOf(...noticeDetails),
  channel: slackChannel.exactOptional(),
  within: duration.exactOptional(),
  instructions: sentence.exactOptional(),
});
