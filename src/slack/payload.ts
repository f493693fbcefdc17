import { z } from 'zod';
import { inputIds } from './references.ts';

const id = z.string().min(1).max(200);
const user = z.object({ id });
const selectedOptions = z.object({ selected_options: z.array(z.object({ value: z.string() })) });

const blockActions = z.object({
  type: z.literal('block_actions'),
  user,
  trigger_id: z.string().max(500).exactOptional(),
  container: z.object({ channel_id: id, message_ts: id, thread_ts: id.exactOptional() }).exactOptional(),
  actions: z.array(z.object({ action_id: id, value: z.string().max(3000).exactOptional() })).min(1),
  /** Only checkboxes are read; whatever else there is stays unread. */
  state: z.object({ values: z.record(z.string(), z.record(z.string(), z.unknown())) }).exactOptional(),
});
const viewSubmission = z.object({
  type: z.literal('view_submission'),
  user,
  view: z.object({
    callback_id: z.string().max(255),
    private_metadata: z.string().max(3000),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), z.unknown())) }),
  }),
});

/** Somebody pressed something, or sent a modal off. */
export type Click = z.output<typeof blockActions>;
export type Submission = z.output<typeof viewSubmission>;

/** Undefined: nothing that we handle. */
export function readPayload(payload: unknown): Click | Submission | undefined {
  const parsed = z.discriminatedUnion('type', [blockActions, viewSubmission]).safeParse(payload);
  return parsed.success ? parsed.data : undefined;
}

/** The ticked actions, as indices in the plan. */
export function ticked({ state }: Click): number[] {
  const elements = Object.values(state?.values ?? {}).flatMap((block) => Object.values(block));
  const values = elements.flatMap((element) => {
    const parsed = selectedOptions.safeParse(element);
    return parsed.success ? parsed.data.selected_options.map(({ value }) => Number(value)) : [];
  });
  return values.filter((value) => Number.isInteger(value) && value >= 0).sort((a, b) => a - b);
}

/** What was typed into a modal. */
export function typed({ view }: Submission, block: string = inputIds.block): string {
  const parsed = z.object({ value: z.string() }).safeParse(view.state.values[block]?.[inputIds.element]);
  return parsed.success ? parsed.data.value.trim() : '';
}

/** The value of the option that was chosen in a modal. */
export function chosen({ view }: Submission): string | undefined {
  const element = view.state.values[inputIds.block]?.[inputIds.element];
  const parsed = z.object({ selected_option: z.object({ value: z.string().max(150) }) }).safeParse(element);
  return parsed.success ? parsed.data.selected_option.value : undefined;
}
