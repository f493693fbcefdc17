import { actorEvents } from './actor-events.ts';
import { hostingNetworks } from '../data/hosting-networks.ts';
import { thresholds } from '../data/thresholds.ts';
import type { Finding } from './evidence.ts';
import { finding, openWords, overTime, unanswered, whyUnread } from './finding.ts';
import type { Investigated } from './investigated.ts';
import type { Place } from './places.ts';

/** So many addresses are looked up; whoever calls from more is told about as far as these go. */
const mostAddresses = 200;

/** The addresses that the question rests on: those around the export first. */
export function addressesOf(file: Investigated): string[] {
  const { alert, actorTrail, history } = file;
  const seen = (trail: Investigated['history']) => (trail?.summary?.addresses ?? []).map(({ address }) => address);
  const events = actorEvents(file).flatMap(({ sourceAddress }) => sourceAddress ?? []);
  const all = [...(alert.sourceAddress === undefined ? [] : [alert.sourceAddress]), ...seen(actorTrail), ...events];
  return [...new Set([...all, ...seen(history)])].slice(0, mostAddresses);
}

/** Whether the actor's addresses are those of its habits, or impossible, foreign or rented (S90). */
export function geography(file: Investigated): Finding {
  const { alert, actorTrail, history, places } = file;
  const id = 'geography';
  const question = 'Do the addresses fit the person?';
  const address = alert.sourceAddress;
  if (!places || places.databases.length === 0) {
    const why = places?.gaps[0];
    const unset = 'not configured: no geography file is set (geography.database)';
    return unanswered(id, ['S90'], question, why ? `${why.what}: ${why.why}` : unset);
  }
  const known = (one: string): Place | undefined =>
    Object.hasOwn(places.places, one) ? places.places[one] : undefined;
  const around = callsAround(file);
  const now = [...new Set(around.map((call) => call.address))];
  const before = (history?.summary?.addresses ?? []).map((seen) => seen.address);
  const unusual = [
    ...hosting(now, before, known, file.policy.geography?.hostingNetworks ?? []),
    ...newCountries(now, before, known),
    ...travels(around, known),
  ];
  const listed = now.slice(0, mostListed).map((one) => `${one}: ${placeWords(known(one))}`);
  const more = now.length > mostListed ? [`and ${now.length - mostListed} more addresses`] : [];
  const noted = [
    ...listed,
    ...more,
    ...(now.some((one) => known(one)?.latitude !== undefined) ? [] : ['no file tells distances']),
    ...(before.length === 0 ? ['no earlier calls to compare with'] : []),
  ];
  const say = (answer: 'yes' | 'no' | 'unknown', parts: string[], why?: string) =>
    overTime(actorTrail, finding(id, ['S90'], question, answer, [...parts, ...noted].join('; '), why));
  if (unusual.length > 0) return say('no', unusual);

  const why =
    address === undefined
      ? 'the alert names no address'
      : known(address) === undefined
        ? `${address} is in no file`
        : (whyNotCompared(file, address, around) ?? whyTrailsMissing(file));
  return why === null ? say('yes', ['nothing unusual']) : say('unknown', [openWords(why)], why);
}

const mostListed = 8;

interface Call {
  address: string;
  time: string;
}

/** By every kept event, and by the first and last call of each address, which thousands of others do not push out. */
function callsAround(file: Investigated): Call[] {
  const { alert } = file;
  const calls: Call[] = [
    ...(alert.sourceAddress === undefined ? [] : [{ address: alert.sourceAddress, time: alert.time }]),
    ...actorEvents(file).flatMap(({ sourceAddress, time }) =>
      sourceAddress === undefined ? [] : [{ address: sourceAddress, time }],
    ),
    ...(file.actorTrail?.summary?.addresses ?? []).flatMap(({ address, first, last }) => [
      { address, time: first },
      { address, time: last },
    ]),
  ];
  return calls.sort((a, b) => Date.parse(a.time) - Date.parse(b.time));
}

type Lookup = (address: string) => Place | undefined;

