/** What has passed in the last seconds: long enough to be calm, short enough to notice that nothing comes any more. */
const WINDOW_MS = 5000;
const SAMPLE_MS = 250;

interface Sample {
  atMs: number;
  bytes: number;
}

/** Bytes per second over the last five seconds. Time is given, so that it can be anyone's. */
export class SpeedMeter {
  #samples: Sample[] = [];

  add(bytes: number, nowMs: number): void {
    const last = this.#samples.at(-1);
    if (last && nowMs - last.atMs < SAMPLE_MS) last.bytes += bytes;
    else this.#samples.push({ atMs: nowMs, bytes });
    this.#forget(nowMs);
  }

  /** Null before there is anything to tell. */
  bytesPerSecond(nowMs: number): number | null {
    this.#forget(nowMs);
    const [first] = this.#samples;
    if (!first) return null;
    const bytes = this.#samples.reduce((sum, sample) => sum + sample.bytes, 0);
    return (bytes / Math.max(SAMPLE_MS * 2, nowMs - first.atMs)) * 1000;
  }

  #forget(nowMs: number): void {
    const from = nowMs - WINDOW_MS;
    if ((this.#samples[0]?.atMs ?? from) < from) {
      this.#samples = this.#samples.filter(({ atMs }) => atMs >= from);
    }
  }
}
