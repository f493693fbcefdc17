/** For whoever opens the bundle years later, with standard tools only. */
export const readme = (keyId: string): string => `The record of one incident.

Is it as it was sealed? KEY.pem is the public key ${keyId}, from a place that you trust, not from here.

  tar -xf BUNDLE.tar
  openssl pkeyutl -verify -pubin -inkey KEY.pem -rawin -in manifest.json -sigfile manifest.sig
  python3 -c "import hashlib,json;[print(f['path'],hashlib.sha256(open(f['path'],'rb').read()).hexdigest()==f['sha256']) for f in json.load(open('manifest.json'))['files']]"

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
