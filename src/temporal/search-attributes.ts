import { TypedSearchAttributes } from '@temporalio/common';
import type { SearchAttributeType } from '@temporalio/common';
import { encodeSearchAttributeIndexedValueType } from '@temporalio/common/lib/search-attributes.js';
import type { SearchAttributeKey } from '@temporalio/common/lib/search-attributes.js';

/** Search attributes that a server must know, name → type. */
export type SearchAttributeTypes = Readonly<Record<string, SearchAttributeType>>;

/** From the typed keys that workflows use: `attributeTypes(searchAttributes)`. */
export const attributeTypes = (keys: Record<string, SearchAttributeKey<SearchAttributeType>>): SearchAttributeTypes =>
  Object.fromEntries(Object.values(keys).map(({ name, type }) => [name, type]));

/** As the `temporal` command writes it: `IncidentKey=Keyword`. */
export const searchAttributeFlags = (attributes: SearchAttributeTypes): string[] =>
  Object.entries(attributes).flatMap(([name, type]) => [
    '--search-attribute',
    `${name}=${TypedSearchAttributes.toMetadataType(type)}`,
  ]);

/** As Temporal's API writes it: name → number of the type. */
export const indexedValueTypes = (attributes: SearchAttributeTypes): Record<string, number> =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, type]) => [name, encodeSearchAttributeIndexedValueType(type) ?? 0]),
  );
