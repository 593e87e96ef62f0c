const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** `8,192` */
export function grouped(count: number): string {
  return whole.format(count);
}

/** `4.6 GiB`, `0.42 GiB` */
export function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(bytes < 2 ** 30 ? 2 : 1)} GiB`;
}
