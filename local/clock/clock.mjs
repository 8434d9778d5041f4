// Gives a process another "now" without touching its code: Date and Intl follow a played instant, which the first look
// at the clock sees to the millisecond however busy the machine is, and which runs on with real time from then on.
// Timers, performance and process.hrtime keep the real clock. Preload it with `node --import`.
const RealDate = Date;
const realNow = RealDate.now.bind(RealDate);
let offsetMs = 0;
let standsAtMs;

const playedNow = () => {
  const now = realNow();
  if (standsAtMs !== undefined) {
    offsetMs = standsAtMs - now;
    standsAtMs = undefined;
  }
  return now + offsetMs;
};

RealDate.now = playedNow;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [playedNow()] : args, newTarget),
  apply: () => new RealDate(playedNow()).toString(),
});
// So that `new value.constructor()` is played too.
RealDate.prototype.constructor = globalThis.Date;

// Intl reads the system clock itself when it is given no date.
const { format } = Object.getOwnPropertyDescriptors(Intl.DateTimeFormat.prototype);
const { formatToParts } = Intl.DateTimeFormat.prototype;
Object.defineProperty(Intl.DateTimeFormat.prototype, "format", {
  configurable: true,
  get() {
    const bound = format.get.call(this);
    return (date) => bound(date ?? playedNow());
  },
});
Intl.DateTimeFormat.prototype.formatToParts = function (date) {
  return formatToParts.call(this, date ?? playedNow());
};

/** How the runner, and nothing else, sets this process's now (epoch milliseconds). */
globalThis[Symbol.for("mercafacil.clock")] = {
  set: (nowMs) => {
    standsAtMs = nowMs;
  },
};
