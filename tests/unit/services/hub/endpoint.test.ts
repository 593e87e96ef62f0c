import { describe, expect, it } from 'vitest';
import { endpointUrl, hubEndpoint } from '../../../../src-main/services/hub/endpoint.ts';

describe('the endpoint', () => {
  it.each([
    [undefined, 'https://huggingface.co/api/x'],
    ['', 'https://huggingface.co/api/x'],
    ['https://mirror.example', 'https://mirror.example/api/x'],
    ['https://mirror.example/hf/', 'https://mirror.example/hf/api/x'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/api/x'],
    ['http://[::1]:8080', 'http://[::1]:8080/api/x'],
  ])('%j is used', (setting, expected) => {
    expect(endpointUrl(hubEndpoint(setting), 'api/x').href).toBe(expected);
  });

  it.each([
    ['mirror', 'It is not an address'],
    ['http://mirror.example', 'It does not begin with https://'],
    ['http://127.0.0.1.example', 'It does not begin with https://'],
    ['ftp://mirror.example', 'It does not begin with https://'],
    ['https://user:secret@mirror.example', 'It holds a user name or a password'],
    ['https://mirror.example/?to=elsewhere', 'It has more than a host and a path'],
  ])('%j is refused', (setting, reason) => {
    expect(() => hubEndpoint(setting)).toThrow(reason);
  });
});
