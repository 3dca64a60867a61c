/* The capture page's own behaviours. */
import "./clock.js";
import "./follow.js";
import "./taps.js";
