import type { SoftwareFacts } from './facts.ts';

interface Keeper {
  id: string;
  /** Names of packages in any distribution, in lower case. */
  packages: RegExp;
  /** What such software usually keeps on the disk. */
  secrets: string;
}

/** Software that keeps secrets on a machine's disk (S109), by what a responder has to have rotated. Data, grown by need. */
const keepers: Keeper[] = [
  { id: 'aws', packages: /^(awscli|aws-cli|aws command line interface)/, secrets: 'access keys in ~/.aws' },
  {
    id: 'clouds',
    packages: /^(google-cloud-(cli|sdk)|azure-cli|microsoft azure cli)/,
    secrets: 'credentials of other clouds in the home directories',
  },
  {
    id: 'containers',
    packages: /^(docker|docker-ce|docker\.io|docker-engine|docker desktop|podman|containerd(\.io)?|cri-o)$/,
    secrets: 'credentials of container registries, and secrets that containers were started with',
  },
  {
    id: 'kubernetes',
    packages: /^(kubectl|kubelet|kubeadm|k3s|k8s|microk8s|helm)/,
    secrets: 'kubeconfig files, certificates and tokens of Kubernetes',
  },
  {
    id: 'tls',
    packages:
      /^(nginx|httpd|apache2|haproxy|caddy|tomcat|traefik|envoy|lighttpd|certbot|internet information services)/,
    secrets: 'private keys of TLS certificates',
  },
  {
    id: 'databases',
    packages:
      /^(postgresql|mysql|mariadb|mongodb|mongod|redis|valkey|cassandra|elasticsearch|opensearch|microsoft sql server|oracle-database)/,
    secrets: 'passwords of database users, and the data itself',
  },
  { id: 'ssh', packages: /^openssh-server/, secrets: 'SSH host keys, and private keys in the home directories' },
  { id: 'git', packages: /^(git|git-core|gh)$/, secrets: 'tokens and keys for source code' },
  {
    id: 'pipelines',
    packages: /^(jenkins|gitlab-runner|gitlab-(ce|ee)|actions-runner|teamcity|buildkite-agent|circleci)/,
    secrets: 'secrets of build pipelines, and tokens of their runners',
  },
  {
    id: 'provisioning',
    packages: /^(terraform|opentofu|ansible|puppet|chef|salt-(master|minion)|packer)/,
    secrets: 'state, keys and passwords of provisioning tools',
  },
  { id: 'vault', packages: /^(vault|consul|nomad)$/, secrets: 'tokens and seal keys of secret stores' },
  {
    id: 'vpn',
    packages: /^(openvpn|wireguard|strongswan|libreswan|tailscale)/,
    secrets: 'private keys of VPNs',
  },
  {
    id: 'mail',
    packages: /^(postfix|sendmail|exim|msmtp|dovecot)/,
    secrets: 'passwords of mail relays and mailboxes',
  },
  {
    id: 'directory',
    packages: /^(sssd|krb5-(server|user|workstation)|samba|winbind|realmd|adcli|freeipa|openldap|slapd)/,
    secrets: 'keytabs, and the passwords of machine and directory accounts',
  },
];

/** null: nothing is known of it. */
export const secretsOf = (name: string): Pick<Keeper, 'id' | 'secrets'> | null =>
  keepers.find(({ packages }) => packages.test(name.toLowerCase())) ?? null;

export interface InventoriedSecrets {
  id: string;
  secrets: string;
  /** With their versions. */
  packages: string[];
}

const mostPackages = 5;

/** What a copy of the machine probably carries, one entry for each kind of secret. */
export function secretsByInventory(software: SoftwareFacts | null): InventoriedSecrets[] {
  const found = new Map<string, InventoriedSecrets>();
  for (const { name, version } of software?.keeping ?? []) {
    const keeper = secretsOf(name);
    if (!keeper) continue;
    const { id, secrets } = keeper;
    const known = found.get(id) ?? { id, secrets, packages: [] };
    found.set(id, known);
    if (known.packages.length < mostPackages) {
      known.packages.push(version === undefined ? name : `${name} ${version}`);
    }
  }
  return [...found.values()];
}
