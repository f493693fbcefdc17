/** The values of a numbered EC2 parameter: `ExportTaskId.1`, `ExportTaskId.2`, … */
export function numbered(form: URLSearchParams, name: string): string[] {
  const values: string[] = [];
  for (let n = 1; form.has(`${name}.${n}`); n++) values.push(form.get(`${name}.${n}`) ?? '');
  return values;
}

/** The tags of the request's first tag specification. */
export function requestTags(form: URLSearchParams): { key: string; value: string }[] {
  const tags: { key: string; value: string }[] = [];
  for (let n = 1; form.has(`TagSpecification.1.Tag.${n}.Key`); n++) {
    const tag = `TagSpecification.1.Tag.${n}`;
    tags.push({ key: form.get(`${tag}.Key`) ?? '', value: form.get(`${tag}.Value`) ?? '' });
  }
  return tags;
}
