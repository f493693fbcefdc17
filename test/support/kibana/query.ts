import { z } from 'zod';
import { statusOf, type AlertDocument } from './store.ts';

/** The part of Elasticsearch's query language that is understood here: everything else is refused, not guessed. */
const terms = z.union([
  z.strictObject({ terms: z.strictObject({ _id: z.array(z.string()) }) }),
  z.strictObject({ terms: z.strictObject({ 'kibana.alert.workflow_status': z.array(z.string()) }) }),
]);
export const alertQuery = z.strictObject({ bool: z.strictObject({ filter: z.array(terms).min(1) }) });

export const matches = (alert: AlertDocument, { bool }: z.infer<typeof alertQuery>): boolean =>
  bool.filter.every(({ terms }) =>
    '_id' in terms
      ? terms._id.includes(alert._id)
      : terms['kibana.alert.workflow_status'].includes(String(statusOf(alert))),
  );
