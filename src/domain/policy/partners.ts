import type { ResponsePolicy } from '../response-policy.ts';
import { accountOfArn } from './arns.ts';

/** Who an account outside the organisation belongs to, by the configuration: it stays outside. */
function partnerOf(principal: string, { partners = [] }: Pick<ResponsePolicy, 'partners'>): string | undefined {
  const account = /^\d{12}$/.test(principal) ? principal : accountOfArn(principal);
  return partners.find(({ accounts }) => account !== undefined && accounts.includes(account))?.name;
}

/** The principal as people know it. */
export const withPartner = (principal: string, policy: Pick<ResponsePolicy, 'partners'>): string => {
  const partner = partnerOf(principal, policy);
  return partner === undefined ? principal : `${principal} (known partner ${partner})`;
};
