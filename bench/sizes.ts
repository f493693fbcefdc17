/** How much of everything is measured. */
export interface Sizes {
  runs: number;
  /** Of each kind that are not counted, where one at a time is measured: caches and compilers warm up. */
  warmUps: number;
  alerts: number;
  inFlight: number;
  decisions: number;
  incidents: number;
  acts: number;
  replays: number;
  /** In how many turns they are done, each in processes of its own: a short turn measures compilers that warm up. */
  replayTurns: number;
  labAlone: number;
  labTogether: number;
  storms: number;
  /** Incidents that the second account has to itself before each storm. */
  stormAlone: number;
  stormAlerts: number;
  grownIncidents: number;
  parked: number;
  decided: number;
  restarts: number;
}

export const full: Sizes = {
  runs: 5,
  warmUps: 5,
  alerts: 500,
  inFlight: 50,
  decisions: 100,
  incidents: 60,
  acts: 20,
  replays: 1000,
  replayTurns: 5,
  labAlone: 5,
  labTogether: 16,
  storms: 3,
  stormAlone: 5,
  stormAlerts: 1000,
  grownIncidents: 8,
  parked: 10_000,
  decided: 100,
  restarts: 3,
};
export const quick: Sizes = {
  runs: 2,
  warmUps: 2,
  alerts: 200,
  inFlight: 50,
  decisions: 6,
  incidents: 8,
  acts: 5,
  replays: 12,
  replayTurns: 2,
  labAlone: 1,
  labTogether: 8,
  storms: 1,
  stormAlone: 2,
  stormAlerts: 200,
  grownIncidents: 1,
  parked: 200,
  decided: 20,
  restarts: 1,
};

/** The least with which every group runs: the tests see to it that none of them rots. */
export const smallest: Sizes = {
  runs: 1,
  warmUps: 0,
  alerts: 4,
  inFlight: 2,
  decisions: 1,
  incidents: 1,
  acts: 1,
  replays: 4,
  replayTurns: 2,
  labAlone: 1,
  labTogether: 1,
  storms: 1,
  stormAlone: 1,
  stormAlerts: 2,
  grownIncidents: 1,
  parked: 2,
  decided: 1,
  restarts: 1,
};
