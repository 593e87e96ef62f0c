import { expect, it } from 'vitest';
import { childEnvironment } from '../../../../src-main/services/engine-host/child-environment.ts';

it('passes what drivers need and nothing else', () => {
  const needed = {
    PATH: '/bin',
    HOME: '/home/a',
    Path: 'C:\\',
    SystemRoot: 'C:\\Windows',
    VK_ICD_FILENAMES: 'x',
  };
  const refused = {
    NODE_OPTIONS: '--inspect',
    ELECTRON_RUN_AS_NODE: '1',
    HF_TOKEN: 'secret',
    GGML_REMOTE_TOKEN: 'secret',
    AWS_SECRET_ACCESS_KEY: 'secret',
    NIBBLE_DATA_DIR: '/data',
    EMPTY: undefined,
  };
  expect(childEnvironment({ ...needed, ...refused })).toEqual({ GGML_NO_BACKTRACE: '1', ...needed });
});
