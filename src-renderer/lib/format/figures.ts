const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
const KIB = 1024;

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const oneDigit = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** `8,192` */
export function formatCount(value: number): string {
  return whole.format(value);
}

/** What `formatBytes` would call 0.0 MiB. */
const NEARLY_NOTHING = MIB / 20;

/** Binary units, as memory is sold and reported: `17 KiB`, `14.1 MiB`, `7.6 GiB`, `128 GiB`. */
export function formatBytes(bytes: number): string {
  if (bytes > 0 && bytes < NEARLY_NOTHING) return `${whole.format(Math.ceil(bytes / KIB))} KiB`;
  const [size, unit] = bytes >= GIB ? [bytes / GIB, 'GiB'] : [bytes / MIB, 'MiB'];
  return `${(size >= 100 ? whole : oneDigit).format(size)} ${unit}`;
}

/** What has come over a wire, which begins small: `912 B`, `312 KiB`, then as `formatBytes`. */
export function formatReceived(bytes: number): string {
  if (bytes < KIB) return `${whole.format(bytes)} B`;
  return bytes < MIB ? `${whole.format(bytes / KIB)} KiB` : formatBytes(bytes);
}

/** `24.1 MiB/s` */
export function formatByteRate(bytesPerSecond: number): string {
  return `${formatReceived(bytesPerSecond)}/s`;
}

/** `7.3 M`, `1.2 B`: parameters of a model. */
export function formatParameters(count: number): string {
  if (count >= 1e9) return `${oneDigit.format(count / 1e9)} B`;
  if (count >= 1e6) return `${oneDigit.format(count / 1e6)} M`;
  return whole.format(count);
}

/** `31.4`, `1,204`: tokens a second, below a heading that names the unit. */
export function formatRate(tokensPerSecond: number): string {
  return (tokensPerSecond >= 100 ? whole : oneDigit).format(tokensPerSecond);
}

/** `31.4 tokens/s` */
export function formatSpeed(tokensPerSecond: number): string {
  return `${formatRate(tokensPerSecond)} tokens/s`;
}

/** `85 ms`, `1.4 s`, `2 min 5 s` */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${whole.format(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${oneDigit.format(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/**
 * How long something will take, in steps that do not flicker while the estimate wavers: `a few seconds`, `40 s`, `3 min`,
 * `1 h 20 min`.
 */
export function formatTimeLeft(seconds: number): string {
  if (seconds <= 5) return 'a few seconds';
  if (seconds <= 55) return `${Math.ceil(seconds / 10) * 10} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rounded = Math.ceil(minutes / 5) * 5;
  const hours = Math.floor(rounded / 60);
  const rest = rounded % 60;
  return hours >= 10 || rest === 0 ? `${Math.round(rounded / 60)} h` : `${hours} h ${rest} min`;
}

/** `62 %` of a share between 0 and 1. */
export function formatPercent(share: number): string {
  return `${whole.format(share * 100)} %`;
}

/** `1 core`, `8 cores` */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
