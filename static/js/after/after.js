/* The pages after the lesson: minutes that are counted, and words that outlive a reload. */
import "./draft.js";
import "./minutes.js";
import "./sent.js";
