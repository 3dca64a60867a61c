/* In a line of links that scrolls sideways the open one is in sight from the start. */
document.querySelector(".parts [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
