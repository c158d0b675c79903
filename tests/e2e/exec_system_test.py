"""hoplab exec --system: names in /etc/hosts, the CA in the system's store, real ports; all of it is gone afterwards.

Each command runs in mount, network and process namespaces of its own, where /etc and the rest that it writes are
copies: the machine's own files are never touched. SCRIPT sees to it before it mounts anything.
"""

import os
import shutil
import subprocess
import unittest

from exec_lab import POST, URL, WIDGET, Exec
from lab import DEADLINE_S, SCENARIOS, hoplab_binary

OWN = SCENARIOS / "own-service.json"
NOBODY = 65534

# Ends at once unless the mounts are its own. Then: copies in the place of what --system writes; no hooks, which would
# go to the package manager.
SCRIPT = r"""
set -eu
[ "$(readlink /proc/self/ns/mnt)" != "$OUTER_MOUNTS" ] || { echo "the mounts are not its own" >&2; exit 99; }
mount --make-rprivate /
mkdir -p "$COPY"
mount -t tmpfs -o mode=755 tmpfs "$COPY"
cp -a /etc "$COPY/etc"
rm -rf "$COPY"/etc/ca-certificates/update.d/*
# A store of three authorities is made in a twentieth of the time of one of them all.
grep '^[^#!]' /etc/ca-certificates.conf | head -n 3 > "$COPY/etc/ca-certificates.conf"
printf '127.0.0.1 localhost\n10.1.2.3 kept.example.com # mine' > "$COPY/etc/hosts"
mount --bind "$COPY/etc" /etc
for folder in /run /usr/local/share/ca-certificates; do mount -t tmpfs -o mode=755 tmpfs $folder; done
[ "$(stat -c %d /etc)" = "$(stat -c %d "$COPY")" ] || { echo "/etc is not a copy" >&2; exit 99; }
ip link set lo up
unset SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE REQUESTS_CA_BUNDLE NODE_EXTRA_CA_CERTS https_proxy HTTPS_PROXY \
      http_proxy HTTP_PROXY all_proxy ALL_PROXY
update-ca-certificates --fresh > /dev/null 2>&1
state() {
  cat /etc/hosts; echo; find /usr/local/share/ca-certificates -type f
  cksum < /etc/ssl/certs/ca-certificates.crt; ls /etc/ssl/certs | cksum
}
"""


ISOLATED = ("unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc")


def can_isolate():
    """Whether this machine has such namespaces for root."""
    programs = all(shutil.which(one) for one in ("unshare", "ip", "update-ca-certificates"))
    return programs and os.geteuid() == 0 and subprocess.run(
        [*ISOLATED, "sh", "-c", "mount --make-rprivate / && mount -t tmpfs tmpfs /mnt && ip link set lo up"],
        capture_output=True, check=False).returncode == 0


