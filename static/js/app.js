/* The page's behaviours. Each listens on the document, so what htmx swaps in needs no starting up. */
import "./ui/unsent.js";
import "./ui/confirm.js";
import "./ui/forget.js";
import "./ui/guard.js";
import "./ui/here.js";
import "./ui/keep.js";
import "./ui/problems.js";
import "./ui/token.js";
