/**
 * Capital letters as strokes, on a grid 4 wide and 6 high, y downwards. A machine without any font, as small servers
 * are, draws no text of an SVG at all; strokes it draws.
 */
const strokes: Record<string, string> = {
  A: 'M0 6L2 0L4 6M.8 4H3.2',
  D: 'M0 0V6H2Q4 6 4 3Q4 0 2 0Z',
  E: 'M4 0H0V6H4M0 3H3',
  G: 'M4 1Q3 0 2 0Q0 0 0 3Q0 6 2 6Q4 6 4 4V3.3H2.4',
  H: 'M0 0V6M4 0V6M0 3H4',
  I: 'M2 0V6M1 0H3M1 6H3',
  L: 'M0 0V6H4',
  M: 'M0 6V0L2 3L4 0V6',
  N: 'M0 6V0L4 6V0',
  O: 'M2 0Q4 0 4 3Q4 6 2 6Q0 6 0 3Q0 0 2 0Z',
  P: 'M0 6V0H2.5Q4 0 4 1.6Q4 3.2 2.5 3.2H0',
  R: 'M0 6V0H2.5Q4 0 4 1.6Q4 3.2 2.5 3.2H0M2 3.2L4 6',
  S: 'M4 1Q3.4 0 2 0Q0 0 0 1.5Q0 3 2 3Q4 3 4 4.5Q4 6 2 6Q.6 6 0 5',
  T: 'M0 0H4M2 0V6',
  U: 'M0 0V4Q0 6 2 6Q4 6 4 4V0',
  Ú: 'M0 0V4Q0 6 2 6Q4 6 4 4V0M1.7 -1L2.5 -2',
  Z: 'M0 0H4L0 6H4',
};

const advance = 5.6;

/** A line of capital letters and spaces in the middle of `centreX`, as elements of an SVG. @throws RangeError for any other sign */
export function writeLetters(
  text: string,
  place: { centreX: number; top: number; height: number; maxWidth: number },
): string {
  const signs = [...text];
  const units = signs.length * advance - (advance - 4);
  const scale = Math.min(place.height / 6, place.maxWidth / units);
  const left = place.centreX - (units * scale) / 2;
  const top = place.top + (place.height - 6 * scale) / 2;
  const paths = signs.map((sign, index) => {
    if (sign === ' ') return '';
    const stroke = strokes[sign];
    if (stroke === undefined) throw new RangeError(`no strokes for ${sign}`);
    return `<path transform="translate(${index * advance} 0)" d="${stroke}"/>`;
  });
  return `<g transform="translate(${left} ${top}) scale(${scale})" fill="none" stroke="#fff" stroke-width=".8" stroke-linecap="round" stroke-linejoin="round">${paths.join('')}</g>`;
}
