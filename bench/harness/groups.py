"""Who there is, and who is measured together in one interleaved run and one table."""

import dataclasses
import os

from . import haproxy, hoplab, nginx, targets
from .rows import ALL_ROWS, IDLE_ROW, NEW_CLIENTS_ROW, SIGNATURES_ROW, START_ROW, TARGET_ROWS
from .runner import say

LIST_SIZES = (1, 1_000, 50_000, 500_000)  # the last is AWS's quota of a trust store
QUICK_LIST_SIZES = (1, 1_000)

RESOURCE_COUNTS = (5, 500)
HOPLAB_SIGNED = "hoplab-signed"

GROUPS = HOPS, LISTS, KEPT, AUTHORIZED, RESOURCES, TARGETS = (
    "hops", "lists", "kept", "authorized", "resources", "targets")


@dataclasses.dataclass
class Group:
    """`ratios`: (heading, dividend, divisor), always quotients of values of the same round."""
    name: str
    title: str
    contenders: list
    rows: tuple
    ratios: tuple

    def narrowed(self, rows, names):
        """What is left of it when only these rows and contenders are wanted."""
        contenders = [c for c in self.contenders if c.name in names]
        left = {contender.name for contender in contenders}
        return Group(self.name, self.title, contenders, tuple(row for row in self.rows if row in rows),
                     tuple(r for r in self.ratios if r[1] in left and r[2] in left))


class _Makers:
    """Each makes a list of contenders, or says why it is empty."""

    def __init__(self, options, binary, target_binary, cores, folder, pki, bulk_file):
        self.options, self.binary, self.target_binary = options, binary, target_binary
        self.cores, self.folder = cores, folder
        self.pki, self.bulk_file = pki, bulk_file

    def _place(self, name):
        return self.cores, os.path.join(self.folder, name)

    def _found(self, scenario):
        """The path of a scenario that hoplab can be started with, in a list."""
        path = os.path.join(self.options.scenarios, scenario)
        if self.binary is None:
            say(f"hoplab, {scenario}: skipped: there is no binary "
                f"{self.options.hoplab or 'build/release/hoplab or build/hoplab'}")
        elif not os.path.exists(path):
            say(f"hoplab: skipped: there is no scenario {path}")
        else:
            return [path]
        return []

    def hoplab(self, name, title, scenario, binary=None, options=()):
        o = self.options
        return [hoplab.Hoplab(*self._place(name), name, title, binary or self.binary, path,
                              o.hoplab_body, o.hoplab_bulk_path, o.hoplab_bulk_bytes, options)
                for path in self._found(scenario)]

    def hoplab_before(self):
        if not self.options.before:
            return []
        return self.hoplab("hoplab-before", "hoplab before, four hops", "four-hops.json",
                           os.path.abspath(self.options.before))

    def hoplab_with_lists(self, sizes):
        return [hoplab.HoplabWithList(*self._place(_with(size)), _with(size), _title(size),
                                      self.binary, path, self.options.hoplab_body, self.pki, size)
                for path in self._found("direct.json") for size in sizes]

    def hoplab_signed(self):
        return [hoplab.HoplabSigned(*self._place(HOPLAB_SIGNED), HOPLAB_SIGNED,
                                    "hoplab, direct, with signatures", self.binary, path,
                                    self.options.hoplab_body)
                for path in self._found("direct.json")]

    def hoplab_with_resources(self):
        return [hoplab.HoplabWithResources(*self._place(name), name, f"hoplab, {count} resources",
                                           self.binary, path, self.options.hoplab_body, count)
                for path in self._found("direct.json")
                for count in RESOURCE_COUNTS for name in [_with_resources(count)]]

    def before_targets(self):
        """Who passes on to hoplab-target."""
        if self.target_binary is None:
            say("WebSockets, gRPC and functions: skipped: there is no hoplab-target; build the target")
            return []
        made = [self._hoplab_before_targets("hoplab-proxy", "hoplab, one hop", self.binary, path)
                for path in self._found("targets.json")]
        if self.options.before:
            made += [self._hoplab_before_targets("hoplab-proxy-before", "hoplab before, one hop",
                                                 os.path.abspath(self.options.before), path)
                     for path in self._found("targets.json")]
        if nginx.version():
            made.append(nginx.NginxBeforeTargets(*self._place("nginx-proxy"), self.pki,
                                                 self.bulk_file, self.target_binary))
        return made + [targets.Relay(*self._place("relay"), self.target_binary, nginx.BODY)]

    def _hoplab_before_targets(self, name, title, binary, path):
        return hoplab.HoplabBeforeTargets(*self._place(name), name, title, binary, path,
                                          self.options.hoplab_body, self.target_binary)

    def nginx_one_hop(self):
        if not nginx.version():
            say("nginx: skipped: it is not installed")
            return []
        return [nginx.NginxOneHop(*self._place("nginx"), self.pki, self.bulk_file),
                nginx.NginxOneHop(*self._place("nginx-notickets"), self.pki, self.bulk_file,
                                  tickets=False)]

    def chains(self):
        made = []
        if nginx.version():
            made.append(nginx.NginxChain(*self._place("nginx-chain"), self.pki, self.bulk_file))
        if made and haproxy.version():
            made += [haproxy.HaproxyOneHop(*self._place("haproxy"), self.pki, self.bulk_file),
                     haproxy.HaproxyChain(*self._place("haproxy-chain"), self.pki, self.bulk_file)]
        else:
            say("HAProxy: skipped: it is not installed, or nginx for its big bodies is not")
        return made


