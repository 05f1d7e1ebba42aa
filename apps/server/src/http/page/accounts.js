// One's own account, and for the security administrator all of them.
"use strict";

const at = (id) => document.getElementById(id);
const roles = {
  town_desk: "镇综合信息指挥室 town desk", county_view: "县级 county view", sys_admin: "系统管理员 system",
  sec_admin: "安全管理员 security", audit_admin: "审计管理员 audit",
};
let act = "";

const ask = async (path, body) => {
  const answer = await fetch(path, body === undefined ? {} : {
    method: "POST", headers: { "content-type": "application/json", "x-lianhu-act": act }, body: JSON.stringify(body),
  });
  const told = await answer.json();
  if (answer.status === 401 && told.code === "sign_in") location.replace("/office/sign-in");
  if (!answer.ok) throw new Error(told.message);
  return told;
};

const trying = (work) => async (event) => {
  event.preventDefault();
  at("said").textContent = "";
  try {
    await work(event);
  } catch (why) {
    at("said").textContent = why.message;
  }
};

const cell = (text) => {
  const td = document.createElement("td");
  td.textContent = text;
  return td;
};

const button = (text, work) => {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", trying(work));
  return made;
};

const handOver = (login, made) => {
  at("set-up").textContent = `${login}：开户码 set-up code ${made.set_up}，一天内有效。地址 page: ${location.origin}${made.page}`;
};

const state = (account) => {
  if (account.disabled_at) return "已停用 disabled";
  return account.can_sign_in ? "可登录 ready" : "待开户 to be set up";
};

const showAll = async () => {
  const { accounts } = await ask("/office/v1/accounts");
  document.querySelector("#accounts tbody").replaceChildren(...accounts.map((account) => {
    const row = document.createElement("tr");
    row.append(...[account.login, account.name, roles[account.role], state(account)].map(cell));
    const acts = cell("");
    const change = (body) => ask(`/office/v1/accounts/${account.id}`, body);
    acts.append(
      button("重置 Reset", async () => {
        handOver(account.login, await change({ do: "reset" }));
        await showAll();
      }),
      account.disabled_at
        ? button("启用 Enable", async () => { await change({ do: "enable" }); await showAll(); })
        : button("停用 Disable", async () => { await change({ do: "disable" }); await showAll(); }),
    );
    row.append(acts);
    return row;
  }));
};

const away = () => location.replace("/office/sign-in");
at("out").addEventListener("click", trying(async () => { await ask("/office/v1/sign-out", {}); away(); }));
at("everywhere").addEventListener("click", trying(async () => { await ask("/office/v1/sign-out", { everywhere: true }); away(); }));
at("change").addEventListener("submit", trying(async () => {
  await ask("/office/v1/password", { present: at("present").value, new: at("new").value });
  away();
}));
at("recovery").addEventListener("submit", trying(async () => {
  const { recovery_codes: codes } = await ask("/office/v1/recovery", { code: at("code").value });
  at("codes").replaceChildren(...codes.map((code) => {
    const item = document.createElement("li");
    item.textContent = code;
    return item;
  }));
  at("code").value = "";
}));
at("add").addEventListener("submit", trying(async () => {
  const login = at("login").value;
  handOver(login, await ask("/office/v1/accounts", { login, name: at("name").value, role: at("role").value }));
  at("add").reset();
  await showAll();
}));

at("role").replaceChildren(...Object.entries(roles).map(([code, name]) => new Option(name, code)));
trying(async () => {
  const me = await ask("/office/v1/session");
  act = me.act ?? "";
  at("me").textContent = me.this_machine ? "本机，无账号 this machine" : `${me.name}（${roles[me.role]}）`;
  if (me.this_machine || me.role === "sec_admin") {
    at("all").hidden = false;
    await showAll();
  }
})(new Event("begin"));
