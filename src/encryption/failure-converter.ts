import { DefaultFailureConverter } from '@temporalio/common';

/** Puts message and stack of a failure into a payload, which the codec encrypts. Named by its path, for workers and the bundle. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
