import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheFile } from './paths.mjs';

const POLL_MS = 100;

/**
 * Runs `work` while no other process of this repository runs its own. The lock is a file with the process id of its
 * owner; that of a dead process is taken over.
 */
export async function withLock(name, work) {
  const path = cacheFile(name);
  while (!tryCreate(path)) {
    if (!removeStale(path)) await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function tryCreate(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves a dead owner's lock away. Of several waiters one succeeds in that; a live lock moved by mistake goes back. */
function removeStale(path) {
  if (ownerIsAlive(path)) return false;
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return true;
    throw error;
  }
  if (ownerIsAlive(aside)) renameSync(aside, path);
  else rmSync(aside, { force: true });
  return true;
}

function ownerIsAlive(path) {
  let owner;
  try {
    owner = Number(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
  // Created but not written yet: its owner is at work.
  if (owner === 0) return true;
  try {
    process.kill(owner, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
