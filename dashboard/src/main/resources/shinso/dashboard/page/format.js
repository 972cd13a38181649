// Numbers and times for people.

/** A number with as many digits as matter. */
export function number(x, digits = 4) {
  if (x === null || x === undefined || Number.isNaN(x)) return "–";
  if (x === 0) return "0";
  const size = Math.abs(x);
  if (size >= 1e6 || size < 1e-4) return x.toExponential(digits - 1).replace(/\.?0+e/, "e").replace("e+", "e");
  if (Number.isInteger(x)) return x.toLocaleString("en-US");
  return String(Number(x.toPrecision(digits)));
}

/** Seconds, such as 12.3 s, 4:05 or 1:02:03. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return "";
  if (seconds < 60) return (seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)) + " s";
  const s = Math.round(seconds);
  const two = (n) => String(n).padStart(2, "0");
  const minutes = Math.floor(s / 60) % 60;
  return s < 3600 ? minutes + ":" + two(s % 60) : Math.floor(s / 3600) + ":" + two(minutes) + ":" + two(s % 60);
}

/** Bytes, such as 3.1 GB. */
export function bytes(n) {
  if (n === null || n === undefined) return "–";
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let unit = 0;
  while (n >= 999.5 && unit < units.length - 1) {
    n /= 1000;
    unit++;
  }
  return (unit === 0 || n >= 100 ? Math.round(n) : n.toFixed(1)) + " " + units[unit];
}

/** A moment: today its time, before that its date. */
export function moment(iso) {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return "";
  const clock = time.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (time.toDateString() === new Date().toDateString()) return "today " + clock;
  const two = (n) => String(n).padStart(2, "0");
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${clock}`;
}

/** How long a run has been at work; the clock of one that is goes on. */
export function spent(run) {
  return run.since === null ? run.seconds : run.seconds + Math.max(0, (Date.now() - run.since) / 1000);
}

/** The part of a run's name that tells it from others of its recipe: when it was started. */
export function when(run) {
  const match = /^\d{8}-(\d{2})(\d{2})(\d{2})-.*?(-\d+)?$/.exec(run.name);
  return match ? `${match[1]}:${match[2]}:${match[3]}` : run.name;
}
