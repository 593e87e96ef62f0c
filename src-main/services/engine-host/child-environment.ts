/** What programs, drivers and the dynamic linker look up. Everything else, secrets above all, stays in main. */
const passedNames = new Set([
  'PATH',
  'HOME',
  'USER',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  'TMPDIR',
  'TEMP',
  'TMP',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
  'XDG_RUNTIME_DIR',
  'XDG_DATA_DIRS',
  'XDG_CONFIG_DIRS',
  'XDG_CACHE_HOME',
  'SYSTEMROOT',
  'WINDIR',
  'SYSTEMDRIVE',
  'COMSPEC',
  'PATHEXT',
  'USERPROFILE',
  'APPDATA',
  'LOCALAPPDATA',
  'PROGRAMDATA',
  'PROGRAMFILES',
  'NUMBER_OF_PROCESSORS',
  'PROCESSOR_ARCHITECTURE',
  'NODE_COMPILE_CACHE',
]);

/** Settings of GPU drivers and of ggml's backends. */
const passedPrefixes = /^(?:VK_|GGML_|CUDA_|NVIDIA_|HIP_|ROCR_|HSA_|MESA_|LIBGL_|LP_|METAL_|OMP_)/;

/** A name like `GGML_REMOTE_TOKEN` stays out whatever it starts with. */
const secretNames = /TOKEN|SECRET|PASSW|CREDENTIAL|API_?KEY/;

/** The least environment that a child with GPU access needs. */
export function childEnvironment(parent: NodeJS.ProcessEnv): Record<string, string> {
  // ggml's abort handler would first run a debugger for a backtrace: seconds in which a dead engine looks alive.
  const passed: Record<string, string> = { GGML_NO_BACKTRACE: '1' };
  for (const [name, value] of Object.entries(parent)) {
    // Windows spells `Path` and `SystemRoot` as it likes.
    const upper = name.toUpperCase();
    if (value === undefined || secretNames.test(upper)) continue;
    if (passedNames.has(upper) || passedPrefixes.test(upper)) passed[name] = value;
  }
  return passed;
}
