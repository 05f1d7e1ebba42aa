// Shows what the township's store says of last night. No rule lives here: every figure comes ready from the server.
"use strict";

const cell = (text) => {
  const td = document.createElement("td");
  td.textContent = text ?? "";
  return td;
};

const fill = (id, rows, empty) => {
  const body = document.querySelector(`#${id} tbody`);
  body.replaceChildren(...rows.map((row) => {
    const tr = document.createElement("tr");
    tr.append(...row.map(cell));
    return tr;
  }));
  if (rows.length === 0) {
    const td = cell(empty);
    td.colSpan = 9;
    body.append(document.createElement("tr"));
    body.lastChild.append(td);
  }
};

// The township's wall clock, wherever the browser thinks it is.
const moment = (millis) => (millis ? new Date(millis).toLocaleString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" }) : "从未");

const show = (night) => {
  document.getElementById("township").textContent = night.township;
  document.getElementById("period").textContent = `${moment(night.from)} 至 ${moment(night.to)}`;
  const sums = [
    ["手机", night.devices.enrolled], ["已同步", night.devices.synced], ["未同步", night.devices.missing],
    ["合并改动", night.changes.recorded], ["新事项", night.new_matters_total], ["冲突", night.conflicts_total],
    ["待定", night.changes.held], ["未收", night.changes.refused],
  ];
  document.getElementById("sums").replaceChildren(...sums.map(([name, value]) => {
    const div = document.createElement("div");
    const dt = document.createElement("dt");
    const dd = document.createElement("dd");
    dt.textContent = name;
    dd.textContent = value.toLocaleString("zh-CN");
    div.append(dt, dd);
    return div;
  }));
  fill("matters", night.new_matters.map((m) => [m.title, m.village, m.category, m.state, m.recorded_by]), "昨夜没有新事项。");
  fill("conflicts", night.conflicts.map((c) => [c.document, c.village, c.item, c.values]), "没有冲突。");
  fill("missing", night.missing.map((d) => [d.name, d.village, moment(d.last_contact)]), "都同步了。");
  fill("villages", night.villages.map((v) => [v.village, v.enrolled, v.synced, v.missing]), "还没有手机登记。");
};

const reasons = { 1: "已不是他联系的户", 2: "手机已停用", 3: "跟在另一条待定之后" };

const kinds = { household: "农户", diary: "日记", matter: "事项", roster: "名册" };

const button = (text, act) => {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
};

let act = "";

// The other word of the session, which every act brings along; whoever has not signed in does so first.
const signedIn = async () => {
  const answer = await fetch("/office/v1/session");
  if (answer.status === 401) location.replace("/office/sign-in");
  if (answer.ok) act = (await answer.json()).act ?? "";
};

// Decides, says what came of it, and reads everything again.
const decide = async (work, what, body) => {
  const said = document.getElementById("held-said");
  const answer = await fetch(`/office/v1/held/${work.doc}/${work.change}/${what}`, {
    method: "POST", headers: { "content-type": "application/json", "x-lianhu-act": act }, body: JSON.stringify(body),
  });
  const told = await answer.json();
  said.textContent = answer.ok ? `${what === "accept" ? "已收下" : "已退回"} ${told.decided} 条。` : `没有办成：${told.message}`;
  await refresh();
};

const showHeld = (held) => {
  const rows = held.map((work) => {
    const words = work.words.map((word) => `${word.part}：${word.said}`).join("\n") || "（日记原文不给镇里看）";
    const tr = document.createElement("tr");
    tr.append(cell(work.name ?? "名册里已没有"), cell(work.document || kinds[work.kind]), cell(words), cell(reasons[work.reason] ?? "其他"));
    const acts = document.createElement("td");
    const decline = () => {
      const reason = document.createElement("input");
      reason.setAttribute("aria-label", "不收的理由");
      reason.placeholder = "理由，本人会看到";
      reason.maxLength = 200;
      acts.replaceChildren(reason, button("退回", () => decide(work, "decline", { reason: reason.value })));
      reason.focus();
    };
    acts.append(button("收下", () => decide(work, "accept", {})), button("不收……", decline));
    tr.append(acts);
    return tr;
  });
  fill("held", [], "没有待定的。");
  if (rows.length > 0) document.querySelector("#held tbody").replaceChildren(...rows);
};

const refresh = async () => {
  const period = document.getElementById("period");
  try {
    await signedIn();
    const answer = await fetch("/office/v1/night", { headers: { accept: "application/json" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    period.classList.remove("trouble");
    show(await answer.json());
    const held = await fetch("/office/v1/held", { headers: { accept: "application/json" } });
    if (held.ok) showHeld((await held.json()).held);
  } catch (why) {
    period.textContent = `读不到服务器（${why.message}）。请确认 lianhu serve 正在运行，然后点“刷新”。`;
    period.classList.add("trouble");
  }
};

document.getElementById("refresh").addEventListener("click", refresh);
refresh();
