/* What came back for something htmx sent. */

/** True when the server answered with the sign-in page instead: the session has ended. */
export const isSignInPage = (xhr) =>
  xhr.responseURL !== "" && new URL(xhr.responseURL).pathname === document.body.dataset.lsSignIn;

/** True when the server took what was sent. */
export const isAccepted = (xhr) => xhr.status >= 200 && xhr.status < 400 && !isSignInPage(xhr);
