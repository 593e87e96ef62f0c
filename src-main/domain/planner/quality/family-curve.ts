import { families, naturalFamilies, type PublishedFamily } from './published.ts';
import { imatrixGain, referenceCurves, type CurvePoint } from './reference-curve.ts';

export interface FamilyPoint extends CurvePoint {
  isPublished: boolean;
}

export interface FamilyCurve {
  points: readonly FamilyPoint[];
  parameters: number;
  /** Null for the general curve. */
  family: PublishedFamily | null;
}

interface Anchor {
  level: string;
  reference: number;
  /** Of the family's loss to the reference's. */
  ratio: number;
  isPublished: boolean;
}

interface FamilyCurves {
  imatrix: FamilyCurve;
  plain: FamilyCurve;
}

/** What a family loses at every level, with and without an importance matrix; the general curves for a family without figures. */
export function familyCurves(name: string | null): FamilyCurves {
  return curvesByFamily.get(name) ?? generalCurves;
}

function curveOf(family: PublishedFamily, imatrix: boolean): FamilyCurve {
  const anchors = anchorsOf(family, imatrix);
  // Published, or the reference scaled as at the family's nearest published levels.
  const points = referenceCurves[imatrix ? 'imatrix' : 'plain'].map((point): FamilyPoint => {
    const own = anchors.find((anchor) => anchor.level === point.level);
    const ratio = own ? own.ratio : interpolate(anchors, point.meanKld);
    return { ...point, meanKld: point.meanKld * ratio, isPublished: own?.isPublished ?? false };
  });
  return { points: inOrder(points), parameters: family.parameters, family };
}

function anchorsOf(family: PublishedFamily, imatrix: boolean): Anchor[] {
  const reference = referenceCurves[imatrix ? 'imatrix' : 'plain'];
  const anchors = reference.flatMap((point): Anchor[] => {
    const rows = family.losses.filter((row) => row.level === point.level);
    const row = rows.find((candidate) => candidate.imatrix === imatrix) ?? rows[0];
    if (!row) return [];
    const gain = imatrixGain(point.bits);
    const factor = row.imatrix === imatrix ? 1 : imatrix ? 1 / gain : gain;
    const ratio = (row.meanKld * factor) / point.meanKld;
    return [{ level: point.level, reference: point.meanKld, ratio, isPublished: row.imatrix === imatrix }];
  });
  return anchors.toSorted((a, b) => a.reference - b.reference);
}

/** Between the two published levels that lose a little less and a little more. */
function interpolate(anchors: readonly Anchor[], reference: number): number {
  const above = anchors.find((anchor) => anchor.reference >= reference);
  const below = anchors.findLast((anchor) => anchor.reference < reference);
  if (!above || !below) return (above ?? below)?.ratio ?? 1;
  const share = Math.log(reference / below.reference) / Math.log(above.reference / below.reference);
  return Math.exp(Math.log(below.ratio) * (1 - share) + Math.log(above.ratio) * share);
}

/** Within a kind more bits never lose more: scaled points give way to published ones. */
function inOrder(points: readonly FamilyPoint[]): FamilyPoint[] {
  return points.map((point, index) => {
    if (point.isPublished) return point;
    const published = points.filter(({ kind, isPublished }) => isPublished && kind === point.kind);
    const isBefore = (other: FamilyPoint) => points.indexOf(other) < index;
    const most = Math.min(...published.filter(isBefore).map(({ meanKld }) => meanKld));
    const least = Math.max(0, ...published.filter((other) => !isBefore(other)).map(({ meanKld }) => meanKld));
    return { ...point, meanKld: Math.max(least, Math.min(most, point.meanKld)) };
  });
}

const REFERENCE_PARAMETERS = 8e9;

/** The geometric mean of what families lose against LLaMA 3, each by the mean of its levels: 1, 0.3, 0.3 and 0.4. */
export const GENERAL_RATIO = geometricMean(
  naturalFamilies.map((family) =>
    geometricMean(
      [true, false].flatMap((imatrix) =>
        anchorsOf(family, imatrix)
          .filter((anchor) => anchor.isPublished)
          .map((anchor) => anchor.ratio),
      ),
    ),
  ),
);

function generalCurve(imatrix: boolean): FamilyCurve {
  const points = referenceCurves[imatrix ? 'imatrix' : 'plain'].map((point) => ({
    ...point,
    meanKld: point.meanKld * GENERAL_RATIO,
    isPublished: false,
  }));
  return { points, parameters: REFERENCE_PARAMETERS, family: null };
}

const generalCurves: FamilyCurves = { imatrix: generalCurve(true), plain: generalCurve(false) };
const curvesByFamily: ReadonlyMap<string | null, FamilyCurves> = new Map(
  families.map((family) => [family.name, { imatrix: curveOf(family, true), plain: curveOf(family, false) }]),
);

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
