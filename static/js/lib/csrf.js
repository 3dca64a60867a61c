/* The token Django wants with everything that is sent, read from the cookie: a page may be older than it. */

/** The current token, or "" where the cookie is missing. */
export const csrfToken = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