@unittest.skipUnless(can_isolate(), "only root, where it may have namespaces, can have an /etc of its own")
class System(Exec):
    def inside(self, script):
        """What the script did there."""
        environment = {**os.environ, "OUTER_MOUNTS": os.readlink("/proc/self/ns/mnt"), "HOPLAB": hoplab_binary(),
                       "COPY": str(self.folder / "copy"), "POST": str(POST), "OWN": str(OWN)}
        work = self.folder / "work"
        work.mkdir(exist_ok=True)
        done = subprocess.run([*ISOLATED, "bash", "-c", SCRIPT + script], cwd=work, env=environment,
                              capture_output=True, text=True, timeout=2 * DEADLINE_S, check=False)
        self.assertNotEqual(done.returncode, 99, done.stderr)
        return done

    def test_clients_that_are_told_nothing_and_nothing_stays(self):
        script = r"""
            state > before
            env -u X "$HOPLAB" exec "$POST" --system -- bash -c '
                unset SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE REQUESTS_CA_BUNDLE NODE_EXTRA_CA_CERTS AWS_CA_BUNDLE
                curl -sS --key my_client.key --cert my_client.pem """ + URL + r"""; echo
                test -f "$HOPLAB_OUT/hosts" && echo $HOPLAB_URL
                grep -c "" /etc/hosts > hosts-lines
                getent hosts kept.example.com
                ls *.pem'
            state > after
            cmp before after && ls
            "$HOPLAB" exec "$POST" --system -- curl -sS --key revoked.key --cert revoked.pem """ + URL
        done = self.inside(script)
        self.assertEqual(done.returncode, 35, done.stderr)
        lines = done.stdout.splitlines()
        self.assertEqual(lines[:2], [WIDGET, "https://api.example.com:443"], done.stderr)
        self.assertIn("10.1.2.3        kept.example.com", lines)
        self.assertIn("my_client.pem", lines)
        self.assertEqual(lines[-3:], ["after", "before", "hosts-lines"])
        self.assertIn("curl: (35) Recv failure: Connection reset by peer", done.stderr)
        self.assertIn("Failed:ClientCertCrlHit", done.stderr)
        self.assertIn("note: with --system the scenario's names (/etc/hosts) and authorities", done.stderr)

    def test_another_process_of_the_machine_finds_it_too(self):
        script = r"""
            mkfifo go
            "$HOPLAB" exec "$POST" --system -- sh -c 'cp my_client.pem my_client.key /run; echo > go; read x < go' &
            read x < go
            curl -sS --key /run/my_client.key --cert /run/my_client.pem """ + URL + r"""
            "$HOPLAB" exec "$OWN" --system -- true 2> second || echo "second: $?"
            echo > go
            wait"""
        done = self.inside(script)
        self.assertEqual(done.stdout, WIDGET + "second: 125\n", done.stderr)
        self.assertIn("another hoplab exec --system is running", (self.folder / "work" / "second").read_text())

    def killed(self, whom, next_one='"$OWN" --system'):
        """hoplab, and what else `whom` says, is killed; then the state is looked at, and the next one starts."""
        script = r"""
            state > before
            mkfifo go
            "$HOPLAB" exec "$POST" --system -- sh -c 'echo $PPID > keeper; echo > go; exec tail -f /dev/null' &
            pid=$!
            read x < go
            state > during
            """ + whom + r"""
            wait $pid || true
            deadline=$((SECONDS + 60))
            until ! kill -0 $(cat keeper) 2> /dev/null || [ $SECONDS -gt $deadline ]; do :; done
            state > killed
            "$HOPLAB" exec """ + next_one + r""" -- sh -c 'grep example.com /etc/hosts | sed s/.*internal.*//' > next
            state > after"""
        done = self.inside(script)
        self.assertEqual(done.returncode, 0, done.stderr)
        return {name: (self.folder / "work" / name).read_text() for name in
                ("before", "during", "killed", "next", "after")}

    def test_killed_it_is_cleaned_up_after(self):
        state = self.killed("kill -KILL $pid")
        self.assertIn("api.example.com", state["during"])
        self.assertIn("/usr/local/share/ca-certificates/hoplab-1.crt", state["during"])
        self.assertEqual(state["killed"], state["before"])
        self.assertEqual(state["after"], state["before"])

    def test_killed_with_all_that_is_its_own_the_next_one_cleans_up(self):
        state = self.killed("kill -KILL $(cat keeper) $pid")
        self.assertEqual(state["killed"], state["during"])
        self.assertNotIn("api.example.com", state["next"])
        self.assertIn("service.example.com", state["next"])
        self.assertEqual(state["after"], state["before"])

    def test_any_next_one_does(self):
        state = self.killed("kill -KILL $(cat keeper) $pid", '"$OWN" --no-namespaces')
        self.assertEqual(state["killed"], state["during"])
        self.assertNotIn("api.example.com", state["next"])
        self.assertEqual(state["after"], state["before"])

    def test_several_at_once(self):
        script = r"""
            "$HOPLAB" exec "$POST" "$OWN" --system -- bash -c '
                curl -sS --key my_client.key --cert my_client.pem """ + URL + r"""; echo
                curl -sS --key "$HOPLAB_OWN_SERVICE_KEY_MY_CLIENT" --cert "$HOPLAB_OWN_SERVICE_CERT_MY_CLIENT" \
                     https://service.example.com/hello | grep -c hello
                getent ahostsv4 localhost | head -n 1'
            state"""
        done = self.inside(script)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.splitlines()[:2], [WIDGET, "1"], done.stderr)
        self.assertIn("127.0.0.1", done.stdout.splitlines()[2])

    def test_a_line_of_somebody_else(self):
        done = self.inside(r"""
            printf '\n127.0.0.1 other API.example.com\n' >> /etc/hosts
            state > before
            "$HOPLAB" exec "$POST" --system -- true || echo $?
            state > after; cmp before after""")
        self.assertEqual(done.stdout, "125\n", done.stderr)
        self.assertIn("/etc/hosts, line 3, has 'API.example.com' already; take it out", done.stderr)

    def test_a_port_that_is_taken_everywhere(self):
        done = self.inside(r"""
            server='import socket; taken = socket.create_server(("0.0.0.0", 443)); print(1, flush=True); input()'
            coproc taken { exec python3 -c "$server"; }
            read x <&${taken[0]}
            "$HOPLAB" exec "$POST" --system -- true || echo $?""")
        self.assertEqual(done.stdout, "125\n", done.stderr)
        self.assertIn("something has this port, perhaps on every address (0.0.0.0) of this machine", done.stderr)

    def test_where_there_is_no_store(self):
        done = self.inside(r"""
            mount -t tmpfs tmpfs /usr/sbin
            "$HOPLAB" exec "$POST" --system -- curl -sS --key my_client.key --cert my_client.pem """ + URL)
        self.assertEqual((done.returncode, done.stdout), (0, WIDGET), done.stderr)
        self.assertIn("note: there is no update-ca-certificates here", done.stderr)


class Refused(Exec):
    def test_without_root(self):
        under = ()
        if os.geteuid() == 0:
            if not shutil.which("setpriv"):
                self.skipTest("there is no setpriv here")
            os.chown(self.folder, NOBODY, NOBODY)
            under = ("setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups")
        done = self.exec("true", options=("--system",), under=under)
        self.assertEqual(done.returncode, 125)
        self.assertIn("--system needs root", done.stderr)

    def test_what_needs_namespaces(self):
        for option, value in (("--client-ip", "10.0.0.9"), ("--allow-host", "127.0.0.1:80")):
            done = self.exec("true", options=("--system", option, value))
            self.assertEqual(done.returncode, 125)
            self.assertIn(f"{option} needs namespaces: as --system says", done.stderr)
        self.assertEqual(self.exec("true", options=("--system", "--no-namespaces")).returncode, 2)


if __name__ == "__main__":
    unittest.main()
