import { describe, expect, it } from 'vitest';
import { isAllowed, isAllowedFrom } from '../../../../../src-main/services/hub/egress/allowed-hosts.ts';

const hub = 'https://huggingface.co';
const mirror = 'https://mirror.example:8443/hf';
const local = 'http://127.0.0.1:8080';

describe('the hosts Nibble connects to', () => {
  it.each([
    ['https://huggingface.co/api/models/a/b', hub, true],
    ['https://cas-bridge.xethub.hf.co/x?Signature=y', hub, true],
    ['https://us.aws.cdn.hf.co/x', mirror, true],
    ['https://mirror.example:8443/elsewhere', mirror, true],
    ['http://127.0.0.1:9999/storage', local, true],
    ['http://localhost:9999/storage', local, true],
    ['http://[::1]:9999/storage', local, true],

    ['http://huggingface.co/', hub, false],
    ['https://huggingface.co:8443/', hub, false],
    ['https://huggingface.co.evil.example/', hub, false],
    ['https://evilhf.co/', hub, false],
    ['https://hf.co.evil.example/', hub, false],
    ['https://huggingface.co@evil.example/', hub, false],
    ['https://user:secret@huggingface.co/', hub, false],
    ['https://www.huggingface.co/', hub, false],
    ['https://mirror.example/', mirror, false],
    ['http://mirror.example:8443/', mirror, false],
    ['http://127.0.0.1:9999/', hub, false],
    ['http://localhost/', mirror, false],
    ['http://169.254.169.254/latest/meta-data', local, false],
    ['http://127.0.0.1.evil.example/', local, false],
    ['file:///etc/passwd', hub, false],
    ['data:text/plain,x', hub, false],
  ])('%s with the endpoint %s: %s', (url, endpoint, expected) => {
    expect(isAllowed(new URL(url), new URL(endpoint))).toBe(expected);
  });
});

describe('the way from an address a person gave', () => {
  it.each([
    ['https://files.example/model.gguf', 'https://files.example/model.gguf', true],
    ['https://other.example:8443/x?signed=1', 'https://files.example/model.gguf', true],
    ['http://127.0.0.1:9999/x', local, true],
    ['https://files.example/x', local, true],

    ['http://files.example/x', 'https://files.example/model.gguf', false],
    ['http://127.0.0.1:9999/x', 'https://files.example/model.gguf', false],
    ['http://files.example/x', local, false],
    ['https://user:secret@files.example/x', 'https://files.example/model.gguf', false],
    ['ftp://files.example/x', 'https://files.example/model.gguf', false],
    ['file:///etc/passwd', local, false],
  ])('to %s from %s: %s', (url, given, expected) => {
    expect(isAllowedFrom(new URL(url), new URL(given))).toBe(expected);
  });
});
