/* The sheet's own behaviours. Everything here works as plain forms and links, too. */
import "./autosave.js";
import "./drag.js";
import "./here.js";
import "./open.js";
import "./take.js";
import "./tools.js";
import "./waits.js";
