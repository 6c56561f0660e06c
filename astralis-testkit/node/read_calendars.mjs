// Reads calendars as npm's `ical.js` understands them: the same questions and answers as
// python/read_calendars.py, beside which it stands.

import { createInterface } from "node:readline";
import ICAL from "ical.js";

const asText = (component, name) => component.getFirstPropertyValue(name)?.toString() ?? null;

/** An instant in UTC, or a date. */
function moment(time) {
  if (time.isDate) return time.toString();
  if (time.zone === ICAL.Timezone.localTimezone) return `${time} (floating)`;
  return new Date(time.toUnixTime() * 1000).toISOString().replace(".000", "");
}

const person = (property) => ({
  name: property.getFirstParameter("cn") ?? "",
  address: property.getFirstValue(),
  status: property.getFirstParameter("partstat") ?? "",
  role: property.getFirstParameter("role") ?? "",
  rsvp: property.getFirstParameter("rsvp") ?? "",
});

function event(component) {
  const id = component.getFirstPropertyValue("recurrence-id");
  const alarms = component.getAllSubcomponents("valarm");
  return {
    uid: asText(component, "uid"),
    sequence: component.getFirstPropertyValue("sequence"),
    summary: asText(component, "summary"),
    description: asText(component, "description"),
    location: asText(component, "location"),
    url: asText(component, "url"),
    status: asText(component, "status"),
    recurrenceId: id ? moment(id) : null,
    organizer: component.getAllProperties("organizer").map((one) => person(one).name),
    attendees: component.getAllProperties("attendee").map(person),
    alarms: alarms.map((alarm) => alarm.getFirstPropertyValue("trigger").toSeconds()),
    properties: component
      .getAllProperties()
      .map((one) => one.name.toUpperCase())
      .sort(),
  };
}

/** Every occurrence that overlaps the window; those that began two months later may have moved. */
function occurrences(components, from, to) {
  const found = [];
  const add = ({ startDate, endDate, item }) => {
    const during = [startDate.toJSDate(), endDate.toJSDate()];
    if (item.component.getFirstPropertyValue("status") === "CANCELLED") return;
    if (during[0] < to && during[1] > from) found.push([moment(startDate), moment(endDate)]);
  };
  const isChange = (component) => component.hasProperty("recurrence-id");
  const changes = components.filter(isChange);
  const masters = components.filter((component) => !isChange(component));
  const limit = to.getTime() + 60 * 86_400_000;
  for (const component of masters) {
    const master = new ICAL.Event(component, { exceptions: [] });
    const uid = asText(component, "uid");
    for (const change of changes.filter((one) => asText(one, "uid") === uid)) {
      master.relateException(change);
    }
    if (!master.isRecurring()) {
      add({ startDate: master.startDate, endDate: master.endDate, item: master });
      continue;
    }
    const times = master.iterator();
    for (let time = times.next(); time && time.toJSDate() < limit; time = times.next()) {
      add(master.getOccurrenceDetails(time));
    }
  }
  return found.sort();
}

function freeBusy(calendar) {
  const periods = (property) =>
    property
      .getValues()
      .map((one) => [property.getFirstParameter("fbtype"), moment(one.start), moment(one.end)]);
  const components = calendar.getAllSubcomponents("vfreebusy");
  return components.flatMap((one) => one.getAllProperties("freebusy").flatMap(periods));
}

function read({ text, from, to }) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.register(zone);
  }
  const components = calendar.getAllSubcomponents("vevent");
  return {
    method: asText(calendar, "method"),
    name: asText(calendar, "x-wr-calname"),
    events: components.map(event),
    busy: occurrences(components, new Date(from), new Date(to)),
    freeBusy: freeBusy(calendar),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = read(JSON.parse(line));
  } catch (error) {
    answer = { error: String(error) };
  }
  console.log(JSON.stringify(answer));
}
