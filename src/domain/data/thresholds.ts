// Written by `npm run data` from workflows/ec2-vm-export/data/thresholds.yaml: edit that file.

/** When something counts as unusual; the code has durations in milliseconds. */
export const thresholds = {
  "deniedRun": {
    "calls": 5,
    "within": 600000
  },
  "travel": {
    "kilometresPerHour": 1000,
    "leastKilometres": 500
  }
};
