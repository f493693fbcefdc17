/** How much of everything is measured. */
export interface Sizes {
  runs: number;
  alerts: number;
  inFlight: number;
  decisions: number;
  incidents: number;
  acts: number;
  replays: number;
  labAlone: number;
  labTogether: number;
  storms: number;
  stormAlerts: number;
  grownIncidents: number;
  parked: number;
  decided: number;
  restarts: number;
}

export const full: Sizes = {
  runs: 5,
  alerts: 500,
  inFlight: 50,
  decisions: 100,
  incidents: 60,
  acts: 20,
  replays: 1000,
  labAlone: 5,
  labTogether: 16,
  storms: 3,
  stormAlerts: 1000,
  grownIncidents: 8,
  parked: 10_000,
  decided: 100,
  restarts: 3,
};
export const quick: Sizes = {
  runs: 3,
  alerts: 200,
  inFlight: 50,
  decisions: 20,
  incidents: 16,
  acts: 5,
  replays: 100,
  labAlone: 1,
  labTogether: 4,
  storms: 1,
  stormAlerts: 400,
  grownIncidents: 2,
  parked: 200,
  decided: 20,
  restarts: 1,
};
