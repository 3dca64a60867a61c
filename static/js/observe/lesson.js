/* The lesson as this person sees it: its pack, whom they chose, and what they wrote. Everybody who draws listens. */

/** The lesson's id, from the page's own address; NaN where it names none. */
export const lessonId = Number(/\/lessons\/(\d+)\//.exec(location.pathname)?.[1]);

export const lesson = {
  author: null,
  pack: null,
  pupils: new Map(),
  codes: new Map(),
  groups: new Map(),
  steps: new Map(),
  chosen: null, // a pupil's id
  target: null, // a pupil's id, or "teacher"
  asksTarget: false,
  trouble: "",
  begun: null, // when the lesson was begun here, and the server has not heard yet
};

const listeners = { pack: [], choice: [], records: [], sent: [] };

/** Call `listener` when the pack, the choice, what was written, or what was sent changes. */
export const when = (what, listener) => listeners[what].push(listener);

/** Something of this kind has changed. */
export const changed = (what, detail) => listeners[what].forEach((listener) => listener(detail));

/** When the lesson began, as far as this device knows; null before. */
export const startedAt = () => lesson.pack?.lesson.started_at ?? lesson.begun;

/** Take over a pack. */
export function open(author, pack) {
  const by = (rows, key = "id") => new Map(rows.map((row) => [row[key], row]));
  Object.assign(lesson, {
    author,
    pack,
    pupils: by(pack.pupils),
    codes: by(pack.codes, "slug"),
    groups: by(pack.groups),
    steps: by(pack.steps),
  });
  if (!lesson.pupils.has(lesson.chosen)) Object.assign(lesson, { chosen: null, target: null, asksTarget: false });
}

/** What a pupil, or the teacher, may be called here; "" for nobody. `teacher`: the word for one. */
export const called = (id, teacher = "") => (id === "teacher" ? teacher : (lesson.pupils.get(id)?.name ?? ""));

/** Choose whom to write about. */
export function choose(pupil) {
  if (lesson.chosen !== pupil) lesson.target = null;
  Object.assign(lesson, { chosen: pupil, asksTarget: false });
  changed("choice");
}

/** Choose to whom they speak. */
export function aim(target) {
  Object.assign(lesson, { target: target === lesson.chosen ? null : target, asksTarget: false });
  changed("choice");
}
