
(() => {
"use strict";
const $ = id => document.getElementById(id);
const el = (name, text, of) => { const made = document.createElement(name); if (text) made.textContent = text; return Object.assign(made, of || {}); };

// search: what has data-find, by all words of the query; those whose name begins with it come first
const entries = [...document.querySelectorAll("[data-find]")].map(node => ({
  id: node.id, name: node.dataset.find, kind: node.dataset.kind === "rule" ? "rule: " + node.querySelector("span").textContent.slice(0, 80) : node.dataset.kind,
  title: node.dataset.find.toLowerCase(),
  words: (node.dataset.kind === "section" ? node.dataset.find : node.dataset.find + " " + node.textContent).toLowerCase(),
}));
const search = $("search"), found = $("found"), most = 40;
document.querySelector(".search").hidden = false;
function look() {
  const query = search.value.trim().toLowerCase(), parts = query.split(/\s+/);
  found.replaceChildren();
  found.hidden = !query;
  $("contents").hidden = !!query;
  if (!query) { $("count").textContent = ""; return; }
  const rank = one => one.title === query ? 0 : one.title.startsWith(query) ? 1 : one.title.includes(query) ? 2 : 3;
  const hits = entries.filter(one => parts.every(part => one.words.includes(part))).sort((a, b) => rank(a) - rank(b));
  for (const hit of hits.slice(0, most)) {
    const link = el("a", hit.name, {href: "#" + hit.id}), item = el("li");
    link.append(el("small", hit.kind));
    item.append(link);
    found.append(item);
  }
  $("count").textContent = hits.length ? hits.length + (hits.length === 1 ? " place" : " places") + (hits.length > most ? ", the first " + most + " shown" : "") : "Nothing found";
}
function clear() { search.value = ""; look(); }
search.addEventListener("input", look);
document.addEventListener("keydown", event => {
  const at = document.activeElement, links = [...found.querySelectorAll("a")], index = links.indexOf(at);
  const typing = at.isContentEditable || /^(input|textarea|select)$/i.test(at.localName) && at.type !== "radio";
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) { event.preventDefault(); search.focus(); search.select(); }
  else if (event.key === "Escape" && (at === search || index >= 0)) { event.preventDefault(); clear(); search.focus(); }
  else if (event.key === "ArrowDown" && (at === search || index >= 0) && links.length) { event.preventDefault(); links[Math.min(index + 1, links.length - 1)].focus(); }
  else if (event.key === "ArrowUp" && index >= 0) { event.preventDefault(); (links[index - 1] || search).focus(); }
  else if (event.key === "Enter" && at === search && links.length) { event.preventDefault(); links[0].click(); }
});
found.addEventListener("click", event => {
  const link = event.target.closest("a");
  const goal = link && $(link.hash.slice(1));
  if (!goal) return;
  goal.tabIndex = -1;
  // later, and not any more where somebody has gone on meanwhile
  requestAnimationFrame(() => { if ([link, document.body].includes(document.activeElement)) goal.focus({preventScroll: true}); });
});

// which section is being read
if ("IntersectionObserver" in window) {
  const links = new Map([...document.querySelectorAll("#contents a")].map(link => [link.hash.slice(1), link]));
  const observer = new IntersectionObserver(seen => {
    for (const one of seen) if (one.isIntersecting && links.has(one.target.id)) {
      for (const link of links.values()) link.removeAttribute("aria-current");
      links.get(one.target.id).setAttribute("aria-current", "true");
    }
  }, {rootMargin: "-10% 0px -80% 0px"});
  for (const id of links.keys()) if ($(id)) observer.observe($(id));
}

// try it: only where the page is served
if (!$("trial-data")) return;
const data = JSON.parse($("trial-data").textContent), form = $("trial");
const text = $("trial-text"), type = $("trial-type"), status = $("trial-status"), select = $("trial-select");
const what = () => form.elements.what.value;
form.hidden = false;

function options(node, names) {
  const held = node.value;
  node.replaceChildren(...names.map(name => el("option", name || "anything", {value: name})));
  if (names.includes(held)) node.value = held;
}
function types() { return (what() === "response" ? data.answers[status.value] : data.request) || []; }
function arrange() {
  for (const node of form.querySelectorAll("[data-for]")) node.hidden = !node.dataset.for.split(" ").includes(what());
  if (!data.select) $("trial-select-row").hidden = true;
  options(type, types());
  $("trial-send").disabled = what() === "response";
  $("trial-sample").disabled = what() === "response";
}
function parts() {
  const way = data.ways[$("trial-way").value] || {parts: []}, made = [];
  way.parts.forEach((part, number) => {
    const fields = part.how === "basic" ? [["user", "Name", "text"], ["password", "Password", "password"]] : [["token", part.name, "password"]];
    for (const [key, label, kind] of fields) {
      const id = "trial-" + key + number, row = el("p");
      row.append(el("label", label, {htmlFor: id}), el("input", "", {id, type: kind, autocomplete: "off", spellcheck: false}));
      made.push(row);
    }
  });
  $("trial-parts").replaceChildren(...made);
}
function sign(headers, query) {
  const way = data.ways[$("trial-way").value] || {parts: []};
  way.parts.forEach((part, number) => {
    const value = key => $("trial-" + key + number).value;
    if (part.how === "basic") headers.push(["Authorization", "Basic " + btoa(String.fromCharCode(...new TextEncoder().encode(value("user") + ":" + value("password"))))]);
    else if (part.how === "token") headers.push(["Authorization", part.name + " " + value("token")]);
    else if (part.how === "header") headers.push([part.name, value("token")]);
    else query.push(encodeURIComponent(part.name) + "=" + encodeURIComponent(value("token")));
  });
}

async function ask(question, signal) {
  const answer = await fetch(data.judge, {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(question), signal, credentials: "omit", cache: "no-store"});
  if (!answer.ok) throw new Error((await answer.text()).slice(0, 300) || "status " + answer.status);
  return answer.json();
}
function rule(pointer) {
  for (let at = pointer; at; at = at.slice(0, at.lastIndexOf("/"))) {
    const id = at.split("/").map(token => encodeURIComponent(token).replace(/%(2F|3F|3A|40|21|24|26|27|28|29|2A|2B|2C|3B|3D|7E)/g, decodeURIComponent)).join("/");
    if ($(id)) return "#" + id;
  }
  return "#rules";
}
function finding(one) {
  const item = el("li"), head = el("p"), place = [one.where === "body" ? "" : one.where, one.pointer, one.line ? "line " + one.line + (one.column ? ", column " + one.column : "") : ""].filter(Boolean).join(", ");
  head.append(el("span", one.severity, {className: one.severity}), " ", el("a", one.code, {href: "#code/" + one.code}), " " + one.message);
  item.append(head);
  if (one.excerpt !== null) item.append(el("pre", one.excerpt + "\n" + " ".repeat(one.caret) + "^", {tabIndex: 0}));
  if (one.hint) item.append(el("p", one.hint));
  const foot = el("p", place ? place + "; " : "", {className: "bounds"});
  if (one.spec_line) foot.append("rule: ", el("a", "line " + one.spec_line + " of the contract", {href: rule(one.spec_pointer)}));
  item.append(foot);
  return item;
}
function count(number, noun) { return number + " " + noun + (number === 1 ? "" : "s"); }
function say(node, list, said) {
  const errors = said.findings.filter(one => one.severity === "error").length, warnings = said.findings.length - errors;
  node.dataset.state = errors ? "bad" : warnings ? "warn" : "good";
  const counts = [errors ? count(errors, "error") : "", warnings ? count(warnings, "warning") : ""].filter(Boolean).join(", ");
  node.textContent = (said.name ? said.name + ": " : "") + (said.valid ? "Valid" : "Not valid") + (counts ? "; " + counts + ". " + said.findings[0].message : ".") + (said.omitted ? " And " + said.omitted + " more." : "");
  list.replaceChildren(...said.findings.map(finding));
}
function fail(node, list, error) { node.dataset.state = "bad"; node.textContent = "It could not be judged: " + error.message; list.replaceChildren(); }

let timer = 0, running = null;
async function judge() {
  if (running) running.abort();
  const verdict = $("trial-verdict"), list = $("trial-findings");
  if (!text.value.trim()) { verdict.textContent = ""; list.replaceChildren(); return; }
  const mine = running = new AbortController();
  const question = {as: what(), text: text.value, content_type: type.value};
  if (what() === "response") question.status = Number(status.value);
  if (what() === "response" && select.value.trim()) question.select = select.value.trim();
  try { say(verdict, list, await ask(question, mine.signal)); }
  catch (error) { if (error.name !== "AbortError") fail(verdict, list, error); }
}
function later() { clearTimeout(timer); timer = setTimeout(judge, 300); }

function message() {
  if (what() !== "messages") {
    const headers = [], query = [];
    sign(headers, query);
    if (select.value.trim() && data.select) query.push(data.select + "=" + encodeURIComponent(select.value.trim()).replace(/%2C/g, ",").replace(/%2F/g, "/"));
    if ($("trial-accept").value) headers.push(["Accept", $("trial-accept").value]);
    headers.push(["Content-Type", type.value]);
    return {method: data.method, url: data.path + (query.length ? "?" + query.join("&") : ""), headers, body: text.value};
  }
  const [head, ...rest] = text.value.replace(/\r\n/g, "\n").split("\n\n"), lines = head.split("\n").filter(line => line && !/^(#|\/\/)/.test(line));
  const [method, target] = (lines.shift() || "").split(/\s+/);
  if (!target || /^HTTP\//.test(method)) throw new Error("the first line must be that of a request");
  const url = target.replace(/^[a-z]+:\/\/[^/]*/i, "") || "/";
  const headers = lines.map(line => { const at = line.indexOf(":"); return [line.slice(0, at).trim(), line.slice(at + 1).trim()]; }).filter(pair => pair[0]);
  return {method, url, headers, body: rest.join("\n\n")};
}
async function send(event) {
  event.preventDefault();
  const told = $("trial-sent"), list = $("trial-judged"), shown = $("trial-answer"), button = $("trial-send");
  list.replaceChildren();
  shown.hidden = true;
  told.dataset.state = "";
  told.textContent = "Sending";
  button.disabled = true;
  try {
    const request = message(), refused = /^(host|content-length|cookie|connection|transfer-encoding|origin)$/i;
    if (!request.url.startsWith("/") || request.url.startsWith("//")) throw new Error("only this server is sent to");
    const answer = await fetch(request.url, {method: request.method, headers: request.headers.filter(pair => !refused.test(pair[0])), body: /^(get|head)$/i.test(request.method) ? undefined : request.body, credentials: "omit", cache: "no-store", redirect: "error"});
    const body = await answer.text(), headers = [...answer.headers];
    shown.textContent = "HTTP/1.1 " + answer.status + " " + answer.statusText + "\n" + headers.map(pair => pair.join(": ")).join("\n") + "\n\n" + body;
    shown.hidden = false;
    const asked = {method: request.method, url: request.url, headers: request.headers.filter(pair => /^accept/i.test(pair[0]))};
    say(told, list, await ask({as: "answer", text: body, status: answer.status, headers, request: asked}));
    told.textContent = "Status " + answer.status + ". The answer: " + told.textContent;
  } catch (error) { told.dataset.state = "bad"; told.textContent = "It was not sent, or not answered: " + error.message; }
  button.disabled = what() === "response";
}

options(status, Object.keys(data.answers));
$("trial-select-name").textContent = data.select || "";
$("trial-way").replaceChildren(...data.ways.map((way, number) => el("option", way.name, {value: number})));
if (!data.ways.length) $("trial-way").parentElement.hidden = true;
options($("trial-accept"), ["", ...(data.answers[Object.keys(data.answers).find(one => one.startsWith("2"))] || [])]);
arrange();
parts();
$("trial-way").addEventListener("change", parts);
status.addEventListener("change", arrange);
form.addEventListener("change", event => { if (event.target.name === "what") arrange(); if (!event.target.closest("#trial-credentials")) later(); });
text.addEventListener("input", later);
select.addEventListener("input", later);
$("trial-sample").addEventListener("click", () => {
  const body = data.samples[type.value] || "";
  text.value = what() === "messages" ? data.method + " " + data.path + "\nContent-Type: " + type.value + "\n\n" + body : body;
  judge();
});
form.addEventListener("submit", send);
})();
