import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Network } from '../../../src-main/services/hub/network.ts';
import { TokenStore } from '../../../src-main/services/hub/token-store.ts';
import { RemoteModels } from '../../../src-main/services/planner/remote-models.ts';
import { hubModel } from '../../helpers/hub/hub-models.ts';
import { HubServer } from '../../helpers/hub/hub-server.ts';
import { servedBytes } from '../../helpers/hub/served-file.ts';

it('a level whose file is damaged is refused; one that did not come may still be good', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nibble-remote-models-'));
  const whole = await hubModel({ path: 'Model-Q8_0.gguf' });
  const cut = await hubModel({ path: 'Model-Q4_0.gguf' });
  const damaged = servedBytes('Model-Q2_K.gguf', Buffer.from('GGUF and nothing else'));
  await using hub = await HubServer.start({ id: 'owner/Model-GGUF', files: [whole, cut, damaged] });
  hub.fault = ({ file }, response) => {
    if (file !== cut) return false;
    response.destroy();
    return true;
  };
  const network = new Network({
    settings: () => Promise.resolve({ endpoint: hub.endpoint.href, proxy: null }),
    tokens: new TokenStore(join(folder, 'token.json'), null),
  });
  const models = await new RemoteModels(network, folder).read('hf:owner/Model-GGUF');
  const verdicts = models.map((model) => [
    model.file,
    'header' in model ? 'read' : model.isRefused ? 'refused' : 'not read',
  ]);
  expect(Object.fromEntries(verdicts)).toEqual({
    'Model-Q8_0.gguf': 'read',
    'Model-Q4_0.gguf': 'not read',
    'Model-Q2_K.gguf': 'refused',
  });
  await rm(folder, { recursive: true });
});
