import { ring } from './bell.ts';
import type { BareActivities } from './bare-workflows.ts';

export const bareActivities: BareActivities = {
  act: () => Promise.resolve('done'),
  exchange: (_given, wanted) => {
    ring();
    return Promise.resolve('x'.repeat(wanted));
  },
};
