// A date picker for both calendars: a text box to type in, and a grid to walk with the keyboard.
import {
  CalendarDate,
  GregorianCalendar,
  PersianCalendar,
  getDayOfWeek,
  parseDate,
  startOfMonth,
  toCalendar,
} from "@internationalized/date";
import { isPersian, latin, local } from "./digits.js";

const GREGORIAN = new GregorianCalendar();
const CALENDARS = { jalali: new PersianCalendar(), gregorian: GREGORIAN };

function names(calendar, lang) {
  const locale = lang + (calendar === "jalali" ? "-u-ca-persian" : "-u-ca-gregory");
  const months = new Intl.DateTimeFormat(locale, { month: "long", timeZone: "UTC" });
  return (date) => months.format(toCalendar(date, GREGORIAN).toDate("UTC"));
}

export function datePicker() {
  return {
    open: false,
    iso: "",
    cursor: null,
    weeks: [],
    title: "",
    init() {
      const data = this.$root.dataset;
      this.kind = data.calendar;
      this.calendar = CALENDARS[data.calendar];
      this.lang = data.lang;
      this.min = data.min;
      this.max = data.max;
      this.today = data.today;
      this.iso = this.$refs.value.value;
      this.monthName = names(this.kind, this.lang);
      // Without script the text box itself is posted; with it, the hidden ISO date is.
      this.$refs.value.name = this.$refs.text.name;
      this.$refs.text.removeAttribute("name");
      this.goTo(this.iso || this.today);
    },
    goTo(iso) {
      try {
        this.cursor = toCalendar(parseDate(iso), this.calendar);
      } catch {
        this.cursor = toCalendar(parseDate(this.today), this.calendar);
      }
      this.draw();
    },
    isoOf(date) {
      return toCalendar(date, GREGORIAN).toString();
    },
    draw() {
      const first = startOfMonth(this.cursor);
      const lead = getDayOfWeek(first, "en-US", this.kind === "jalali" ? "sat" : "mon");
      const weeks = [];
      let day = first.subtract({ days: lead });
      const cursor = this.isoOf(this.cursor);
      do {
        const week = { key: this.isoOf(day), days: [] };
        for (let i = 0; i < 7; i++) {
          week.days.push(this.cell(day, cursor));
          day = day.add({ days: 1 });
        }
        weeks.push(week);
      } while (day.month === this.cursor.month);
      this.weeks = weeks;
      this.title = `${this.monthName(this.cursor)} ${local(String(this.cursor.year))}`;
    },
    cell(day, cursor) {
      const iso = this.isoOf(day);
      const outside = day.month !== this.cursor.month;
      const blocked = (this.min && iso < this.min) || (this.max && iso > this.max);
      return {
        iso,
        label: local(String(day.day)),
        full: `${local(String(day.day))} ${this.monthName(day)} ${local(String(day.year))}`,
        tab: iso === cursor ? 0 : -1,
        disabled: Boolean(blocked),
        selected: iso === this.iso ? "true" : "false",
        current: iso === this.today ? "date" : false,
        css: [
          "btn btn-sm btn-square",
          iso === this.iso ? "btn-primary" : "btn-ghost",
          iso === this.today && iso !== this.iso ? "text-primary underline" : "",
          outside ? "opacity-70 font-normal" : "",
        ].join(" "),
      };
    },
    toggle() {
      if (this.open) return this.close();
      this.goTo(this.iso || this.today);
      this.open = true;
      this.$nextTick(() => this.focusDay());
    },
    close() {
      this.open = false;
      this.$refs.button.focus();
    },
    leave(event) {
      if (this.open && !this.$root.contains(event.target)) this.open = false;
    },
    focusDay() {
      this.$refs.grid.querySelector('[tabindex="0"]')?.focus();
    },
    move(amount) {
      this.cursor = this.cursor.add(amount);
      this.draw();
      this.$nextTick(() => this.focusDay());
    },
    previousMonth() {
      this.cursor = this.cursor.add({ months: -1 });
      this.draw();
    },
    nextMonth() {
      this.cursor = this.cursor.add({ months: 1 });
      this.draw();
    },
    key(event) {
      const forward = isPersian() ? -1 : 1;
      const steps = {
        ArrowRight: { days: forward },
        ArrowLeft: { days: -forward },
        ArrowDown: { days: 7 },
        ArrowUp: { days: -7 },
        PageDown: event.shiftKey ? { years: 1 } : { months: 1 },
        PageUp: event.shiftKey ? { years: -1 } : { months: -1 },
        Home: { days: 1 - this.cursor.day },
        End: { days: this.calendar.getDaysInMonth(this.cursor) - this.cursor.day },
      };
      if (event.key === "Escape") {
        event.stopPropagation();
        this.close();
      } else if (steps[event.key]) {
        event.preventDefault();
        this.move(steps[event.key]);
      }
    },
    pick(event) {
      this.choose(event.currentTarget.dataset.iso);
      this.close();
    },
    pickToday() {
      this.choose(this.today);
      this.close();
    },
    choose(iso) {
      this.iso = iso;
      this.goTo(iso);
      const { year, month, day } = this.cursor;
      const parts = [year, String(month).padStart(2, "0"), String(day).padStart(2, "0")];
      this.$refs.text.value = local(parts.join(this.lang === "fa" ? "/" : "-"));
      this.publish(iso);
    },
    publish(value) {
      this.$refs.value.value = value;
      this.$refs.value.dispatchEvent(new Event("change", { bubbles: true }));
    },
    // What was typed becomes ISO when it is a date of the shown calendar; else the server reads it.
    typed() {
      const text = latin(this.$refs.text.value).trim();
      const match = /^(\d{4})[/\-.](\d{1,2})[/\-.](\d{1,2})$/.exec(text);
      if (match) {
        const [year, month, day] = match.slice(1).map(Number);
        const calendar = year < 1600 ? CALENDARS.jalali : GREGORIAN;
        const date = new CalendarDate(calendar, year, month, day);
        if (date.month === month && date.day === day) return this.choose(this.isoOf(date));
      }
      this.iso = "";
      this.publish(text);
    },
  };
}
