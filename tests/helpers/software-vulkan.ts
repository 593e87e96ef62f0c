import { existsSync, readdirSync } from 'node:fs';

const drivers = '/usr/share/vulkan/icd.d';

/** Mesa's llvmpipe (Debian: mesa-vulkan-drivers), a GPU made of software. The engine takes it only by its number, in `GGML_VK_VISIBLE_DEVICES`. */
export function hasSoftwareVulkan(): boolean {
  return existsSync(drivers) && readdirSync(drivers).some((name) => name.includes('lvp'));
}
