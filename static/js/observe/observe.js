/* The capture page's own behaviours. */
import "./clock.js";
import "./follow.js";
import "./refused.js";
import "./taps.js";
