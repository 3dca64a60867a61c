/* How each person wants the page: remembered on this device, apart from whoever else uses it. */
import { lesson } from "./lesson.js";

const key = (name) => `lessonstudy.${name}.${lesson.author}`;

/** Whether this person wishes it. */
export const wishes = (name) => localStorage.getItem(key(name)) === "yes";

/** From now on the other way. */
export const wishOther = (name) => localStorage.setItem(key(name), wishes(name) ? "no" : "yes");
