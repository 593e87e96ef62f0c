import { expect, it } from 'vitest';
import { describeExit } from '../../../../src-main/services/engine-host/exit-reason.ts';

const end = (code: number | null, signal: NodeJS.Signals | null = null, stderr: string[] = []) =>
  describeExit({ code, signal, stderr });

it.each([
  [null, 'SIGKILL', /memory ran out \(SIGKILL\)$/],
  [null, 'SIGSEGV', /memory that is not its own \(SIGSEGV\)$/],
  [null, 'SIGABRT', /cannot recover \(SIGABRT\)$/],
  [null, 'SIGILL', /instruction that this processor does not know/],
  [null, 'SIGBUS', /its disk is gone/],
  [null, 'SIGTRAP', /larger than the allocator allows/],
  [133, null, /larger than the allocator allows/],
  [139, null, /\(SIGSEGV\)$/],
  [137, null, /\(SIGKILL\)$/],
  [0xc0000005, null, /\(SIGSEGV\)$/],
  [0xc0000409, null, /\(SIGABRT\)$/],
  [0xc0000017, null, /^Memory ran out/],
  [0, null, /^It ended by itself/],
  [1, null, /^It ended with an error \(exit code 1\)$/],
  [null, 'SIGUSR2', /^It was ended by the signal SIGUSR2$/],
] as const)('says in words what code %s and signal %s mean', (code, signal, words) => {
  expect(end(code, signal).reason).toMatch(words);
});

it('believes what native code wrote last more than the signal', () => {
  const lines = [
    'loading',
    'ggml_backend_cpu_buffer_type_alloc_buffer: failed to allocate buffer of size 99',
  ];
  expect(end(null, 'SIGABRT', lines)).toEqual({
    signal: 'SIGABRT',
    deviceLost: false,
    reason: 'Memory ran out (SIGABRT)',
    outOfMemory: true,
    detail: [lines[1]],
  });
  expect(end(null, 'SIGABRT', ['CUDA error: unspecified launch failure']).reason).toMatch(/graphics card/);
});

it('keeps the failed assertion for the log', () => {
  const assertion = 'ggml.c:1788: GGML_ASSERT(ne % ggml_blck_size(type) == 0) failed';
  expect(end(null, 'SIGABRT', ['some line', assertion]).detail).toEqual([assertion]);
});

it('believes the kernel when it has just ended a process for lack of memory', () => {
  const killed = { code: null, signal: 'SIGKILL', stderr: [], oomKilled: true } as const;
  expect(describeExit(killed)).toMatchObject({ reason: 'Memory ran out (SIGKILL)', outOfMemory: true });
  // A process that crashed meanwhile was not the one.
  expect(describeExit({ ...killed, signal: 'SIGSEGV' }).outOfMemory).toBe(false);
});
