/* Whose session this is. Signing in changes the token in the cookie, so one answer holds until the cookie changes. */
import { csrfToken } from "../lib/csrf.js";
import { ask } from "./answers.js";
import { anchor } from "./clock.js";

const ADDRESS = "/observations/session.json";

let known = null;

/** {author, name, csrf} of whoever is signed in; {signedOut: true}; {} where nobody can be asked. */
export async function signedIn() {
  if (known && known.cookie === csrfToken()) return known;
  const { status, body } = await ask(ADDRESS);
  if (status === 200 && Number.isInteger(body?.author)) {
    anchor(Date.parse(body.server_now));
    known = { author: body.author, name: body.name, csrf: body.csrf, cookie: csrfToken() };
  } else {
    known = status === 401 && body ? { signedOut: true, cookie: csrfToken() } : null;
  }
  return known ?? {};
}

/** Ask anew next time. */
export const forget = () => (known = null);
