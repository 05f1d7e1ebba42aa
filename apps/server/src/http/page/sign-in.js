// Signs in. The session is a cookie this script never sees.
"use strict";

const said = document.getElementById("said");
const form = document.getElementById("form");

const words = {
  wrong_sign_in: "登录名、密码或口令不对。Login, password or code is wrong.",
  wait: "失败次数多了，请等一会儿再试。Too many failures: wait a while.",
  busy: "人太多，请稍后再试。Too many at once: try again soon.",
  not_secure: "请用 https 打开。Open this page over https.",
};

const home = (role) => (role === "town_desk" ? "/office/" : "/office/accounts");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  said.textContent = "";
  try {
    const answer = await fetch("/office/v1/sign-in", {
      method: "POST", headers: { "content-type": "application/json" },
      body: JSON.stringify({ login: form.login.value, password: form.password.value, code: form.code.value }),
    });
    const told = await answer.json();
    if (answer.ok) {
      location.replace(home(told.role));
      return;
    }
    const after = answer.headers.get("retry-after");
    said.textContent = (words[told.code] ?? told.message) + (after ? ` (${after} s)` : "");
    form.code.value = "";
    form.code.focus();
  } catch {
    said.textContent = "连不上服务器。The server cannot be reached.";
  } finally {
    button.disabled = false;
  }
});

fetch("/office/v1/door").then((answer) => answer.json()).then((door) => {
  if (door.this_machine) location.replace("/office/");
  document.getElementById("first").hidden = door.has_accounts !== false;
}).catch(() => {});
