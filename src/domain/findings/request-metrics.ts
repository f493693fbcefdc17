import type { Finding } from './evidence.ts';
import { answeredBy, finding, overTime, some, unanswered } from './finding.ts';
import type { CaseFile } from './case-file.ts';

/** Figures without names: they may point to a download, and never rule one out (S73). */
export function requestMetricsFinding({ alert, bucket, requestMetrics }: CaseFile): Finding {
  const id = 'request-metrics';
  const question = 'Do request metrics of the bucket count downloads since the export?';
  if (alert.outcome === 'failure') {
    return answeredBy('alert', finding(id, ['S73'], question, 'no', 'the export failed: there is nothing to download'));
  }
  if (!requestMetrics) return unanswered(id, ['S73'], question, 'the request metrics were not read');
  const { filters } = requestMetrics;
  if (filters.length === 0) {
    return unanswered(id, ['S73'], question, 'the bucket has no request metrics that cover the export');
  }
  const counting = filters.filter(({ bytes }) => bytes > 0);
  if (counting.length === 0) {
    const silence = 'they count none so far, which proves nothing: S3 delivers them late and on a best-effort basis';
    return overTime(requestMetrics, unanswered(id, ['S73'], question, silence));
  }
  const whose =
    bucket?.onlyExport === 'yes'
      ? 'the bucket holds nothing but the export'
      : 'of whichever object of it; our own reads are counted, too';
  const told = counting.map(
    ({ id: filter, prefix, requests, bytes }) =>
      `${bytes} bytes in ${requests} GET request(s) of ${prefix === undefined ? 'the whole bucket' : `keys that begin with ${prefix}`} (filter ${filter})`,
  );
  return overTime(requestMetrics, finding(id, ['S73'], question, 'yes', `${some(told)}; ${whose}`));
}
