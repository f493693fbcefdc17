// Written by `npm run data` from workflows/ec2-vm-export/data/noise.yaml: edit that file.
import type { NoiseRow } from './rows.ts';

/** Calls that say nothing about what somebody wanted (S72). */
export const noise: NoiseRow[] = [
  {
    "service": "ec2.amazonaws.com",
    "actions": [
      "DescribeAccountAttributes",
      "DescribeAvailabilityZones",
      "DescribeRegions",
      "DescribeInstanceTypes",
      "DescribeInstanceStatus",
      "DescribeVpcs",
      "DescribeSubnets",
      "DescribeKeyPairs"
    ],
    "agent": "*console*"
  },
  {
    "service": "health.amazonaws.com",
    "actions": [
      "DescribeEventAggregates",
      "DescribeEvents"
    ]
  },
  {
    "service": "notifications.amazonaws.com",
    "actions": [
      "List*"
    ]
  },
  {
    "service": "ce.amazonaws.com",
    "actions": [
      "GetCostAndUsage",
      "GetCostForecast"
    ]
  },
  {
    "service": "monitoring.amazonaws.com",
    "actions": [
      "DescribeAlarms",
      "DescribeAlarmsForMetric",
      "GetMetricData",
      "ListMetrics"
    ]
  },
  {
    "service": "ssm.amazonaws.com",
    "actions": [
      "ListInstanceAssociations",
      "ListAssociations"
    ],
    "agent": "*amazon-ssm-agent*"
  }
];
