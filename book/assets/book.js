// The list of finished chapters, kept in this browser and nowhere else.
// On the course page every chapter gets a box to tick; at the end of a chapter stands
// the same box; the sidebar shows a tick beside each finished chapter.
"use strict";

(() => {
  const KEY = "how-machines-learn-to-see.finished";

  /** The file name of a chapter's page, such as "06_convolution_by_hand", or null. */
  function chapterOf(address) {
    const match = /notebooks\/([^/]+)\.html/.exec(new URL(address, location.href).pathname);
    return match ? decodeURIComponent(match[1]) : null;
  }

  /** Finished chapters: { chapter: day }. Empty when nothing can be read. */
  function read() {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY) || "{}");
      return kept && typeof kept === "object" && !Array.isArray(kept) ? kept : {};
    } catch (error) {
      return {};
    }
  }

  /** Keep the list; false when the browser refuses (a private window, full storage). */
  function write(finished) {
    try {
      localStorage.setItem(KEY, JSON.stringify(finished));
      return true;
    } catch (error) {
      return false;
    }
  }

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  /** A box to tick for one chapter; `name` is what a screen reader says. */
  function box(chapter, words, name, changed) {
    const input = element("input", { type: "checkbox", "aria-label": name });
    input.checked = chapter in read();
    input.addEventListener("change", () => {
      const finished = read();
      if (input.checked) finished[chapter] = new Date().toISOString().slice(0, 10);
      else delete finished[chapter];
      const kept = write(finished);
      markSidebar();
      changed(kept);
    });
    return element("label", { class: "finished-box" }, input, " " + words);
  }

  const REFUSED = "This browser does not let the page keep the list.";

  function minutesOf(item) {
    const text = item.querySelector(".chapter-minutes")?.textContent || "";
    const hours = Number(/(\d+) h/.exec(text)?.[1] || 0);
    const minutes = Number(/(\d+) min/.exec(text)?.[1] || 0);
    return 60 * hours + minutes;
  }

  function duration(minutes) {
    if (minutes < 60) return `${minutes} minutes`;
    const rest = minutes % 60;
    return rest ? `${Math.floor(minutes / 60)} h ${rest} min` : `${minutes / 60} h`;
  }

  /** The course page: a box a chapter, a line that sums up, a button that clears. */
  function courseList(anchor) {
    const items = [...document.querySelectorAll("ul.chapters > li.chapter")];
    const summary = element("p", { class: "progress-line", role: "status" });
    const bar = element("progress", { max: String(items.length), value: "0" });
    bar.setAttribute("aria-label", "Chapters finished");
    const clear = element("button", { type: "button", class: "progress-clear" });
    clear.textContent = "Clear the list";
    const inputs = [];

    function sumUp(kept = true) {
      const done = items.filter((_, i) => inputs[i].checked);
      const left = items.filter((_, i) => !inputs[i].checked).map(minutesOf);
      const minutes = left.reduce((sum, value) => sum + value, 0);
      bar.value = done.length;
      summary.textContent = kept
        ? `${done.length} of ${items.length} chapters finished, ` +
          (minutes ? `about ${duration(minutes)} to go.` : "nothing left to do.")
        : REFUSED;
      clear.disabled = done.length === 0;
    }

    for (const item of items) {
      const link = item.querySelector("a");
      const label = box(
        chapterOf(link.href), "Finished", `Finished: ${link.textContent}`, sumUp);
      inputs.push(label.querySelector("input"));
      item.append(label);
    }
    clear.addEventListener("click", () => {
      const kept = write({});
      for (const input of inputs) input.checked = false;
      markSidebar();
      sumUp(kept);
      inputs[0]?.focus();
    });
    anchor.append(bar, summary, clear);
    sumUp();
  }

  /** The end of a chapter: the same box. */
  function chapterEnd(chapter) {
    const article = document.querySelector("article.bd-article");
    if (!article) return;
    const answer = element("span", { role: "status" });
    const words = "I have finished this chapter";
    const label = box(chapter, words, words, (kept) => {
      answer.textContent = kept ? "" : " " + REFUSED;
    });
    article.append(element("p", { class: "chapter-end" }, label, answer));
  }

  /** A tick in the sidebar beside every finished chapter. */
  function markSidebar() {
    const finished = read();
    for (const link of document.querySelectorAll(".bd-links a.reference.internal")) {
      const chapter = chapterOf(link.href);
      link.querySelector(".tick")?.remove();
      if (chapter && chapter in finished) {
        const spoken = element("span", { class: "visually-hidden" }, " (finished)");
        const tick = element("span", { class: "tick" });
        tick.append(element("span", { "aria-hidden": "true" }, " \u2713"), spoken);
        link.append(tick);
      }
    }
  }

  /** The front page: once a chapter is finished, the first link goes on from there. */
  function goOn() {
    const start = document.querySelector("p.start a");
    const finished = read();
    if (!start || Object.keys(finished).length === 0) return;
    for (const link of document.querySelectorAll(".bd-links a.reference.internal")) {
      const chapter = chapterOf(link.href);
      if (chapter && !(chapter in finished)) {
        start.href = link.href;
        start.textContent = `Go on with chapter ${Number(chapter.split("_")[0])}`;
        return;
      }
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    goOn();
    const anchor = document.querySelector("#progress");
    if (anchor) courseList(anchor);
    const chapter = chapterOf(location.href);
    if (chapter) chapterEnd(chapter);
    markSidebar();
  });
})();
