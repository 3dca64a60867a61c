/* The token Django wants with everything that is sent, read from the cookie: a page may be older than it. */

/** The current token, or "" where the cookie is missing. */
export const csrfToken = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";

/** The same; where the cookie has gone a page is fetched that brings one, so that nothing typed is refused for it. */
export async function freshToken() {
  if (!csrfToken()) await fetch(document.body.dataset.lsSignIn);
  return csrfToken();
}
