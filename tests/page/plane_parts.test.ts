// The parts of landscape and comparison that need no browser.
import { describe, expect, it } from 'vitest';
import { readCompareLink, writeCompareLink } from '../../demo/src/compare/compare_link.js';
import { curveFrom } from '../../demo/src/compare/curves.js';
import { firstState as firstComparison } from '../../demo/src/compare/settings.js';
import { ballOutline } from '../../demo/src/landscape/ball.js';
import { contour } from '../../demo/src/landscape/contours.js';
import { readLandscapeLink, writeLandscapeLink } from '../../demo/src/landscape/landscape_link.js';
import { frameOf } from '../../demo/src/landscape/look.js';
import {
  mostPoints,
  nearest,
  neighbour,
  noPoints,
  packPoints,
  patterns,
  pointsOf,
  unpackPoints,
  withoutPoint,
  withPoint,
} from '../../demo/src/landscape/points.js';
import { attacks, firstState } from '../../demo/src/landscape/settings.js';

describe('points', () => {
  it.each(patterns)('%s: both classes, in the plane, on whole parts, the same for the same seed', (pattern) => {
    const points = pointsOf(pattern, 200, 0.1, 7);
    expect(points.labels.filter((label) => label === 1)).toHaveLength(100);
    for (const place of points.places) {
      expect(Math.abs(place)).toBeLessThanOrEqual(1);
      expect(place * 124).toBeCloseTo(Math.round(place * 124), 4);
    }
    expect(pointsOf(pattern, 200, 0.1, 7)).toEqual(points);
    expect(pointsOf(pattern, 200, 0.1, 8)).not.toEqual(points);
    // More points begin with the same ones.
    expect(pointsOf(pattern, 300, 0.1, 7).places.slice(0, 400)).toEqual(points.places);
  });

  it('lie where their pattern has them, without noise', () => {
    const circles = pointsOf('circles', 100, 0, 1);
    for (const [index, label] of circles.labels.entries()) {
      const radius = Math.hypot(circles.places[2 * index] ?? 0, circles.places[2 * index + 1] ?? 0);
      expect(radius).toBeCloseTo(label === 0 ? 0.3 : 0.75, 1);
    }
  });

  it('survive a link', () => {
    let points = noPoints;
    for (const [x, y, label] of [
      [0.5, -0.5, 1],
      [-1, 1, 0],
      [2, 0, 1],
    ] as const)
      points = withPoint(points, x, y, label);
    expect([...points.places]).toEqual([0.5, -0.5, -1, 1, 1, 0]);
    expect(unpackPoints(packPoints(points))).toEqual(points);
    expect(unpackPoints(packPoints(noPoints))).toEqual(noPoints);
    for (const text of ['AA', '____', '!', 'A'.repeat(4 * mostPoints + 8)]) expect(unpackPoints(text)).toBeUndefined();
    expect([...withoutPoint(points, 1).places]).toEqual([0.5, -0.5, 1, 0]);
    expect([...withoutPoint(points, 1).labels]).toEqual([1, 1]);
  });

  it('are found by place and by direction', () => {
    let points = noPoints;
    for (const [x, y] of [
      [0, 0],
      [0.5, 0],
      [0, 0.5],
      [-0.5, -0.02],
      [0.1, 0.9],
    ] as const)
      points = withPoint(points, x, y, 0);
    expect(nearest(points, 0.45, 0.1)).toBe(1);
    expect(nearest(points, 0.45, 0.1, 0.05)).toBeUndefined();
    expect(nearest(noPoints, 0, 0)).toBeUndefined();
    expect(neighbour(points, 0, 1, 0)).toBe(1);
    expect(neighbour(points, 0, 0, 1)).toBe(2);
    expect(neighbour(points, 0, -1, 0)).toBe(3);
    expect(neighbour(points, 0, 0, -1)).toBe(0);
  });
});

describe('contours', () => {
  it('of a plane are straight, where the level is', () => {
    const side = 5;
    const values = Array.from({ length: side * side }, (_, index) => (index % side) / (side - 1));
    const segments = contour(values, side, 0.4);
    expect(segments).toHaveLength(side - 1);
    for (const [fromX, , toX] of segments) {
      expect(fromX).toBeCloseTo(1.6, 9);
      expect(toX).toBeCloseTo(1.6, 9);
    }
    expect(contour(values, side, 2)).toEqual([]);
  });

  it('of a cone are a circle, closed', () => {
    const side = 41;
    const values = Array.from({ length: side * side }, (_, index) =>
      Math.hypot((index % side) - 20, Math.floor(index / side) - 20),
    );
    const segments = contour(values, side, 12);
    const ends = new Map<string, number>();
    for (const [fromX, fromY, toX, toY] of segments) {
      for (const [x, y] of [
        [fromX, fromY],
        [toX, toY],
      ] as const) {
        expect(Math.hypot(x - 20, y - 20)).toBeCloseTo(12, 1);
        const key = `${x.toFixed(6)} ${y.toFixed(6)}`;
        ends.set(key, (ends.get(key) ?? 0) + 1);
      }
    }
    expect([...ends.values()].every((count) => count === 2)).toBe(true);
  });

  it('crosses a saddle twice', () => {
    expect(contour([1, -1, -1, 1], 2, 0)).toHaveLength(2);
  });
});

