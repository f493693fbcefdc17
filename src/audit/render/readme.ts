/**
 * Checks the seal with standard tools. What an archive brings along must not stand in for what checks it: it is opened in a
 * folder of its own, away from the key, and Python takes no module from there. Each name is said as Python writes it, so that
 * one that holds a line of its own shows. A link is none of ours, the manifest least: what is behind it may be another file
 * each time that it is read.
 */
export const sealCommands = `\
  mkdir opened && tar -xf BUNDLE.tar -C opened
  openssl pkeyutl -verify -pubin -inkey KEY.pem -rawin -in opened/manifest.json -sigfile opened/manifest.sig
  python3 -I -c "import hashlib,json,os;os.chdir('opened');m={f['path']:f['sha256'] for f in json.load(open('manifest.json'))['files']};[print(ascii(p),os.path.isfile(p) and not os.path.islink(p) and (p in('manifest.json','manifest.sig') or hashlib.sha256(open(p,'rb').read()).hexdigest()==m.get(p))) for p in sorted({*m,*os.listdir()})]"
`;

/** For whoever opens the bundle years later, with standard tools only. */
export const readme = (keyId: string): string => `The record of one incident.

Is it as it was sealed? KEY.pem is the public key ${keyId}, from a place that you trust, not from here. So should
these commands be: whoever forges a bundle writes its README, too; docs/records.md of temporal-soar has the same. In a
folder that holds these two files alone:

${sealCommands}
The second has to say that the signature is verified, the third True for each file: False is one that differs, is missing,
was not sealed, or is a link. Read what lies in opened then, and not the archive.

Does it tell the truth? With temporal-soar:

  soar audit verify BUNDLE.tar --key KEY.pem

replays the history on workflow-code.js, compares every command and the result, and checks that each change had its approval.

  manifest.json     what is here, with SHA-256, and which release wrote it
  manifest.sig      Ed25519 signature of manifest.json
  history.json      the Temporal history: every input, answer, decision and time
  workflow-code.js  the code that replays it
  policy.json       the policy that was in force
  decisions.json    what was asked and decided, with signatures
  report.json       the report; report.html and report.md to read, report.ocsf.json for a SIEM
`;

/** For whoever is given what is left when names are taken out. */
export const redactedReadme = (original: string): string => `The report of one incident, redacted.

What names a person or a resource, and every free text, is "redacted:" and the beginning of SHA-256(nonce, value): the same
value is the same word throughout. Whoever has the openings can show one of them, with its nonce, and no other.

It was made from the bundle whose manifest.json has SHA-256 ${original}.
Whether the record is true can be checked on that alone: here history, approvals, evidence and replay are left out.
`;
