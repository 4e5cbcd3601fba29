// The answers: kept in this browser, exported to a file, imported from one. All three have one form.

const FORMAT = "colorist-answers";
const VERSION = 1;
const CRITERIA = ["relevant", "mimics"];
const ANSWERS = ["yes", "no", "cannotTell"];

const report = JSON.parse(document.getElementById("data").textContent);
const KEY = `colorist-report-${report.id}`;

const answers = {
  annotator: "",
  /** The sample in view, counted from 1. */
  current: 1,
  /** By sample: {relevant: {answer, at}, mimics: {answer, at}, comment}. */
  bySample: new Map(),
  /** Whether the browser keeps them. */
  kept: true,
  /** Whether something is in no file yet. */
  changed: false,

  of(sample) {
    return this.bySample.get(sample) ?? {};
  },

  isWhole(sample) {
    return CRITERIA.every((criterion) => this.of(sample)[criterion]);
  },

  /** How many samples have answers to both questions. */
  whole() {
    return report.samples.filter((_, index) => this.isWhole(index + 1)).length;
  },

  /** Answers a question; the same answer again takes it back. */
  toggle(sample, criterion, answer) {
    const entry = { ...this.of(sample) };
    if (entry[criterion]?.answer === answer) delete entry[criterion];
    else entry[criterion] = { answer, at: new Date().toISOString() };
    this.put(sample, entry);
  },

  comment(sample, text) {
    this.put(sample, { ...this.of(sample), comment: text || undefined });
  },

  put(sample, entry) {
    if (CRITERIA.some((criterion) => entry[criterion]) || entry.comment) this.bySample.set(sample, entry);
    else this.bySample.delete(sample);
    this.changed = true;
    this.keep();
  },

  clear() {
    this.bySample.clear();
    this.annotator = "";
    this.current = 1;
    this.changed = false;
    this.keep();
  },

  /** What is exported. */
  toJson() {
    const samples = [...this.bySample.keys()].sort((a, b) => a - b);
    return {
      format: FORMAT,
      version: VERSION,
      report: report.id,
      student: report.student,
      samples: report.samples.length,
      annotator: this.annotator.trim(),
      exported: new Date().toISOString(),
      answers: samples.map((sample) => ({
        sample,
        intent: report.samples[sample - 1].intent,
        ...this.of(sample),
      })),
    };
  },

  /** Replaces everything by an export; throws an Error with words for the annotator, and changes nothing then. */
  fromText(text) {
    let file;
    try {
      file = JSON.parse(text);
    } catch {
      throw new Error("The file is not JSON. Choose one that this page exported.");
    }
    if (file?.format !== FORMAT || !Array.isArray(file.answers) || typeof file.annotator !== "string") {
      throw new Error("The file holds no answers. Choose one that this page exported.");
    }
    if (file.version !== VERSION) throw new Error("The file was written by another version of this page.");
    if (file.report !== report.id) throw new Error("The file belongs to another report. Open it there.");
    const bySample = new Map();
    for (const { sample, comment, ...rest } of file.answers) {
      const entry = {};
      for (const criterion of CRITERIA) {
        const given = rest[criterion];
        if (given === undefined || given === null) continue;
        if (!ANSWERS.includes(given.answer)) throw new Error("The file has an answer that does not exist.");
        entry[criterion] = { answer: given.answer, at: String(given.at ?? "") };
      }
      if (typeof comment === "string" && comment) entry.comment = comment;
      if (!Number.isInteger(sample) || !report.samples[sample - 1] || bySample.has(sample)) {
        throw new Error("The file has a sample twice, or one that this report has not.");
      }
      bySample.set(sample, entry);
    }
    this.bySample = bySample;
    this.annotator = file.annotator;
    const current = Number.isInteger(file.current) ? file.current : (this.nextOpen(0) ?? 1);
    this.current = Math.min(Math.max(current, 1), report.samples.length);
    this.changed = false;
  },

  /** The next sample after this one, around the end, without both answers. */
  nextOpen(sample) {
    const count = report.samples.length;
    for (let step = 1; step <= count; step += 1) {
      const next = ((sample + step - 1) % count) + 1;
      if (!this.isWhole(next)) return next;
    }
    return null;
  },

  /** The browser may refuse: then they live as long as the page. */
  keep() {
    try {
      localStorage.setItem(KEY, JSON.stringify({ ...this.toJson(), current: this.current }));
      this.kept = true;
    } catch {
      this.kept = false;
    }
  },

  /** Takes up what the browser kept; anything else than that counts as nothing. */
  restore() {
    try {
      const text = localStorage.getItem(KEY);
      if (text !== null) this.fromText(text);
    } catch {
      // Denied or damaged: `keep` finds out which.
    }
    this.keep();
  },
};
