"use strict";
// All text goes in by textContent: names of AWS are never markup.
const data = JSON.parse(document.getElementById("data").textContent);
const roles = new Map(data.roles.map((role) => [role.arn, role]));
const DRAWN = 60; // more rows than this are a tangle, not a diagram
const byId = (id) => document.getElementById(id);
const nameOf = (arn) => arn.slice(arn.lastIndexOf("/") + 1);
const key = (row) => `${row.cluster}/${row.namespace}/${row.serviceAccount}`;

function element(tag, options = {}, ...children) {
  const { text, ...attributes } = options;
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  made.append(...children.filter((child) => child !== null));
  return made;
}

function findingsOf(row) {
  const used = [roles.get(row.roleArn), roles.get(row.targetRoleArn)].filter(Boolean);
  return [...row.findings, ...used.flatMap((role) => role.findings)];
}

const rank = (found) => (found.some((each) => each.level === "mandatory") ? "bad" : found.length ? "warn" : "");

function badge(found) {
  if (!found.length) return null;
  const mandatory = found.filter((each) => each.level === "mandatory").length;
  const text = mandatory ? `${mandatory} mandatory` : `${found.length} advisory`;
  return element("span", { text, class: `badge ${rank(found)}` });
}

function textOf(row) {
  const used = [roles.get(row.roleArn), roles.get(row.targetRoleArn)].filter(Boolean);
  const policies = used.flatMap((role) => [...role.managedPolicyArns, ...role.inlinePolicies]);
  return [key(row), row.roleArn, row.targetRoleArn ?? "", row.owner ?? "", ...policies].join(" ").toLowerCase();
}

const texts = new Map(data.associations.map((row) => [row, textOf(row)]));

function chosen() {
  const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const cluster = byId("cluster").value;
  const namespace = byId("namespace").value;
  const onlyFindings = byId("only-findings").checked;
  return data.associations.filter(
    (row) =>
      (!cluster || row.cluster === cluster) &&
      (!namespace || row.namespace === namespace) &&
      (!onlyFindings || findingsOf(row).length) &&
      words.every((word) => texts.get(row).includes(word)),
  );
}

// Filters live in the address, so that a view can be linked: map.html#namespace=shop
const FILTERS = ["search", "cluster", "namespace"];

function restore() {
  const asked = new URLSearchParams(location.hash.slice(1));
  for (const id of FILTERS) byId(id).value = asked.get(id) ?? "";
  byId("only-findings").checked = asked.has("findings");
  show();
}

function keep() {
  const asked = new URLSearchParams(FILTERS.filter((id) => byId(id).value).map((id) => [id, byId(id).value]));
  if (byId("only-findings").checked) asked.set("findings", "1");
  history.replaceState(null, "", `#${asked}`);
  show();
}

function show() {
  const rows = chosen();
  byId("shown").textContent = `${rows.length} of ${data.associations.length} associations`;
  byId("diagram").replaceChildren(...(rows.length && rows.length <= DRAWN ? [drawing(rows)] : []));
  byId("table").replaceChildren(table(rows));
}

function table(rows) {
  const head = element("tr", {}, ...["Service account", "Role", "Target role", "Owner", "Findings"].map((text) => element("th", { text, scope: "col" })));
  const body = element("tbody");
  let group = "";
  for (const row of rows) {
    const title = `${row.cluster} / ${row.namespace}`;
    if (title !== group) body.append(element("tr", { class: "group" }, element("td", { text: title, colspan: 5 })));
    group = title;
    body.append(line(row));
  }
  return element("table", {}, element("thead", {}, head), body);
}

function line(row) {
  const made = element(
    "tr",
    { tabindex: 0 },
    element("td", { text: row.serviceAccount }),
    element("td", { text: nameOf(row.roleArn) }),
    element("td", { text: row.targetRoleArn ? `${nameOf(row.targetRoleArn)} (${roles.get(row.targetRoleArn).account})` : "" }),
    element("td", { text: row.owner ?? "" }),
    element("td", {}, badge(findingsOf(row))),
  );
  const open = () => details(row, made);
  made.addEventListener("click", open);
  made.addEventListener("keydown", (event) => event.key === "Enter" && open());
  return made;
}

function details(row, selected) {
  document.querySelectorAll("tr[aria-selected]").forEach((each) => each.removeAttribute("aria-selected"));
  selected?.setAttribute("aria-selected", "true");
  const close = element("button", { type: "button", text: "close", "aria-label": "Close" });
  close.addEventListener("click", () => {
    byId("details").hidden = true;
    document.querySelector("main").classList.remove("open");
  });
  const facts = [`session tags ${row.sessionTags ? "on" : "off"}`, row.sessionPolicy ? "session policy" : "", row.owner ? `owned by add-on ${row.owner}` : ""];
  byId("details").replaceChildren(
    close,
    element("h2", { text: key(row) }),
    element("p", { text: facts.filter(Boolean).join(", ") }),
    ...found(row.findings),
    ...roleDetails("Role", roles.get(row.roleArn)),
    ...(row.targetRoleArn ? roleDetails("Target role", roles.get(row.targetRoleArn)) : []),
  );
  byId("details").hidden = false;
  document.querySelector("main").classList.add("open");
}

