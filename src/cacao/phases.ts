import type { Phase } from '../domain/phase.ts';

/** A phase of "AWS EC2 instance exported as VM", in words for readers of another system. */
interface PhaseText {
  /** What is done in it, a sentence for each command. */
  does: string[];
  /** Of CACAO's vocabulary. */
  activity: string;
}

export const phaseTexts: Record<Phase, PhaseText> = {
  triage: {
    does: ['Judge the alert alone: which call, by whom, from where, refused or not.'],
    activity: 'analyze-collected-data',
  },
  validation: {
    does: [
      'Read the instance, the export task, the bucket and the exported object, who can read it, and who has read it.',
      'Compare with the list of authorised exports, and compute severity and verdict from what was read.',
    ],
    activity: 'analyze-collected-data',
  },
  investigation: {
    does: [
      'Read what the actor and its access key did before and after the export, how it came by its permission, and which sessions it took.',
      'Ask what people wrote about it: tickets, pages, messages.',
      'Compute severity and verdict again. A source that does not answer is a gap, never a no.',
    ],
    activity: 'analyze-collected-data',
  },
  containment: {
    does: ['Shut readers out of the export, contain the actor, stop what still runs, and keep the evidence.'],
    activity: 'restrict-access',
  },
  eradication: {
    does: ['Remove or narrow the permission that allowed the export.'],
    activity: 'eliminate-risk',
  },
  recovery: {
    does: ["Take the export service's way into the bucket away, deny it, and watch for the next export."],
    activity: 'configure-systems',
  },
  'post-incident': {
    does: [
      'Compute the figures and the improvements that the findings ask for, write the report, and seal the record.',
    ],
    activity: 'compose-content',
  },
};

export type ActingPhase = 'containment' | 'eradication' | 'recovery';

/** The kinds of actions that a phase may plan, in the order of its plan. */
export const kindsOf: Record<ActingPhase, string[]> = {
  containment: [
    'deny-export-reads',
    'lock-bucket',
    'deny-copy-reads',
    'stop-replication',
    'unshare-copies',
    'narrow-trust',
    'disable-access-keys',
    'disable-service-credential',
    'deny-actor',
    'revoke-role-sessions',
    'cancel-export',
    'remove-outside-grants',
    'remove-outside-acl-grants',
    'close-access-point',
    'block-public-access',
    'snapshot-volumes',
    'copy-to-forensics',
    'delete-original',
    'isolate-account',
  ],
  eradication: ['narrow-permission'],
  recovery: [
    'remove-service-grant',
    'remove-service-acl-grant',
    'enforce-ownership',
    'deny-service-put',
    'deny-actor-exports',
    'encrypt-new-volumes',
    'deny-exports-scp',
    'monitor-exports',
    'watch-config',
  ],
};
