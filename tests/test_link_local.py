"""A name keeps its scope: on a link-local IPv6 address the interface is a part of it.

Loopback has no such address, so this gives it one, in a network namespace of its own.
"""

import shutil
import subprocess
import sys

import pytest

from workbench.families import ROOT

PROGRAM = """
import socket
from labs.lab01_five_tuple import Endpoint, five_tuple, local_endpoint
scope = socket.if_nametoindex("lo")
with socket.create_server(("fe80::1", 0, 0, scope), family=socket.AF_INET6) as listener:
    client = socket.socket(socket.AF_INET6)
    client.connect(listener.getsockname())
    server, _ = listener.accept()
    print(local_endpoint(server).host, five_tuple(client).destination.host, scope)
    print(five_tuple(client).destination == five_tuple(server).source)
"""
NAMESPACE = ["unshare", "--user", "--map-root-user", "--net"]
SET_UP = 'ip link set lo up && ip address add fe80::1/64 dev lo nodad && exec "$0" -c "$1"'


@pytest.mark.skipif(not shutil.which("ip"), reason="no ip(8): apt install iproute2")
def test_a_link_local_name_keeps_its_scope():
    if subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system permits no network namespace to a process")
    run = subprocess.run(
        [*NAMESPACE, "sh", "-c", SET_UP, sys.executable, PROGRAM],
        cwd=ROOT,
        env={"LABS": "lab_solutions", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert run.stderr == ""
    hosts, equal = run.stdout.splitlines()
    here, there, scope = hosts.split()
    assert here == there == f"fe80::1%{scope}"
    assert equal == "True"
