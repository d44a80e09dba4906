/** The outline of a norm's ball in the plane, as a closed line around the origin: x, y, x, y …; two crossed lines for L0. */
export function ballOutline(norm: string, radius: number): { closed: boolean; lines: number[][] } {
  const r = radius;
  if (norm === 'l0')
    return {
      closed: false,
      lines: [
        [-2, 0, 2, 0],
        [0, -2, 0, 2],
      ],
    }; // one of both coordinates, at will
  if (norm === 'l1') return { closed: true, lines: [[r, 0, 0, r, -r, 0, 0, -r]] };
  if (norm === 'linf') return { closed: true, lines: [[r, r, -r, r, -r, -r, r, -r]] };
  const corners = 96;
  const circle = Array.from({ length: corners }, (_, index) => (2 * Math.PI * index) / corners);
  return { closed: true, lines: [circle.flatMap((angle) => [r * Math.cos(angle), r * Math.sin(angle)])] };
}
