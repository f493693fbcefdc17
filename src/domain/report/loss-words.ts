/** What an incident of a playbook may have lost, in the words of its report. */
export interface LossWords {
  /** With its article. */
  what: string;
  /** What somebody outside does with it, once and often, and what is then done: `read`, `reads`, `read`. */
  take: string;
  takes: string;
  taken: string;
  /** What exposure is counted from and to. */
  exposed: string;
  /** The kind of action that ends the exposure. */
  ends: string;
  /** Whose owner belongs in the review. */
  owned: string;
  /** What people have to say where it may be lost. */
  toSay: string;
}

export const imageLoss: LossWords = {
  what: 'the image',
  take: 'read',
  takes: 'reads',
  taken: 'read',
  exposed: 'at most: from the finished image, or the call where that is not known, to the denial of its reads (S123)',
  ends: 'deny-export-reads',
  owned: 'the instance',
  toSay: 'Say what data the image held, and who has to be notified of its loss',
};