function roleDetails(title, role) {
  const policies = [...role.managedPolicyArns.map(nameOf), ...role.inlinePolicies.map((name) => `${name} (inline)`)];
  const state = role.missing ? "IAM has no such role" : role.read ? "" : "not read: another account";
  return [
    element("h3", { text: title }),
    element("p", { text: role.arn }),
    state ? element("p", { text: state, class: role.missing ? "badge bad" : "badge" }) : null,
    element("p", { text: `${role.uses} ${role.uses === 1 ? "association leads" : "associations lead"} to it` }),
    policies.length ? element("ul", {}, ...policies.map((text) => element("li", { text }))) : null,
    role.permissionsBoundaryArn ? element("p", { text: `bounded by ${nameOf(role.permissionsBoundaryArn)}` }) : null,
    ...found(role.findings),
  ].filter((each) => each !== null);
}

function found(findings) {
  return findings.map((each) =>
    element("p", {}, element("span", { text: `${each.level} ${each.rule}`, class: `badge ${rank([each])}` }), " ", each.message, ...each.help.map((text) => element("div", { text: `help: ${text}` }))),
  );
}

const SVG = "http://www.w3.org/2000/svg";
const ROW = 30;

function shape(tag, attributes, text) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function column(names, x, width, label, look, tall) {
  const top = 30 + ((tall - names.length) * ROW) / 2;
  return new Map(
    names.map((name, index) => {
      const y = top + index * ROW;
      const [text, sub] = label(name);
      const box = shape("g", { class: look(name) });
      const room = Math.floor((width - 16) / 6.6);
      const whole = sub ? `${text} · ${sub}` : text;
      box.append(shape("rect", { x, y, width, height: ROW - 6, rx: 5 }), shape("title", {}, `${name}`), shape("text", { x: x + 8, y: y + 16 }, whole.length > room ? `${whole.slice(0, room - 1)}…` : whole));
      return [name, { box, left: [x, y + ROW / 2 - 3], right: [x + width, y + ROW / 2 - 3] }];
    }),
  );
}

function drawing(rows) {
  const unique = (values) => [...new Set(values)];
  const sources = rows.map(key);
  const direct = unique(rows.map((row) => row.roleArn));
  const targets = unique(rows.map((row) => row.targetRoleArn).filter(Boolean));
  const tall = Math.max(sources.length, direct.length, targets.length);
  const width = 1140;
  const svg = shape("svg", { viewBox: `0 0 ${width} ${36 + tall * ROW}`, role: "img" });
  const looks = { bad: "broken", warn: "weak", "": "" };
  const ofRole = (arn) => `${looks[rank(roles.get(arn).findings)]} ${roles.get(arn).missing ? "missing" : ""}`;
  const rowsByKey = new Map(rows.map((row) => [key(row), row]));
  const left = column(sources, 1, 340, (name) => [rowsByKey.get(name).serviceAccount, `${rowsByKey.get(name).cluster}/${rowsByKey.get(name).namespace}`], (name) => looks[rank(rowsByKey.get(name).findings)], tall);
  const middle = column(direct, 440, 300, (arn) => [nameOf(arn), ""], ofRole, tall);
  const right = column(targets, 840, 300, (arn) => [nameOf(arn), roles.get(arn).account], ofRole, tall);
  for (const [x, text] of [[0, "Service accounts"], [440, "Roles"], ...(targets.length ? [[840, "Target roles"]] : [])]) svg.append(shape("text", { x, y: 14, class: "head" }, text));
  const link = ([x1, y1], [x2, y2], look) => svg.append(shape("path", { d: `M${x1},${y1} C${(x1 + x2) / 2},${y1} ${(x1 + x2) / 2},${y2} ${x2},${y2}`, class: look }));
  for (const row of rows) link(left.get(key(row)).right, middle.get(row.roleArn).left, "");
  for (const hop of unique(rows.filter((row) => row.targetRoleArn).map((row) => `${row.roleArn} ${row.targetRoleArn}`))) {
    const [from, to] = hop.split(" ");
    link(middle.get(from).right, right.get(to).left, "hop");
  }
  for (const nodes of [left, middle, right]) svg.append(...[...nodes.values()].map((node) => node.box));
  for (const [name, node] of left) node.box.addEventListener("click", () => details(rowsByKey.get(name), null));
  return svg;
}

function fill(select, all, names) {
  select.replaceChildren(element("option", { text: all, value: "" }), ...names.map((text) => element("option", { text })));
}

function start() {
  const names = (of) => [...new Set(data.associations.map(of))].sort();
  const others = Object.entries(data.others);
  const every = [...data.associations.map((each) => each.findings), ...data.roles.map((each) => each.findings), ...others.map(([, each]) => each)].flat();
  const mandatory = every.filter((each) => each.level === "mandatory").length;
  document.querySelector("h1").textContent = document.title = data.heading;
  const counts = [["associations", data.associations.length, ""], ["roles", data.roles.length, ""], ["mandatory", mandatory, mandatory ? "bad" : ""], ["advisory", every.length - mandatory, every.length > mandatory ? "warn" : ""]];
  byId("counts").append(...counts.map(([text, number, look]) => element("div", { class: look }, element("dt", { text }), element("dd", { text: number }))));
  fill(byId("cluster"), "all clusters", names((row) => row.cluster));
  fill(byId("namespace"), "all namespaces", names((row) => row.namespace));
  byId("notes").append(...others.flatMap(([name, each]) => [element("h3", { text: name }), ...found(each)]), ...data.notes.map((text) => element("p", { text })));
  byId("filters").addEventListener("input", keep);
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", restore);
  restore();
}

start();
