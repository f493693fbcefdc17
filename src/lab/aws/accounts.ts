/** The accounts of the lab. Any other twelve digits work as well: an account exists once it is used. */
export const VICTIM = '111111111111';
export const FORENSICS = '222222222222';
export const OUTSIDER = '333333333333';
/** Of the organisation that all but the outsider belong to. */
export const MANAGEMENT = '444444444444';

export const LAB_ACCOUNTS = {
  victim: VICTIM,
  forensics: FORENSICS,
  outsider: OUTSIDER,
  management: MANAGEMENT,
} as const;

export interface LabCredentials {
  accessKeyId: string;
  secretAccessKey: string;
}

/** In ministack a twelve-digit access key id is that account's root user, whatever the secret. */
export function rootCredentials(accountId: string): LabCredentials {
  return { accessKeyId: accountId, secretAccessKey: 'lab' };
}
