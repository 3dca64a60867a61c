{% autoescape off %}{# Names of our own files and addresses. #}/* Opens the capture page without a network: an empty page and its files, never a pupil, never an answer of the server.
   What is written waits in the page, not here. */

const PREFIX = "lessonstudy-";
const CACHE = PREFIX + "{{ version }}";
const SHELL = "{{ shell }}";
const ELSEWHERE = "{{ elsewhere }}";
const FILES = [
{% for file in files %}  "{{ file }}",
{% endfor %}];
const LAST = "/last-lesson"; // under this the address of the lesson that was open last, and nothing of it
const PATIENCE = 3000; // milliseconds

// All of it or nothing: until everything is here the worker before goes on with all of its own.
self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([SHELL, ELSEWHERE, ...FILES])));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys().then((names) =>
      Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name))),
    ),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin || request.headers.has("HX-Request")) return;
  if (request.mode === "navigate" && isCapture(pathname)) event.respondWith(page(request));
  else if (request.mode === "navigate") event.respondWith(elsewhere(request));
  else if (FILES.includes(pathname)) event.respondWith(file(request));
});

const isLesson = (path) => /^\/observations\/lessons\/\d+\/$/.test(path);
const isCapture = (path) => path === SHELL || isLesson(path);

// The server first, for it knows whether the lesson may be watched; the kept page where it does not answer in time.
async function page(request) {
  const { pathname } = new URL(request.url);
  if (isLesson(pathname)) (await caches.open(CACHE)).put(LAST, new Response(pathname)).catch(() => {});
  const kept = await stored(SHELL);
  if (!kept) return fetch(request);
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const answer = await Promise.race([fetch(request).catch(() => null), patience]);
  return answer && answer.status < 500 ? answer : kept;
}

// Any other page needs the server. Without it there is a page that says so, with the way back to the lesson one came from.
async function elsewhere(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await stored(ELSEWHERE);
    if (!kept) throw error;
    const text = (await kept.text()).replace(`"${SHELL}"`, `"${await lessonBefore(request)}"`);
    const headers = new Headers(kept.headers);
    for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
    return new Response(text, { status: 503, headers });
  }
}

async function lessonBefore({ referrer }) {
  const open = await self.clients.matchAll({ includeUncontrolled: true, type: "window" });
  const paths = [referrer, ...open.map(({ url }) => url)].filter(Boolean).map((url) => new URL(url).pathname);
  return paths.find(isLesson) ?? (await (await stored(LAST))?.text()) ?? SHELL;
}

const file = async (request) => (await stored(request)) ?? fetch(request);

async function stored(request) {
  return (await caches.open(CACHE)).match(request, { ignoreVary: true });
}
{% endautoescape %}
