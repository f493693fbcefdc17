/** Names of what people press; the handler of interactions goes by them. */
export const actionIds = {
  approveAll: 'soar_approve_all',
  approveSelected: 'soar_approve_selected',
  reject: 'soar_reject',
  /** More time, or somebody else; the id is from when it was more time alone, and such messages are still open. */
  later: 'soar_more_time',
  details: 'soar_details',
  openTemporal: 'soar_open_temporal',
  /** Checkboxes; groups are numbered. */
  select: 'soar_select',
} as const;
export const callbackIds = {
  /** What cannot be undone: the incident's key is typed. */
  approveForGood: 'soar_confirm_approve',
  approve: 'soar_approve_shown',
  reject: 'soar_confirm_reject',
  later: 'soar_confirm_later',
} as const;
export const inputIds = { block: 'soar_input', element: 'soar_text', reason: 'soar_reason' } as const;

/** Which request a button belongs to. Whoever could forge it gains nothing: the incident checks all of it. */
export interface RequestReference {
  workflowId: string;
  requestId: string;
  digest: string;
  /** Indices of the selected actions; absent: all of them. */
  actions?: number[];
}

export const referenceText = ({ workflowId, requestId, digest, actions }: RequestReference): string =>
  JSON.stringify({ workflowId, requestId, digest, ...(actions ? { actions } : {}) });

/** Undefined: not a reference that was made here. */
export function readReference(text: string | undefined): RequestReference | undefined {
  if (text === undefined || text.length > 3000) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { workflowId, requestId, digest, actions } = value as Record<string, unknown>;
  if (typeof workflowId !== 'string' || typeof requestId !== 'string' || typeof digest !== 'string') return undefined;
  if (actions === undefined) return { workflowId, requestId, digest };
  if (!Array.isArray(actions) || !actions.every((index): index is number => Number.isInteger(index))) return undefined;
  return { workflowId, requestId, digest, actions };
}
