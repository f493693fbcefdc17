import { TypedSearchAttributes } from '@temporalio/common';
import type { SearchAttributeType } from '@temporalio/common';

/** Search attributes that a server must know, name → type. */
export type SearchAttributeTypes = Readonly<Record<string, SearchAttributeType>>;

/** As the `temporal` command writes it: `IncidentKey=Keyword`. */
export const searchAttributeFlags = (attributes: SearchAttributeTypes): string[] =>
  Object.entries(attributes).flatMap(([name, type]) => [
    '--search-attribute',
    `${name}=${TypedSearchAttributes.toMetadataType(type)}`,
  ]);
