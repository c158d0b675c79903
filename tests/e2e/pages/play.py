"""The clients meet the cases of the casebook, each in a lab of its own."""

import concurrent.futures
import shutil
import subprocess
import sys

import casebook
from lab import Lab
from pages.curl import play_with_curl
from pages.python import play_with_python

ROUNDS = 3      # for the page
RACING = 12     # for the page, where a reset meets a client in a write or in a read, at random
AT_ONCE = 3     # cases side by side

CLIENTS = {"curl": play_with_curl, "Python": play_with_python}


def installed():
    programs = {"curl": "curl", "Python": sys.executable}
    here = [client for client, program in programs.items() if shutil.which(program)]
    return here, [client for client in programs if client not in here]


def play(case, client):
    """What one client printed, a line for each request, in a lab of its own."""
    with Lab(case.path) as lab:
        try:
            answers = list(CLIENTS[client](lab, case.check, case.client_plan()))
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            raise RuntimeError(f"{case.name}, {client}: {error}") from error
    asked = [call for call in case.client_plan() if isinstance(call, casebook.Ask)]
    reuse, words = False, []
    for call, answer in zip(asked, answers):
        words.append(answer.words(reuse and not call.first))
        reuse = answer.connection_lives
    return words


def met(case, clients, rounds):
    """{client: for each request, what it printed in any of the rounds}"""
    return {client: [sorted(set(words)) for words in
                     zip(*(play(case, client) for _ in range(rounds)))]
            for client in case.clients(clients)}


def rounds_for(case):
    """For the page: more where a client may meet the end in a write or in a read."""
    steps = (case.check, *case.check.get("then", []))
    return RACING if any(step.get("expect", {}).get("end") == "reset" for step in steps) else ROUNDS


def run_all(cases, clients, check):
    """Each case with what its clients printed, or why they could not."""
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        runs = {pool.submit(met, case, clients, 1 if check else rounds_for(case)): case
                for case in cases}
        for run in concurrent.futures.as_completed(runs):
            try:
                yield runs[run], run.result()
            except RuntimeError as error:
                yield runs[run], error