def _with(list_size):
    return f"hoplab-list-{list_size}"


def _with_resources(count):
    return f"hoplab-resources-{count}"


def _title(list_size):
    return f"hoplab, list of {list_size:,}" if list_size else "hoplab, no list"


def all_groups(options, binary, target_binary, cores, folder, pki, bulk_file):
    make = _Makers(options, binary, target_binary, cores, folder, pki, bulk_file)
    passed_on = tuple(row.name for row in TARGET_ROWS)
    kept_alive = ("keepalive c=1", "keepalive c=64", "h2 c=8 m=16")
    one_hop = make.nginx_one_hop()
    four_hops = make.hoplab("hoplab", "hoplab, four hops", "four-hops.json")
    direct = make.hoplab("hoplab-direct", "hoplab, direct", "direct.json")
    hops = Group(
        HOPS, "Four hops",
        four_hops + direct
        + make.hoplab_before()
        + one_hop + make.chains(),
        tuple(row for row in ALL_ROWS if row not in (NEW_CLIENTS_ROW, SIGNATURES_ROW, *passed_on)),
        (("hoplab/(a)", "hoplab", "nginx"), ("hoplab/(a) no tickets", "hoplab", "nginx-notickets"),
         ("hoplab/(b)", "hoplab", "nginx-chain"), ("hoplab/(c)", "hoplab", "haproxy-chain"),
         ("four hops/direct", "hoplab", "hoplab-direct"), ("hoplab/before", "hoplab", "hoplab-before"),
         ("(b)/(a)", "nginx-chain", "nginx")))
    sizes = QUICK_LIST_SIZES if options.quick else LIST_SIZES
    lists = Group(
        LISTS, "New clients, and revocation lists",
        make.hoplab_with_lists((0,) + sizes) + one_hop,
        (IDLE_ROW, "handshake tls1.3", NEW_CLIENTS_ROW, "refused tls1.2", START_ROW),
        # nginx has the list of 1.
        (("list of 1/(a)", _with(1), "nginx"),
         ("list of 1/(a) no tickets", _with(1), "nginx-notickets"))
        + tuple((f"{size:,}/no list", _with(size), _with(0)) for size in sizes))
    kept = Group(
        KEPT, "What arrived is kept",
        four_hops + make.hoplab("hoplab-kept", "hoplab, four hops, --keep 1000", "four-hops.json",
                                options=("--keep", "1000")),
        kept_alive, (("kept/not", "hoplab-kept", "hoplab"),))
    authorized = Group(
        AUTHORIZED, "Who may pass: an authorizer whose answer is kept, and signatures",
        direct + make.hoplab("hoplab-authorized", "hoplab, direct, with an authorizer", "authorized.json")
        + make.hoplab_signed(),
        kept_alive + (SIGNATURES_ROW,),
        (("authorized/open", "hoplab-authorized", "hoplab-direct"),
         ("signed/open", HOPLAB_SIGNED, "hoplab-direct")))
    few, many = map(_with_resources, RESOURCE_COUNTS)
    resources = Group(
        RESOURCES, "How many resources an API has", make.hoplab_with_resources(), kept_alive,
        (("500/5", many, few),))
    behind = Group(
        TARGETS, "Passed on to targets", make.before_targets(), passed_on,
        (("hoplab/nginx", "hoplab-proxy", "nginx-proxy"), ("hoplab/relay", "hoplab-proxy", "relay"),
         ("hoplab/before", "hoplab-proxy", "hoplab-proxy-before")))
    return [hops, lists, kept, authorized, resources, behind]
