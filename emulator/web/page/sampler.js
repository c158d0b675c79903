// A list of the newest records that stays bounded and keeps up with any rate. Below `perSecond`
// it has all of them. Above, it has every n-th and says so; failures are let in first, since
// among a thousand good connections the one that failed is what somebody looks for.

const WINDOW_MS = 2000; // over which the rate is said
const MOST_WAITING = 20000;

export class Sampler {
  constructor({
    most = 500,
    perSecond = 50,
    keyOf,
    isFailure = () => false,
    pinned = () => false,
  }) {
    this.most = most;
    this.perSecond = perSecond;
    this.keyOf = keyOf;
    this.isFailure = isFailure;
    this.pinned = pinned;
    this.records = []; // the newest first
    this.known = new Set();
    this.waiting = [];
    this.windows = [];
    this.turns = { failures: 0, others: 0 };
    this.since = null;
    this.allowed = 0;
    this.skipped = 0;
  }

  /** One that has just come, as text: those that are not shown cost little more than this. */
  push(text) {
    if (this.waiting.length < MOST_WAITING) {
      this.waiting.push(text);
    } else {
      this.skipped += 1;
    }
  }

  /** Those that were there before, oldest first: history is not a rate, and is not sampled. */
  addHistory(records) {
    const fresh = records.slice(-this.most).filter((one) => !this.known.has(this.keyOf(one)));
    this.add(fresh);
    this.records.sort((a, b) => (a.id === b.id ? 0 : b.id - a.id));
    this.trim();
  }

  /** Takes in what waits; true when the list, or what is said about it, has changed. */
  flush(now) {
    const elapsed = this.since === null ? WINDOW_MS : Math.max(1, now - this.since);
    this.since = now;
    const before = this.said();
    const come = this.waiting.map((text) => JSON.parse(text));
    const count = come.length + this.skipped;
    this.waiting = [];
    this.skipped = 0;
    // What was not used is there for a burst: that of a test which opens a hundred is shown whole.
    this.allowed = Math.min(2 * this.perSecond, this.allowed + (this.perSecond * elapsed) / 1000);
    const budget = Math.max(1, Math.floor(this.allowed));
    const failures = come.filter(this.isFailure);
    const others = come.filter((one) => !this.isFailure(one));
    const failureStride = Math.ceil(failures.length / budget) || 1;
    const rest = Math.max(1, budget - Math.ceil(failures.length / failureStride));
    const stride = Math.ceil(others.length / rest) || 1;
    const kept = come.filter((one) =>
      this.isFailure(one) ? this.turn('failures', failureStride) : this.turn('others', stride),
    );
    this.allowed = Math.max(0, this.allowed - kept.length);
    this.add(kept);
    this.trim();
    this.windows.push({
      at: now,
      elapsed,
      count,
      kept: kept.length,
      failures: failures.length,
      allFailures: failureStride === 1,
    });
    while (this.windows.length && this.windows[0].at <= now - WINDOW_MS) this.windows.shift();
    return count > 0 || before !== this.said();
  }

  turn(which, stride) {
    this.turns[which] += 1;
    return this.turns[which] % stride === 0;
  }

  add(records) {
    for (const one of records) {
      const key = this.keyOf(one);
      if (this.known.has(key)) continue;
      this.known.add(key);
      this.records.unshift(one);
    }
  }

  trim() {
    for (let at = this.records.length - 1; this.records.length > this.most && at >= 0; at -= 1) {
      if (this.pinned(this.records[at])) continue;
      this.known.delete(this.keyOf(this.records[at]));
      this.records.splice(at, 1);
    }
  }

  clear() {
    this.records = [];
    this.known.clear();
    this.waiting = [];
    this.windows = [];
  }

  /** { perSecond, every, allFailures } while not all are shown, else nothing. */
  sampling() {
    const some = this.windows.filter((one) => one.count > one.kept);
    if (!some.length) return null;
    const sum = (what) => some.reduce((all, one) => all + one[what], 0);
    const count = sum('count');
    const kept = Math.max(1, sum('kept'));
    return {
      perSecond: (count * 1000) / Math.max(1, sum('elapsed')),
      every: Math.round(count / kept),
      failures: sum('failures'),
      allFailures: some.every((one) => one.allFailures),
    };
  }

  said() {
    const now = this.sampling();
    return now ? `${Math.round(now.perSecond / 50)} ${now.every}` : '';
  }
}
