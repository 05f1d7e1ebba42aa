// Sets an account up with a one-time code. The code stands after the # of the address, which browsers do not send.
"use strict";

const at = (id) => document.getElementById(id);
const words = {
  no_such_code: "开户码不对、用过了或过期了：请要一个新的。No such code, or its time is over: ask for a new one.",
  weak_password: "密码太短，或由常用词、登录名拼成。Too short, or made of common words or the login.",
  wrong_sign_in: "六位数不对：看看手机的时间准不准。The six digits are wrong: is the phone's clock right?",
  not_secure: "请用 https 打开。Open this page over https.",
};

const post = async (path, body) => {
  at("said").textContent = "";
  const answer = await fetch(path, {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(words[told.code] ?? told.message);
  return told;
};

const trying = (act) => async (event) => {
  event.preventDefault();
  const button = event.target.querySelector("button");
  button.disabled = true;
  try {
    await act();
  } catch (why) {
    at("said").textContent = why.message;
  } finally {
    button.disabled = false;
  }
};

at("ask").addEventListener("submit", trying(async () => {
  const begun = await post("/office/v1/set-up", { code: at("set-up").value });
  at("who").textContent = `${begun.name}（${begun.login}）`;
  at("login").value = begun.login;
  at("secret").textContent = begun.secret.match(/.{1,4}/g).join(" ");
  at("address").href = begun.address;
  at("ask").hidden = true;
  at("choose").hidden = false;
  at("password").focus();
}));

at("choose").addEventListener("submit", trying(async () => {
  if (at("password").value !== at("again").value) throw new Error("两遍密码不一样。The two passwords differ.");
  const done = await post("/office/v1/set-up/finish", {
    set_up: at("set-up").value, password: at("password").value, code: at("code").value,
  });
  at("codes").replaceChildren(...done.recovery_codes.map((code) => {
    const item = document.createElement("li");
    item.textContent = code;
    return item;
  }));
  at("choose").hidden = true;
  at("done").hidden = false;
}));

at("set-up").value = location.hash.slice(1);
history.replaceState(null, "", location.pathname);
