import { statementName } from './policy-document.ts';
import { statementsAllowing } from './export-permission.ts';
import type { PrincipalFacts, PrincipalPolicies } from '../findings/principal-facts.ts';

/** Which statements of which of the principal's policies allow an action, one line for each policy. */
export function allowing(principal: PrincipalFacts, action: string): string[] {
  const lines = ({ inline, attached }: PrincipalPolicies, who: string) =>
    [
      ...inline.map(({ name, document }) => ({ named: `inline policy ${name} of ${who}`, document })),
      ...attached.map(({ name, document }) => ({ named: `policy ${name} of ${who}`, document })),
    ].flatMap(({ named, document }) => {
      const found = statementsAllowing(document, action).map((statement) => statementName(document, statement));
      return found.length > 0 ? [`${found.join(', ')} of ${named}`] : [];
    });
  return [
    ...lines(principal, `${principal.type} ${principal.name}`),
    ...principal.groups.flatMap((group) => lines(group, `group ${group.name}`)),
  ];
}
