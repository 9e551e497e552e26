import { expect, test } from "vitest";
import { SeededRandom } from "./seeded-random.js";

const draw = (random: SeededRandom, count = 1_000): number[] => Array.from({ length: count }, () => random.next());

test("the same seed gives the same numbers, another one others", () => {
  expect(draw(new SeededRandom(7))).toEqual(draw(new SeededRandom(7)));
  expect(draw(new SeededRandom(7))).not.toEqual(draw(new SeededRandom(8)));
  expect(draw(new SeededRandom("7"))).toEqual(draw(new SeededRandom(7)));
});

test("the numbers do not change between versions: a seed from a failure report must serve for ever", () => {
  expect(draw(new SeededRandom("fixed"), 4)).toMatchInlineSnapshot(`
    [
      0.4862749702297151,
      0.492922211997211,
      0.5403241435997188,
      0.9060915985610336,
    ]
  `);
  expect([...new SeededRandom("fixed").bytes(8)]).toMatchInlineSnapshot(`
    [
      124,
      126,
      138,
      231,
      203,
      5,
      42,
      63,
    ]
  `);
});

test("numbers are spread evenly, also those of neighbouring seeds", () => {
  const firsts = Array.from({ length: 10_000 }, (_, seed) => new SeededRandom(seed).next());
  for (const numbers of [draw(new SeededRandom(1), 10_000), firsts]) {
    for (let tenth = 0; tenth < 10; tenth++) {
      const share = numbers.filter((number) => Math.floor(number * 10) === tenth).length / numbers.length;
      expect(share).toBeGreaterThan(0.08);
      expect(share).toBeLessThan(0.12);
    }
  }
});

test("a fork is independent of what else is drawn", () => {
  const [one, other] = [new SeededRandom(1), new SeededRandom(1)];
  draw(other);
  expect(draw(one.fork("a"))).toEqual(draw(other.fork("a")));
  expect(draw(one.fork("a"))).not.toEqual(draw(one.fork("b")));
});

test("certain outcomes are certain", () => {
  const random = new SeededRandom(1);
  expect(Array.from({ length: 100 }, () => random.chance(0))).not.toContain(true);
  expect(Array.from({ length: 100 }, () => random.chance(1))).not.toContain(false);
});
