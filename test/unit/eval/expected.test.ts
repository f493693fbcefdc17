import { describe, expect, it } from 'vitest';
import { readExpected, type Expected } from '../../../eval/expected.ts';
import { scenes, seenEverywhere } from '../../../eval/scenes/index.ts';
import { signals } from '../../../eval/signals.ts';

const pairs = readExpected();
const answersOf = ({ answers }: Pick<Expected, 'answers'>, id: string) =>
  answers.filter((expected) => expected.id === id).map(({ answer }) => answer);

describe('the expected files of the evaluation', () => {
  it('name every scene and every twin once, each file by its scene', () => {
    const names = pairs.flatMap(({ name, twin }) => [name, twin.name]);
    expect(new Set(names).size).toBe(names.length);
    expect(pairs.length).toBeGreaterThanOrEqual(12);
  });

  it('are each played by a scene, and no scene is played that nothing is expected of', () => {
    expect(Object.keys(scenes).sort()).toEqual(pairs.map(({ name }) => name).sort());
    for (const name of seenEverywhere) expect(Object.keys(scenes)).toContain(name);
  });

  it.each(pairs)('$name tells what it is about, and its twin $twin.name keeps quiet about that', (pair) => {
    for (const id of pair.about) {
      const [answer] = answersOf(pair, id);
      // An unknown that the scene makes inevitable is found, too; its twin has to know.
      expect([...(signals[id] ?? []), 'unknown'], id).toContain(answer);
      expect(answersOf(pair.twin, id), id).not.toContain(answer);
      for (const quiet of answersOf(pair.twin, id)) expect(signals[id], id).not.toContain(quiet);
    }
  });

  it.each(pairs.flatMap((pair) => [pair as Expected, pair.twin]))('$name asks for each answer once', ({ answers }) => {
    const ids = answers.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(signals[id], id).toBeDefined();
  });
});
