/* What came back, and whether it may be trusted: a sign-in page or a café's welcome page is no answer. */
import { csrfToken } from "../lib/csrf.js";

const PATIENCE = 30_000; // milliseconds

/** Ask the server. {status, body, wait} where it answered in JSON; {status: 0} without a connection; {status,
    strange: true} where something else answered. `wait`: the seconds it asks to be left alone. `patience`: the
    milliseconds after which nobody waits any more. */
export async function ask(address, { patience = PATIENCE, ...options } = {}) {
  try {
    const response = await fetch(address, {
      redirect: "manual",
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout(patience),
      ...options,
      headers: { Accept: "application/json", ...options.headers },
    });
    const { status } = response;
    const wait = Number(response.headers.get("Retry-After")) || 0;
    if (response.type === "opaqueredirect") return { status, wait, strange: true, redirected: true };
    if (!response.headers.get("Content-Type")?.startsWith("application/json")) return { status, wait, strange: true };
    return { status, wait, body: await response.json() };
  } catch (error) {
    return { status: 0, wait: 0, strange: error instanceof SyntaxError };
  }
}

/** Post, with the token of now: the cookie's, or where that has gone `token`. */
export const post = (address, body, headers = {}, token = "", patience = PATIENCE) =>
  ask(address, { method: "POST", body, patience, headers: { "X-CSRFToken": csrfToken() || token, ...headers } });
