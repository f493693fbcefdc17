// Written by `npm run data` from workflows/ec2-vm-export/data/severity.yaml: edit that file.
import type { SeverityRow } from '../severity/severity-table.ts';

/** The criteria of severity (S57–S67) with the two that adjust the result; rows of one number are alternatives. */
export const severityTable: SeverityRow[] = [
  {
    "id": "S57",
    "level": "high",
    "criterion": "export from a production or sensitive environment",
    "when": [
      {
        "fact": "environment",
        "is": [
          "production"
        ]
      }
    ]
  },
  {
    "id": "S57",
    "level": "high",
    "criterion": "export from a production or sensitive environment",
    "when": [
      {
        "fact": "accountSensitivity",
        "is": [
          "high"
        ]
      }
    ]
  },
  {
    "id": "S58",
    "level": "high",
    "criterion": "the instance contains sensitive data",
    "when": [
      {
        "fact": "classification",
        "is": [
          "sensitive"
        ]
      }
    ]
  },
  {
    "id": "S59",
    "level": "high",
    "criterion": "export to a public bucket or one outside normal operational boundaries",
    "when": [
      {
        "fact": "bucketPublic",
        "is": [
          "yes"
        ]
      }
    ]
  },
  {
    "id": "S59",
    "level": "high",
    "criterion": "export to a public bucket or one outside normal operational boundaries",
    "when": [
      {
        "fact": "bucketReadableOutside",
        "is": [
          "yes"
        ]
      }
    ]
  },
  {
    "id": "S59",
    "level": "high",
    "criterion": "export to a public bucket or one outside normal operational boundaries",
    "when": [
      {
        "fact": "bucketUsual",
        "is": [
          "no"
        ]
      }
    ]
  },
  {
    "id": "S59",
    "level": "high",
    "criterion": "export to a public bucket or one outside normal operational boundaries",
    "when": [
      {
        "fact": "copySharedOutside",
        "is": [
          "yes"
        ]
      }
    ]
  },
  {
    "id": "S60",
    "level": "high",
    "criterion": "unauthorised or suspicious actor",
    "when": [
      {
        "fact": "actorAuthorised",
        "is": [
          "no"
        ]
      }
    ]
  },
  {
    "id": "S60",
    "level": "high",
    "criterion": "unauthorised or suspicious actor",
    "when": [
      {
        "fact": "exportDeclined",
        "is": [
          "yes"
        ]
      }
    ]
  },
  {
    "id": "S60",
    "level": "high",
    "criterion": "unauthorised or suspicious actor",
    "when": [
      {
        "fact": "rightsTried",
        "is": [
          "yes"
        ]
      }
    ]
  },
  {
    "id": "S61",
    "level": "high",
    "criterion": "evidence of attempted concealment",
    "when": [
      {
        "fact": "concealment",
        "is": [
          "yes"
        ]
      }
    ]
  },
  {
    "id": "S122",
    "level": "high",
    "criterion": "the exported image was read outside the organisation",
    "when": [
      {
        "fact": "readOutside",
        "is": [
          "yes"
        ]
      }
    ]
  },
  {
    "id": "S62",
    "level": "medium",
    "criterion": "non-production but secured environment",
    "when": [
      {
        "fact": "environment",
        "is": [
          "staging"
        ]
      }
    ]
  },
  {
    "id": "S63",
    "level": "medium",
    "criterion": "internal but not highly sensitive data",
    "when": [
      {
        "fact": "classification",
        "is": [
          "internal"
        ]
      }
    ]
  },
  {
    "id": "S64",
    "level": "medium",
    "criterion": "authorised user outside the normal process",
    "when": [
      {
        "fact": "environment",
        "is": [
          "production",
          "staging",
          "unknown"
        ]
      },
      {
        "fact": "actorAuthorised",
        "is": [
          "yes"
        ]
      },
      {
        "fact": "documentedProcess",
        "is": [
          "no"
        ]
      }
    ]
  },
  {
    "id": "S65",
    "level": "low",
    "criterion": "export from a development or test environment by an authorised user",
    "when": [
      {
        "fact": "environment",
        "is": [
          "development",
          "test"
        ]
      },
      {
        "fact": "actorAuthorised",
        "is": [
          "yes"
        ]
      }
    ]
  },
  {
    "id": "S65",
    "level": "low",
    "criterion": "export from a development or test environment by an authorised user",
    "when": [
      {
        "fact": "environment",
        "is": [
          "development",
          "test"
        ]
      },
      {
        "fact": "documentedProcess",
        "is": [
          "yes"
        ]
      }
    ]
  },
  {
    "id": "S66",
    "level": "low",
    "criterion": "the instance is known not to contain sensitive data",
    "when": [
      {
        "fact": "classification",
        "is": [
          "public"
        ]
      }
    ]
  },
  {
    "id": "S67",
    "level": "low",
    "criterion": "the export is part of a documented process",
    "when": [
      {
        "fact": "documentedProcess",
        "is": [
          "yes"
        ]
      }
    ]
  },
  {
    "id": "S53",
    "level": "raise",
    "criterion": "account not in config",
    "when": [
      {
        "fact": "accountKnown",
        "is": [
          "no"
        ]
      }
    ]
  },
  {
    "id": "S47",
    "level": "lower",
    "criterion": "the export failed: an attempt, not an export",
    "when": [
      {
        "fact": "exportSucceeded",
        "is": [
          "no"
        ]
      }
    ]
  }
];
