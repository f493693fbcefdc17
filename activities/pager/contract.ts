import type { Page, UncontainedPage } from '../../src/domain/notices/page.ts';

/** Wakes whoever is on call where nobody decides or nobody can be asked; who that is, the pager knows. */
export interface PagerNotify {
  /** Can be repeated: what has one key is one alert there. */
  pageOnCall(page: Page): Promise<void>;
  /** Can be repeated, too. */
  pageUncontained(page: UncontainedPage): Promise<void>;
  /** The request takes no decisions any more. Where the pager has no alert of that key, nothing comes of it. */
  resolvePage(settled: Pick<Page, 'key' | 'requestId'>): Promise<void>;
}
