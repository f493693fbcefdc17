import type { PlaybookDescriptor } from '../../../workflows/shared/descriptor.ts';
import { code } from './html-parts.ts';
import { markup, type Html } from './html-template.ts';

/** Which pages say how the step is done by hand; they lie in the source tree, which a report does not know the place of. */
export function procedureOf(playbook: PlaybookDescriptor | undefined, ...sources: string[]): Html {
  const found = (playbook?.procedures ?? []).filter((procedure) =>
    procedure.sources.some((source) => sources.includes(source)),
  );
  return found.length === 0
    ? markup``
    : markup`<p class="procedures">
        By hand: ${found.map(({ title, path }, index) => markup`${index === 0 ? '' : '; '}${title} (${code(path)})`)}
      </p>`;
}
