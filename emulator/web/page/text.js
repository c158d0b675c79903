// How numbers, times and sizes are written.

const NUMBER = new Intl.NumberFormat('en');

export const number = (value) => NUMBER.format(value);

export const plural = (count, one, many) => `${number(count)} ${count === 1 ? one : many}`;

export function bytes(count) {
  if (count < 10000) return `${number(count)} B`;
  const kib = count / 1024;
  return kib < 10000 ? `${number(Math.round(kib))} KiB` : `${number(Math.round(kib / 1024))} MiB`;
}

/** Of a stamp of the emulated calendar: the time of day, to the millisecond. */
export const timeOfDay = (stamp) => (stamp || '').slice(11, 23);

export const dateOf = (stamp) => (stamp || '').slice(0, 10);

export const dateAndTime = (stamp) => (stamp || '').slice(0, 19).replace('T', ' ');

/** Stamps have microseconds, which a Date has not. */
function microseconds(stamp) {
  const [, more] = /\.\d{3}(\d{3})Z$/.exec(stamp) || [null, '0'];
  return Date.parse(stamp) * 1000 + Number(more);
}

export function lasted(from, to) {
  const ms = (microseconds(to) - microseconds(from)) / 1000;
  if (!Number.isFinite(ms)) return '';
  if (ms < 1000) return `${ms < 10 ? ms.toFixed(2) : Math.round(ms)} ms`;
  return ms < 120000 ? `${(ms / 1000).toFixed(1)} s` : `${number(Math.round(ms / 1000))} s`;
}

/** 1,234 is said as 1,200: a rate is not known better. */
export function rounded(value) {
  if (value < 10) return Math.round(value);
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Math.round(value / unit) * unit;
}

export function ordinal(value) {
  const tens = value % 100;
  const ending = tens > 10 && tens < 14 ? 'th' : ['th', 'st', 'nd', 'rd'][value % 10] || 'th';
  return `${number(value)}${ending}`;
}
