"""Running hoplab-load and reading what it prints."""

import json
import os
import subprocess


class LoadError(Exception):
    """The load tool failed, or an answer was not what it should be."""


def _parsed(text, stderr):
    try:
        return json.loads(text.strip().splitlines()[-1])
    except (ValueError, IndexError):
        raise LoadError(stderr.strip().splitlines()[0] if stderr.strip() else "no report") from None


def _checked(result, code, stderr):
    if code != 0:
        reasons = result.get("failureReasons") or {}
        raise LoadError(", ".join(f"{why} x{n}" for why, n in reasons.items())
                        or stderr.strip() or f"exit code {code}")
    return result


class Load:
    """The load tool; its processes inherit the load core from this one. `function` is hoplab-target,
    or None."""

    def __init__(self, binary, function=None):
        self.binary, self.function = binary, function

    def run(self, mode, target, options, revoked=False, plain=False, patience_s=60.0):
        """One run to its end; the JSON object it printed. Raises LoadError."""
        tls = ["--cert", target.revoked_cert if revoked else target.cert,
               "--key", target.revoked_key if revoked else target.key, "--cacert", target.cacert]
        command = [self.binary, mode, "--connect", target.plain_address if plain else target.address,
                   "--sni", target.sni, *(["--tls", "none"] if plain else tls), *options]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False,
                                  stdin=subprocess.DEVNULL, timeout=patience_s)
        except subprocess.TimeoutExpired:
            raise LoadError(f"{mode} did not end within {patience_s:.0f} s") from None
        return _checked(_parsed(done.stdout, done.stderr), done.returncode, done.stderr)

    def function_alone_us(self):
        """What the function of hoplab-target takes for an event, without anybody before it."""
        done = subprocess.run([self.function, "function-alone", "10000"], capture_output=True,
                              text=True, check=False, stdin=subprocess.DEVNULL)
        return _checked(_parsed(done.stdout, done.stderr), done.returncode, done.stderr)["p50Us"]

    def idle(self, target, count):
        """Opens `count` idle connections; use with `with`: they are held until its end."""
        return _Held([self.binary, "idle", "--connect", target.address, "--sni", target.sni,
                      "--cert", target.cert, "--key", target.key, "--cacert", target.cacert,
                      "--path", target.path, "--expect-body", target.body,
                      "--count", str(count), "--timeout", "60"])

    def first_answer(self, options, warm):
        """A poller that is warm and polls already; see _Held.finish for the end."""
        if warm is not None:
            options = options + ["--warm-connect", warm.address, "--warm-sni", warm.sni,
                                 "--warm-cert", warm.cert, "--warm-key", warm.key,
                                 "--warm-cacert", warm.cacert]
        return _Held([self.binary, "first-answer", "--since", "stdin", *options])


class _Held:
    """A load process that says READY and then waits for its stdin."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if line.strip() != "READY":
            rest, stderr = self.process.communicate()
            _checked(_parsed(line + rest, stderr), self.process.returncode, stderr)
            raise LoadError(f"{os.path.basename(command[0])} was not READY")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def finish(self, text=""):
        """Gives it `text`, closes its stdin and returns its report."""
        try:
            out, err = self.process.communicate(text, timeout=60)
        except subprocess.TimeoutExpired:
            raise LoadError("did not end after its stdin closed") from None
        return _checked(_parsed(out, err), self.process.returncode, err)
