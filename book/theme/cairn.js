// A button on each listing that copies its new lines, and only those.
"use strict";

(function copyNewLines() {
    if (!navigator.clipboard) {
        return;
    }
    for (const figure of document.querySelectorAll("figure.listing")) {
        const lines = Array.from(figure.querySelectorAll("pre > ins.line"));
        if (lines.length === 0) {
            continue;
        }
        const button = document.createElement("button");
        button.type = "button";
        button.className = "copy";
        button.textContent = "Copy";
        button.title = "Copy the new lines";
        button.setAttribute("aria-label", button.title);
        button.addEventListener("click", async () => {
            try {
                await navigator.clipboard.writeText(lines.map((line) => line.textContent).join(""));
                button.textContent = "Copied";
            } catch {
                button.textContent = "Not copied";
            }
            setTimeout(() => { button.textContent = "Copy"; }, 2000);
        });
        figure.querySelector("figcaption").prepend(button);
    }
})();

// A folded listing opens when a link leads into it, and all of them open for the printer.
(function unfold() {
    const openAround = () => {
        const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
        const folded = target && target.closest("details");
        if (folded) {
            folded.open = true;
        }
    };
    window.addEventListener("hashchange", openAround);
    openAround();
    window.addEventListener("beforeprint", () => {
        document.querySelectorAll("details.folded").forEach((folded) => { folded.open = true; });
    });
})();
