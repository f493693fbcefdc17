/** What a rule looks for, whichever source is asked. */
export interface DetectionCondition {
  /** `event.dataset` of whatever shipped CloudTrail's events. */
  dataset: string;
  /** The AWS service, as CloudTrail names it. */
  provider: string;
  actions: string[];
  /** Absent: refused or not. */
  outcome?: 'success' | 'failure';
}

export interface NamedReference {
  id: string;
  name: string;
  url: string;
}

/** A rule as its file has it: what to look for, how often, and what people should know about it. */
export interface DetectionRule {
  id: string;
  name: string;
  version: number;
  /** Whose idea the rule is. */
  origin: string;
  description: string;
  deprecated?: string;
  type: 'query';
  indices: string[];
  condition: DetectionCondition;
  /** Milliseconds between runs. */
  interval: number;
  /** How far back each run looks, in milliseconds: longer than the interval, so that late events are found. */
  lookback: number;
  /** So many at most are opened in one run; the rest waits for the next. */
  maxAlerts: number;
  /** The rule's own view. An incident computes its severity from facts (ADR 7). */
  severity: 'low' | 'medium' | 'high' | 'critical';
  riskScore: number;
  tags: string[];
  threat: { tactic: NamedReference; techniques: NamedReference[] }[];
  references: string[];
  falsePositives: string[];
  notes: string;
  setup: string;
  authors: string[];
  licence: string;
}

/** From is inside, to is not. ISO 8601 UTC, as every time here. */
export interface DetectionWindow {
  from: string;
  to: string;
}

/** A hit by the id that its source has for it, and when it came in there: that orders hits and decides on windows. */
export interface SeenHit {
  id: string;
  at: string;
}

/** `failed`: it could not be opened now; the next run takes it up again. */
export interface HandledHit extends SeenHit {
  result: 'opened' | 'attached' | 'known' | 'refused' | 'failed';
}

/** A place that was not searched, or not as it should be (P8). */
export interface DetectionGap {
  where: string;
  why: string;
  /** From when on it has to be searched once it answers again; absent: it was searched all the same. */
  since?: string;
}

/** What one run of a rule asks for. */
export interface DetectionQuestion extends DetectionWindow {
  /** Places whose window begins earlier, because they did not answer before. */
  behind: Record<string, string>;
  /** Ids that an earlier run has handled. */
  seen: string[];
  limit: number;
}

/** What a search found and what became of it. */
export interface DetectionOutcome {
  /** Where it looked. */
  searched: string[];
  /** The earliest ones, in order. */
  hits: HandledHit[];
  /** Further hits in the window, which no one has looked at. */
  remaining: number;
  gaps: DetectionGap[];
}

/** What the next run has to know of this one. Losing it costs work, not incidents: opening one twice is harmless. */
export interface DetectionState {
  /** Everything that came in before is handled, apart from latecomers. */
  coveredUntil: string;
  /** Where ids had to be forgotten: the next run looks back no further. */
  overlapFrom?: string;
  behind: Record<string, string>;
  seen: SeenHit[];
}

/** What a schedule, or a person, orders from the workflow. */
export interface DetectionOrder {
  ruleId: string;
  lookback: number;
  limit: number;
  /** A window that a person named, instead of the one that follows from the state. */
  window?: DetectionWindow;
  /** Instead of the state that the schedule hands on. */
  after?: DetectionState;
}

/** The result of a run; the schedule hands it to the next one. */
export interface DetectionRun extends DetectionWindow {
  ruleId: string;
  searched: string[];
  hits: number;
  opened: number;
  attached: number;
  known: number;
  refused: number;
  failed: number;
  remaining: number;
  gaps: DetectionGap[];
  state: DetectionState;
}
