
// What is shown, and what keys and buttons do.

const PICTURES = ["source", "teacher", "student"];
/** A key or button held longer than this, in milliseconds, was held and not pressed. */
const HOLD = 350;

const $ = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];
const total = report.samples.length;
/** Whether the end was announced. */
let announced = false;

function jpeg(data) {
  return `data:image/jpeg;base64,${data}`;
}

/** Everything that depends on the answers. */
function refresh() {
  const entry = answers.of(answers.current);
  for (const fieldset of all("fieldset[data-criterion]")) {
    const given = entry[fieldset.dataset.criterion]?.answer;
    for (const button of fieldset.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.dataset.answer === given));
    }
  }
  const whole = answers.whole();
  $("bar").max = total;
  $("bar").value = whole;
  const progress = `Sample ${answers.current} of ${total} · ${whole} answered`;
  if ($("progress").textContent !== progress) $("progress").textContent = progress;
  for (const option of $("go").options) {
    const sample = Number(option.value);
    option.textContent = `${sample} of ${total}${answers.isWhole(sample) ? " ✓" : ""}`;
  }
  $("go").value = String(answers.current);
  disable("previous", answers.current === 1);
  disable("next", answers.current === total);
  const open = answers.nextOpen(answers.current);
  disable("open", open === null || open === answers.current);
  const done = whole === total;
  $("next").classList.toggle("primary", answers.isWhole(answers.current) && !done && answers.current < total);
  $("export").classList.toggle("primary", done);
  if (done && !announced) say(`All ${total} samples are answered. Export the answers, and give the file to the person who gave you this page.`);
  announced = done;
  $("warning").hidden = answers.kept;
  $("warning").textContent = answers.kept
    ? ""
    : "This browser keeps nothing for this page: your answers are lost when it is closed or reloaded. Export them before.";
}

/** Stays focusable, unlike `disabled`, so that nobody loses the place at either end. */
function disable(id, off) {
  $(id).setAttribute("aria-disabled", String(off));
}

function say(text) {
  $("message").textContent = text;
}

/** Shows a sample. */
function show(sample) {
  answers.current = Math.min(Math.max(sample, 1), total);
  const { intent, photo, teacher, student } = report.samples[answers.current - 1];
  const sources = { source: report.photos[photo].jpeg, teacher: teacher.jpeg, student: student.jpeg };
  for (const image of all("img[data-picture]")) image.src = jpeg(sources[image.dataset.picture]);
  for (const id of ["intent", "wish"]) $(id).textContent = intent;
  $("comment").value = answers.of(answers.current).comment ?? "";
  $("parameters").replaceChildren(...rows(teacher.edit, student.edit));
  $("tools").open = false;
  say("");
  compare(false);
  answers.keep();
  refresh();
}

function go(sample) {
  if (sample < 1 || sample > total || sample === answers.current) return;
  show(sample);
  $("intent").scrollIntoView({ block: "nearest" });
}

/** An edit's parameters by name, tool by tool. */
function parameters({ adjust, selectiveAdjust, filter }) {
  const words = (name) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const signed = (value) => (value > 0 ? `+${value}` : String(value).replace("-", "−"));
  const numbers = (entries) => new Map(entries.map(([name, value]) => [name, value && signed(value)]));
  const colors = Object.entries(selectiveAdjust ?? {}).flatMap(([color, values]) =>
    Object.entries(values).map(([name, value]) => [`${color}s: ${name}`, value]));
  return [
    numbers(Object.entries(adjust ?? {}).map(([name, value]) => [words(name), value])),
    numbers(colors),
    new Map(filter ? [["filter", `${filter.name.replace("_", " ")} ${filter.intensity}`]] : []),
  ];
}

/** A row for each parameter that either of them changes. */
function rows(teacher, student) {
  const [left, right] = [parameters(teacher), parameters(student)];
  return left.flatMap((tool, index) => {
    const sides = [tool, right[index]];
    const names = [...new Set(sides.flatMap((side) => [...side.keys()]))];
    return names.filter((name) => sides.some((side) => side.get(name))).map((name) => row(name, sides));
  });
}

function row(name, sides) {
  const row = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = name;
  row.append(head);
  for (const side of sides) row.insertCell().textContent = side.get(name) || "–";
  return row;
}

function choose(criterion, answer) {
  answers.toggle(answers.current, criterion, answer);
  refresh();
}

/** Puts the source in the place of both results, or takes it away. */
function compare(on) {
  $("stage").classList.toggle("comparing", on);
  $("compare").setAttribute("aria-pressed", String(on));
}

/** Held, the source is there as long; pressed once, until the next press. */
const holding = {
  since: null,
  before: false,
  begin() {
    if (this.since !== null) return;
    this.since = performance.now();
    this.before = $("compare").getAttribute("aria-pressed") === "true";
    compare(true);
  },
  end() {
    if (this.since === null) return;
    if (this.before || performance.now() - this.since > HOLD) compare(false);
    this.since = null;
  },
};

