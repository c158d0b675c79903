"""Headless Chromium, driven by its DevTools protocol through two pipes: nothing but the standard library.

Nothing sleeps: whoever waits, asks the page again and again, up to a deadline.
"""

import base64
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from lab import DEADLINE_S

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ENTER, SPACE, TAB = ("Enter", 13, "\r"), (" ", 32, " "), ("Tab", 9, "")


def found():
    """The browser's path, or None."""
    named = os.environ.get("HOPLAB_CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


def required():
    """Whether every test is asked for, and a machine without a browser fails."""
    return os.environ.get("HOPLAB_BROWSER") == "required"


class ProtocolError(Exception):
    """What the browser answered instead of a result."""


class Chromium:
    """The browser. Its messages are JSON that ends with NUL, on descriptors 3 (to it) and 4 (from it)."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hoplab-browser-"))
        to_read, self._to = os.pipe()
        self._from, from_write = os.pipe()
        command = [found(), "--headless=new", "--remote-debugging-pipe", f"--user-data-dir={self.folder}",
                   "--no-first-run", "--no-default-browser-check", "--disable-gpu", "--disable-dev-shm-usage",
                   "--disable-extensions", "--disable-background-networking", "--disable-component-update",
                   "--disable-sync", "--no-proxy-server", "--mute-audio", "--force-color-profile=srgb",
                   "--js-flags=--expose-gc", "--enable-precise-memory-info"]
        if os.geteuid() == 0:
            command.append("--no-sandbox")

        # A small step between puts the pipes where the browser looks; one of them may be at 3 or 4 already.
        step = ("import os, sys\n"
                "ends = [os.dup(os.dup(os.dup(int(one)))) for one in sys.argv[1:3]]\n"
                "os.dup2(ends[0], 3)\n"
                "os.dup2(ends[1], 4)\n"
                "os.execv(sys.argv[3], sys.argv[3:])")
        self.process = subprocess.Popen([sys.executable, "-c", step, str(to_read), str(from_write), *command],
                                        pass_fds=(to_read, from_write), stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        os.close(to_read)
        os.close(from_write)
        self._lock = threading.Condition()
        self._answers = {}
        self._number = 0
        self._pages = {}
        self._gone = False
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        waiting = b""
        while True:
            try:
                more = os.read(self._from, 1 << 16)
            except OSError:
                more = b""
            if not more:
                break
            *messages, waiting = (waiting + more).split(b"\0")
            for one in messages:
                self._arrived(json.loads(one))
        with self._lock:
            self._gone = True
            self._lock.notify_all()

    def _arrived(self, message):
        with self._lock:
            if "id" in message:
                self._answers[message["id"]] = message
            elif page := self._pages.get(message.get("sessionId")):
                page.note(message["method"], message["params"])
            self._lock.notify_all()

    def call(self, method, session=None, **params):
        with self._lock:
            self._number += 1
            number = self._number
        message = {"id": number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._to, data):]
        with self._lock:
            if not self._lock.wait_for(lambda: number in self._answers or self._gone, DEADLINE_S):
                raise ProtocolError(f"no answer to {method}")
            if number not in self._answers:
                raise ProtocolError("the browser has ended")
            answer = self._answers.pop(number)
        if "error" in answer:
            raise ProtocolError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def open(self, url, width=1280, height=900, dark=False):
        """A new tab, in a context of its own: nothing is kept from another."""
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session, context, target)
        with self._lock:
            self._pages[session] = page
        for domain in ("Page", "Runtime", "Log", "DOM", "Accessibility"):
            page.call(f"{domain}.enable")
        page.size(width, height)
        page.dark(dark)
        page.call("Page.navigate", url=url)
        return page

    def close(self):
        try:
            self.call("Browser.close")
        except (ProtocolError, OSError):
            pass
        try:
            self.process.wait(timeout=DEADLINE_S)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        os.close(self._to)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Page:
    """A tab. What it complains about (console errors, exceptions, policy violations) is in `complaints`."""

    def __init__(self, browser, session, context, target):
        self.browser = browser
        self.session = session
        self.context = context
        self.target = target
        self.complaints = []

    def note(self, method, params):
        if method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description") or details["text"])
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
            self.complaints.append(" ".join(str(one.get("value", one.get("description"))) for one in params["args"]))
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.complaints.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")

    def call(self, method, **params):
        return self.browser.call(method, session=self.session, **params)

    def run(self, expression):
        """The value of an expression in the page; a promise is awaited."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise ProtocolError(details.get("exception", {}).get("description") or details["text"])
        return answer["result"].get("value")

    def until(self, expression, what=None):
        """Asks until the expression is true."""
        deadline = time.monotonic() + DEADLINE_S
        value = None
        while True:
            try:
                if value := self.run(f"(async () => Boolean(await ({expression})))()"):
                    return
            except ProtocolError as error:  # the page may be on its way
                value = error
            if time.monotonic() > deadline:
                raise AssertionError(f"not within the deadline: {what or expression} ({value})")
            threading.Event().wait(0.05)

    # ---- Looking -------------------------------------------------------------------------------------

    def text(self, selector):
        return self.run(f"document.querySelector({json.dumps(selector)})?.innerText ?? null")

    def until_text(self, selector, part):
        """Until the element's text has that part; all of the text."""
        picked = json.dumps(selector)
        self.until(f"(document.querySelector({picked})?.innerText ?? '').includes({json.dumps(part)})",
                   f"{part!r} in {selector}: {self.text(selector)!r}")
        return self.text(selector)

    def focused(self):
        """Who has the focus, as tag#id.class and its name."""
        return self.run("""(() => { const one = document.activeElement;
          return one ? `${one.tagName.toLowerCase()}${one.id ? '#' + one.id : ''} ${
            one.getAttribute('aria-label') || one.innerText || ''}`.trim() : ''; })()""")

    def accessibility(self):
        """What a screen reader gets: (role, name, ignored, DOM node) of each node."""
        nodes = self.call("Accessibility.getFullAXTree")["nodes"]
        return [(one.get("role", {}).get("value"), (one.get("name", {}).get("value") or "").strip(), one["ignored"],
                 one.get("backendDOMNodeId")) for one in nodes]

    # ---- Doing ---------------------------------------------------------------------------------------

    def click(self, selector, index=0, text=None):
        """A real click into the middle of what the selector finds; `text`: the one that says so."""
        picked = json.dumps(selector)
        said = json.dumps(text)
        find = f"""[...document.querySelectorAll({picked})].filter((one) => one.getClientRects().length
          && ({said} === null || one.textContent.trim() === {said}
            || one.getAttribute('aria-label') === {said}))[{index}]"""
        self.until(f"Boolean({find})", f"there is {selector} {text or ''}")
        # Where it stands still and nothing lies above it: what is drawn meanwhile may have moved it.
        self.until(f"""(async () => {{ const middle = () => {{ const box = {find}?.getBoundingClientRect();
            return box ? [box.x + box.width / 2, box.y + box.height / 2] : null; }};
          {find}?.scrollIntoView({{ block: 'center' }});
          const before = middle();
          await new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)));
          const now = middle();
          if (!before || !now || before.some((one, at) => one !== now[at])) return false;
          window.clickPlace = now;
          return {find}.contains(document.elementFromPoint(...now)); }})()""",
                   f"{selector} {text or ''} can be clicked")
        place = self.run("clickPlace")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)

    def key(self, key, modifiers=0):
        name, code, text = key
        more = {"text": text} if text and not modifiers else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=name, code=name if name != " " else "Space",
                  windowsVirtualKeyCode=code, modifiers=modifiers, **more)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=name, code=name if name != " " else "Space",
                  windowsVirtualKeyCode=code, modifiers=modifiers)

    def tab(self, back=False):
        self.key(TAB, modifiers=8 if back else 0)

    def type_into(self, selector, text):
        """Takes the place of what stands there."""
        self.click(selector)
        self.run(f"document.querySelector({json.dumps(selector)}).select()")
        self.call("Input.insertText", text=text)

    def choose(self, selector, value):
        """Of a select, as a choice by keyboard or list: the value, and the events that it makes."""
        picked = json.dumps(selector)
        self.until(f"[...document.querySelector({picked}).options].some((one) => one.value === {json.dumps(value)})",
                   f"{value} is to be had in {selector}")
        self.run(f"""(() => {{ const one = document.querySelector({picked});
          one.focus();
          one.value = {json.dumps(value)};
          one.dispatchEvent(new Event('input', {{ bubbles: true }}));
          one.dispatchEvent(new Event('change', {{ bubbles: true }})); }})()""")

    def view(self, name):
        self.click(f"nav.views a[href='#{name}']")
        self.until(f"!document.getElementById('{name}').hidden")

    def size(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=width < 600)

    def dark(self, dark):
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def screenshot(self, path, whole=True):
        answer = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        pathlib.Path(path).write_bytes(base64.b64decode(answer["data"]))

    def heap(self):
        """Bytes of JavaScript's heap that are in use when all garbage is gone."""
        self.call("HeapProfiler.collectGarbage")
        return self.call("Runtime.getHeapUsage")["usedSize"]

    def close(self):
        self.browser.call("Target.disposeBrowserContext", browserContextId=self.context)