/** From a rented machine, unless that is where the actor always calls from. */
function hosting(now: string[], before: string[], known: Lookup, more: string[]): string[] {
  const words = [...hostingNetworks, ...more];
  return now.flatMap((address) => {
    const network = known(address)?.network;
    if (network === undefined || known(address)?.aws === true || before.includes(address)) return [];
    return rentsOut(network, words) ? [`${address} is in a hosting network, ${network}`] : [];
  });
}

/** Whether one of the words is in the name of a network. */
export const rentsOut = (network: string, words: string[]): boolean =>
  words.some((word) => network.toLowerCase().includes(word.toLowerCase()));

function newCountries(now: string[], before: string[], known: Lookup): string[] {
  const usual = new Set(before.flatMap((address) => known(address)?.country ?? []));
  if (usual.size === 0) return [];
  return now.flatMap((address) => {
    const country = known(address)?.country;
    return country === undefined || usual.has(country)
      ? []
      : [`${address} is in ${country}, where no call came from before (${[...usual].sort().join(', ')})`];
  });
}

/** Two calls, one after the other, from places too far apart for the time between them. */
function travels(calls: Call[], known: Lookup): string[] {
  const placed = calls.flatMap(({ address, time }) => {
    const { latitude, longitude, aws } = known(address) ?? {};
    return latitude === undefined || longitude === undefined || aws === true
      ? []
      : [{ address, time, latitude, longitude }];
  });
  const found = new Map<string, string>();
  placed.forEach((to, at) => {
    const from = placed[at - 1];
    if (!from || from.address === to.address) return;
    const kilometres = distance(from, to);
    const hours = (Date.parse(to.time) - Date.parse(from.time)) / 3_600_000;
    if (!isImpossible({ kilometres, hours })) return;
    const pair = [from.address, to.address].sort().join(' ');
    const minutes = Math.round(hours * 60);
    const words = `impossible travel: ${from.address} and ${minutes} minutes later ${to.address}, ${Math.round(kilometres)} km away`;
    if (!found.has(pair)) found.set(pair, words);
  });
  return [...found.values()].slice(0, mostTravels);
}
const mostTravels = 3;

/** Whether nobody gets so far in that time. */
export const isImpossible = (
  { kilometres, hours }: { kilometres: number; hours: number },
  { kilometresPerHour, leastKilometres } = thresholds.travel,
): boolean => kilometres >= leastKilometres && kilometres > kilometresPerHour * hours;

interface Point {
  latitude: number;
  longitude: number;
}

/** Along the surface of the earth, in kilometres. */
export function distance(a: Point, b: Point): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const height = Math.sin(radians(b.latitude - a.latitude) / 2) ** 2;
  const width = Math.sin(radians(b.longitude - a.longitude) / 2) ** 2;
  const chord = height + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * width;
  return 2 * 6_371 * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/** Habits are earlier calls: from the same address around the export, or from anywhere before that day. */
function whyNotCompared({ alert, history }: Investigated, address: string, around: Call[]): string | null {
  const earlier = around.some((call) => call.address === address && Date.parse(call.time) < Date.parse(alert.time));
  if (earlier || (history?.summary?.addresses ?? []).length > 0) return null;
  return 'there are no earlier calls to compare with';
}

function whyTrailsMissing({ actorTrail, places }: Investigated): string | null {
  if (!actorTrail) return 'the trail was not read';
  const gap = places?.gaps[0];
  if (gap) return `${gap.what}: ${gap.why}`;
  if ((actorTrail.summary?.otherAddresses ?? 0) > 0) return 'more addresses were used than are looked up';
  return whyUnread(actorTrail);
}

export function placeWords(place: Place | undefined): string {
  if (!place) return 'in no file';
  if (place.aws === true) return 'AWS itself';
  if (place.notPublic === true) return 'not public, such as a VPC endpoint';
  const where = [place.city, place.country].filter((part) => part !== undefined).join(', ');
  return (
    [...(where === '' ? [] : [where]), ...(place.network === undefined ? [] : [place.network])].join(', ') ||
    'in no file'
  );
}