function view(picture) {
  if (!$("large").open) $("large").showModal();
  document.querySelector(".large").dataset.view = picture;
  for (const button of all("button[data-view]")) {
    const on = button.dataset.view === picture;
    button.setAttribute("aria-pressed", String(on));
    if (on) button.focus();
  }
}

function exportFile() {
  if (!answers.annotator.trim()) {
    say("Write your name first: it tells your answers from those of others.");
    $("name").focus();
    return;
  }
  const name = answers.annotator.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "") || "annotator";
  const text = `${JSON.stringify(answers.toJson(), null, 1)}\n`;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = `answers-${name}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  answers.changed = false;
  const open = total - answers.whole();
  say(`Exported as ${link.download}${open ? `; ${open} of ${total} samples still lack an answer` : ""}.`);
}

async function importFile() {
  const [file] = $("file").files;
  $("file").value = "";
  if (!file) return;
  const text = await file.text();
  const given = answers.bySample.size;
  if (given && !confirm(`Replace the answers to ${given} samples on this page by those in the file?`)) return;
  try {
    answers.fromText(text);
  } catch (error) {
    say(error.message);
    return;
  }
  $("name").value = answers.annotator;
  show(answers.current);
  say(`Imported the answers to ${answers.bySample.size} samples.`);
}

function clear() {
  if (!confirm("Delete all answers and the name on this page? Exported files stay.")) return;
  answers.clear();
  $("name").value = "";
  show(1);
}

/** What a key does; `undefined` where it does nothing of ours. */
function shortcut(key) {
  const picture = PICTURES["abc".indexOf(key)];
  if (picture) return () => view(picture);
  if ($("large").open) return undefined;
  if (/^[1-6]$/.test(key)) {
    const place = Number(key) - 1;
    return () => choose(CRITERIA[Math.floor(place / 3)], ANSWERS[place % 3]);
  }
  return {
    arrowleft: () => go(answers.current - 1),
    arrowright: () => go(answers.current + 1),
    n: () => nextOpen(),
    x: () => holding.begin(),
  }[key];
}

function nextOpen() {
  const open = answers.nextOpen(answers.current);
  if (open !== null) go(open);
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !$("shortcuts").checked) return;
  if (event.target.matches("input:not([type=checkbox]), textarea, select")) return;
  const act = shortcut(event.key.toLowerCase());
  if (!act) return;
  event.preventDefault();
  if (!event.repeat || event.key.startsWith("Arrow")) act();
}

function wire() {
  const press = (id, act) => $(id).addEventListener("click", () => {
    if ($(id).getAttribute("aria-disabled") !== "true") act();
  });
  press("previous", () => go(answers.current - 1));
  press("next", () => go(answers.current + 1));
  press("open", nextOpen);
  press("export", exportFile);
  press("import", () => $("file").click());
  press("clear", clear);
  press("close", () => $("large").close());
  $("file").addEventListener("change", importFile);
  $("go").addEventListener("change", () => go(Number($("go").value)));
  $("comment").addEventListener("input", () => {
    answers.comment(answers.current, $("comment").value);
    refresh();
  });
  $("name").addEventListener("input", () => {
    answers.annotator = $("name").value;
    answers.keep();
    refresh();
  });
  for (const button of all("[data-answer]")) {
    button.addEventListener("click", () => choose(button.closest("fieldset").dataset.criterion, button.dataset.answer));
  }
  for (const button of all("[data-enlarge]")) button.addEventListener("click", () => view(button.dataset.enlarge));
  for (const button of all("button[data-view]")) button.addEventListener("click", () => view(button.dataset.view));
  for (const image of all(".stage img:not(.over)")) image.addEventListener("click", () => view(image.dataset.picture));

  document.addEventListener("keydown", onKey);
  document.addEventListener("keyup", (event) => event.key.toLowerCase() === "x" && holding.end());
  addEventListener("blur", () => holding.end());
  $("compare").addEventListener("pointerdown", (event) => {
    if (event.button === 0) holding.begin();
  });
  for (const event of ["pointerup", "pointercancel"]) addEventListener(event, () => holding.end());
  // By a key on the focused button, or by an assistive technology: no pointer was down.
  $("compare").addEventListener("click", (event) => {
    if (event.detail === 0) compare($("compare").getAttribute("aria-pressed") !== "true");
  });
  // The same report in another tab.
  addEventListener("storage", (event) => {
    if (event.key !== KEY || event.newValue === null) return;
    const { current } = answers;
    answers.fromText(event.newValue);
    answers.current = current;
    $("name").value = answers.annotator;
    $("comment").value = answers.of(current).comment ?? "";
    refresh();
  });
  addEventListener("beforeunload", (event) => {
    if (!answers.kept && answers.changed) event.preventDefault();
  });
}

answers.restore();
$("go").replaceChildren(...report.samples.map((_, index) => new Option("", String(index + 1))));
$("name").value = answers.annotator;
$("report").textContent = report.id;
$("student").textContent = report.student;
document.documentElement.style.setProperty("--shape", Math.min(...report.photos.map(({ width, height }) => width / height)));
wire();
show(answers.current);
