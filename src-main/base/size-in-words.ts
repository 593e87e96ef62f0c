const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** `4.6 GiB`, `430 MiB` */
export function sizeInWords(bytes: number): string {
  return bytes >= GIB ? `${(bytes / GIB).toFixed(1)} GiB` : `${Math.round(bytes / MIB)} MiB`;
}
