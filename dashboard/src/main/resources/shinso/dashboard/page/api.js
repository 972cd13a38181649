// Talks to the server. The browser sends the cookie with the token along by itself.

/** What the server says when something can't be done: a line for people, and the status. */
export class ApiError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, { ...options, credentials: "same-origin", cache: "no-store" });
  } catch (e) {
    if (e.name === "AbortError") throw e;
    throw new ApiError("the dashboard does not answer; is ./shinso dashboard still running?", 0);
  }
  if (!response.ok) {
    let message = `the server says ${response.status}`;
    try {
      message = (await response.json()).error;
    } catch {
      // No JSON: the status has to do.
    }
    throw new ApiError(message, response.status);
  }
  return response;
}

/** Joins path segments and parameters, encoded; a list gives a parameter several times. */
export function url(segments, parameters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) query.append(name, one);
    }
  }
  const text = query.toString();
  return "/api/" + segments.map(encodeURIComponent).join("/") + (text ? "?" + text : "");
}

/** Gets JSON. */
export async function get(path, { signal } = {}) {
  return (await ask(path, { signal })).json();
}

/** Gets bytes, such as a picture: a Blob. */
export async function getBlob(path, { signal } = {}) {
  return (await ask(path, { signal })).blob();
}

async function send(path, body, signal) {
  return ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body ?? {}),
    signal,
  });
}

/** Posts JSON and gets JSON; null if there is nothing to say. */
export async function post(path, body, { signal } = {}) {
  const response = await send(path, body, signal);
  return response.status === 204 ? null : response.json();
}

/** Posts JSON and gets bytes, such as a picture: a Blob. */
export async function postBlob(path, body, { signal } = {}) {
  return (await send(path, body, signal)).blob();
}
