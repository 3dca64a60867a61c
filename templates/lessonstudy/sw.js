{% autoescape off %}{# Names of our own files and addresses. #}/* Opens the capture page without a network: an empty page and its files, never a pupil, never an answer of the server.
   What is written waits in the page, not here. */

const PREFIX = "lessonstudy-";
const CACHE = PREFIX + "{{ version }}";
const SHELL = "{{ shell }}";
const FILES = [
{% for file in files %}  "{{ file }}",
{% endfor %}];
const PATIENCE = 3000; // milliseconds

// All of it or nothing: until everything is here the worker before goes on with all of its own.
self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([SHELL, ...FILES])));
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
  else if (FILES.includes(pathname)) event.respondWith(file(request));
});

const isCapture = (path) => path === SHELL || /^\/observations\/lessons\/\d+\/$/.test(path);

// The server first, for it knows whether the lesson may be watched; the kept page where it does not answer in time.
async function page(request) {
  const kept = await stored(SHELL);
  if (!kept) return fetch(request);
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const answer = await Promise.race([fetch(request).catch(() => null), patience]);
  return answer && answer.status < 500 ? answer : kept;
}

const file = async (request) => (await stored(request)) ?? fetch(request);

async function stored(request) {
  return (await caches.open(CACHE)).match(request, { ignoreVary: true });
}
{% endautoescape %}
