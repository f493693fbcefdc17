import { createHash } from 'node:crypto';
import { style } from './html-style.ts';
import { markup, styleElement, type Html } from './html-template.ts';

const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`;

/**
 * A page that needs nothing else: no script, no request, no font. Its policy lets a browser load nothing and apply this
 * style alone, whatever got into the text.
 */
export const htmlPage = (title: string, body: Html): Html =>
  markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        ${styleElement(style)}
      </head>
      <body>
        ${body}
      </body>
    </html>`;
