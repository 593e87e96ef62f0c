/** One request as a person may see it. Without the query, where signed addresses carry what opens them. */
export interface RequestRecord {
  startedAt: Date;
  host: string;
  path: string;
  /** Null where no answer came, or none yet. */
  status: number | null;
  receivedBytes: number;
  /** Null while it is under way; what came of it is told at its end. */
  tookMs: number | null;
}

const MAX_RECORDS = 1000;

/** Every request since the start of Nibble, the latest 1,000 of them; in memory only. */
export class RequestLog {
  readonly #records: RequestRecord[] = [];

  /** In the order in which they were made. */
  get records(): readonly RequestRecord[] {
    return this.#records;
  }

  /** Lists a request before it is made, and returns what to tell its end. */
  begin({ host, pathname: path }: URL): (status: number | null, receivedBytes: number) => void {
    const startMs = performance.now();
    const record: RequestRecord = {
      startedAt: new Date(),
      host,
      path,
      status: null,
      receivedBytes: 0,
      tookMs: null,
    };
    this.#records.push(record);
    if (this.#records.length > MAX_RECORDS) this.#records.shift();
    return (status, receivedBytes) => {
      Object.assign(record, { status, receivedBytes, tookMs: performance.now() - startMs });
    };
  }
}