describe('the outline of a ball', () => {
  const norms = {
    l1: (x: number, y: number) => Math.abs(x) + Math.abs(y),
    l2: (x: number, y: number) => Math.hypot(x, y),
    linf: (x: number, y: number) => Math.max(Math.abs(x), Math.abs(y)),
  };
  it.each(Object.entries(norms))('%s has its radius in that norm everywhere', (norm, length) => {
    const { lines, closed } = ballOutline(norm, 0.3);
    expect(closed).toBe(true);
    for (const line of lines) {
      for (let index = 0; index < line.length; index += 2) {
        const [x = 0, y = 0] = line.slice(index, index + 2);
        expect(length(x, y)).toBeCloseTo(0.3, 9);
        // Between corners, too: where the sides are straight.
        const [nextX = line[0] ?? 0, nextY = line[1] ?? 0] = line.slice(index + 2, index + 4);
        expect(length((x + nextX) / 2, (y + nextY) / 2)).toBeCloseTo(0.3, 3);
      }
    }
  });
});

it('a frame stays in the plane', () => {
  const points = withPoint(withPoint(noPoints, 1, -1, 0), 0.2, 0.1, 1);
  const state = { ...firstState(), view: 'close' as const, epsilon: 0.2 };
  const corner = frameOf({ ...state, point: 0 }, points);
  expect(corner.x + corner.reach).toBeCloseTo(1, 9);
  expect(corner.y - corner.reach).toBeCloseTo(-1, 9);
  const inside = frameOf({ ...state, point: 1 }, points);
  expect([inside.x, inside.y]).toEqual([points.places[2], points.places[3]]);
  expect(inside.reach).toBeGreaterThan(0.2);
  expect(frameOf({ ...state, view: 'whole', point: 1 }, points)).toEqual({ x: 0, y: 0, reach: 1 });
});

describe('links', () => {
  it('carry a landscape there and back', () => {
    const drawn = withPoint(withPoint(noPoints, 0.25, 0.5, 0), -0.25, 0.5, 1);
    const attack = attacks().find(({ options }) => options.some(({ name }) => name === 'steps'));
    for (const state of [
      firstState(),
      { ...firstState(), data: 'drawn' as const, drawn, settings: { layers: '0' }, epochs: 12, point: 1 },
      {
        ...firstState(),
        data: 'spirals' as const,
        settings: { points: 90, hardening: 0.3 },
        attack: attack?.id ?? '',
        options: { steps: 3 },
        surface: 'loss' as const,
        view: 'close' as const,
        norm: 'l1',
        epsilon: 0.33,
      },
    ]) {
      expect(readLandscapeLink(writeLandscapeLink(state).slice(1))).toEqual({ state, complaints: '' });
    }
  });

  it('do not guess at what they do not know', () => {
    const { state, complaints } = readLandscapeLink('v=1&screen=landscape&data=stars&epsilon=9&epochs=-1&units=7');
    expect(state).toEqual(firstState());
    for (const name of ['data', 'epsilon', 'epochs', 'units']) expect(complaints).toContain(`${name} is nothing`);
    expect(readLandscapeLink('v=2&screen=landscape&data=blobs').state).toEqual(firstState());
    expect(readLandscapeLink('v=2&data=blobs').complaints).toContain('another version');
  });

  it('carry a comparison there and back', () => {
    const first = firstComparison();
    const chosen = { attack: first.attacks[1] ?? '', model: 'mnist-cnn' };
    for (const state of [first, { ...first, sample: 31, epsilon: 0.15, chosen, samples: 200 }]) {
      expect(readCompareLink(writeCompareLink(state).slice(1))).toEqual({ state, complaints: '' });
    }
  });
});

describe('curves', () => {
  const piece = { attack: 0, unstable: 0, queries: 1, gradients: 1, seconds: 0 };
  it('of an attack with a limit count what stands after each', () => {
    const pieces = [
      { ...piece, epsilon: 0.1, samples: [0, 1, 2, 5], distances: [null, 0.08, null, null] },
      { ...piece, epsilon: 0.2, samples: [0, 2, 5], distances: [0.15, null, null] },
    ];
    expect(curveFrom(pieces, 8, [0.1, 0.2, 0.3])).toEqual([
      [0, 0.5],
      [0.1, 0.375],
      [0.2, 0.25],
    ]);
    expect(curveFrom([], 8, [0.1])).toEqual([]);
  });

  it('of an attack without one come from its distances', () => {
    const pieces = [{ ...piece, epsilon: null, samples: [0, 1, 3], distances: [0.05, 0.25, null] }];
    expect(curveFrom(pieces, 4, [0.1, 0.3])).toEqual([
      [0, 0.75],
      [0.1, 0.5],
      [0.3, 0.25],
    ]);
  });
});
