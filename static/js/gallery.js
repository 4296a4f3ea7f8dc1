// The gallery on a gig's page: small pictures turn it in place, with buttons and arrow keys beside the scrolling.
for (const gallery of document.querySelectorAll("[data-gallery]")) {
  const track = gallery.querySelector("[data-track]");
  const slides = [...track.children];
  const links = [...gallery.querySelectorAll(".gallery-thumbs a")];
  const turns = [...gallery.querySelectorAll("[data-turn]")];
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)");
  let current = 0;

  const show = (number) => {
    const wanted = Math.min(slides.length - 1, Math.max(0, number));
    const away = slides[wanted].getBoundingClientRect().left - track.getBoundingClientRect().left;
    track.scrollTo({
      left: track.scrollLeft + away, // not scrollBy: that stops at the next one
      behavior: isCalm.matches ? "auto" : "smooth",
    });
  };

  const mark = (number) => {
    current = number;
    links.forEach((link, index) => (index === number ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
    for (const button of turns) button.disabled = button.dataset.turn === "1" ? number === slides.length - 1 : number === 0;
    slides.forEach((slide, index) => index !== number && slide.querySelector("video")?.pause());
  };

  const seen = new IntersectionObserver(
    (entries) => {
      const entry = entries.find(({ isIntersecting }) => isIntersecting);
      if (entry) mark(slides.indexOf(entry.target));
    },
    { root: track, threshold: 0.6 },
  );
  for (const slide of slides) seen.observe(slide);

  links.forEach((link, index) =>
    link.addEventListener("click", (event) => {
      event.preventDefault();
      show(index);
    }),
  );
  for (const button of turns) {
    button.hidden = false;
    button.addEventListener("click", () => show(current + Number(button.dataset.turn)));
  }
  // A video has its own use for the arrow keys.
  track.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || event.target !== track) return;
    event.preventDefault();
    show(current + (document.dir === "rtl" ? -step : step));
  });
  mark(0);
}
