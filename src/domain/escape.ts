/**
 * Alerts, tags, user agents and policies hold text that somebody else wrote, possibly the attacker: it is data, and made
 * harmless for the place where it is shown.
 */

/** Line breaks and tabs, which would start something new wherever the text stands. */
const breaks = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
/** Control characters (a terminal obeys them) and format characters (they hide or turn around what follows). */
const invisible = /[\p{Cc}\p{Cf}]/gu;

/** One line of text that a terminal, a log or JSON shows as it is. */
export const plainText = (text: string): string => text.toWellFormed().replace(breaks, ' ').replace(invisible, '');

/**
 * Punctuation that means something in Markdown, also what GitHub and Slack add: mentions, formulas, and addresses that
 * become links without being asked.
 */
const marks = /[\\`*_{}[\]#!|~@$<>&]|:(?=\/\/)|(?<=\bwww)\.|^[-+=](?=[-+=\s]|$)|(?<=^\d+)[.)](?=\s|$)/gi;
const entities: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' };

/** One line of text for Markdown that becomes HTML: no markup, no links, no images, no new lines. */
export const markdownText = (text: string): string =>
  plainText(text)
    .trim()
    .replace(marks, (mark) => entities[mark] ?? `\\${mark}`);
