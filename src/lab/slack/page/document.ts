import { TEAM, type Member } from '../options.ts';
import { html, type Html } from './html.ts';

/** The frame around the workspace; only this loads the script and the style. */
export function renderDocument(members: readonly Member[], me: Member, channel: string, workspace: Html): string {
  const people = members.filter(({ deactivated }) => !deactivated);
  const page = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>Slack lab</title>
      <link rel="stylesheet" href="/style.css" />
      <link rel="icon" href="data:," />
      <script type="module" src="/client.js"></script>
    </head>
    <body>
      <header id="bar">
        <h1>${TEAM.name} workspace <small>a stand-in for Slack</small></h1>
        <form>
          <label
            >You are
            <select name="as">
              ${people.map(
                ({ id, name, realName }) =>
                  html`<option value="${id}" ${html`${id === me.id && 'selected'}`}>${realName ?? name}</option>`,
              )}
            </select></label
          >
          <input type="hidden" name="in" value="${channel}" />
          <noscript><button>Change</button></noscript>
        </form>
      </header>
      <p id="lost" role="status" hidden>No connection to the lab. What you see may be out of date.</p>
      <main id="workspace">${workspace}</main>
    </body>
  </html>`;
  return `<!doctype html>\n${page.markup}`;
}
