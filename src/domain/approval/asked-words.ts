import type { AskedGroup } from './approval.ts';

/** Who was asked, in words: an empty group says so, for a request that reached nobody has to be seen. */
export const peopleText = (people: string[]): string => people.join(', ') || 'nobody who can decide';

/** A group and who in it can decide. */
export const groupText = ({ group, people }: Pick<AskedGroup, 'group' | 'people'>): string =>
  `${group} (${peopleText(people)})`;
