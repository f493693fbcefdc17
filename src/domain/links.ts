/**
 * Where Temporal UI shows a workflow: it wants ids encoded exactly once. What encodeURIComponent leaves as it is and Markdown
 * could take for its own is encoded, too: part of an id can be somebody else's text.
 */
export const workflowLink = (uiUrl: string, namespace: string, workflowId: string): string =>
  `${uiUrl.replace(/\/+$/, '')}/namespaces/${encode(namespace)}/workflows/${encode(workflowId)}`;

const encode = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*_~]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
