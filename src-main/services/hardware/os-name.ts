/** `Debian GNU/Linux 12 (bookworm)` → `Debian GNU/Linux 12`, from `/etc/os-release`. */
export function linuxName(osRelease: string): string | null {
  const value = (key: string) => new RegExp(`^${key}=(?:"([^"]*)"|(.*))$`, 'm').exec(osRelease);
  const text = (match: RegExpExecArray | null) => (match?.[1] ?? match?.[2])?.trim() || null;
  const name = text(value('NAME'));
  const version = text(value('VERSION_ID'));
  if (name === null) return text(value('PRETTY_NAME'));
  return version === null ? name : `${name} ${version}`;
}

/** Windows 11 still calls itself 10.0; its builds start at 22000. */
export function windowsName(release: string): string {
  const [major = '', minor = '', build = '0'] = release.split('.');
  if (major !== '10') return `Windows ${major}.${minor}`;
  return Number(build) >= 22_000 ? 'Windows 11' : 'Windows 10';
}
