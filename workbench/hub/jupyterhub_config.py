"""JupyterHub for the workbook, ready to use: see README.md beside this file.

All that is variable stands in three variables of the environment: WORKBOOK_HUB is the folder with
the class (students.txt, edition/, and what the hub itself writes), HUB_URL is where browsers find
it, and HUB_PROXY is the command of the proxy in front.
"""

import os
import shlex
from pathlib import Path

from workbench.hub.sealed import SealedSpawner, socket_url

FOLDER = Path(os.environ.get("WORKBOOK_HUB", "/srv/workbook"))
STUDENTS = (FOLDER / "students.txt").read_text("utf-8").split()
STATE, RUN = FOLDER / "state", FOLDER / "run"
for folder in (STATE, RUN):
    folder.mkdir(parents=True, exist_ok=True)
STATE.chmod(0o700)

c = get_config()  # noqa: F821 - JupyterHub defines it

# Where it listens: one TCP port, for browsers. All else goes through Unix sockets.
c.JupyterHub.bind_url = os.environ.get("HUB_URL", "http://127.0.0.1:8000")
c.JupyterHub.hub_bind_url = c.JupyterHub.hub_connect_url = socket_url(RUN / "hub")
c.JupyterHub.hub_socket_mode = 0o666  # each student's server reports to it, with a token
c.ConfigurableHTTPProxy.api_url = socket_url(RUN / "proxy")
c.ConfigurableHTTPProxy.command = shlex.split(
    os.environ.get("HUB_PROXY", "configurable-http-proxy")
)
c.ConfigurableHTTPProxy.pid_file = str(RUN / "proxy.pid")

# What it keeps. Only root can read it.
c.JupyterHub.db_url = f"sqlite:///{STATE / 'hub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")

# Who may come in: the names in students.txt; the first password that one gives is one's own.
c.JupyterHub.authenticator_class = "firstuseauthenticator.FirstUseAuthenticator"
c.FirstUseAuthenticator.dbm_path = str(STATE / "passwords.dbm")
c.FirstUseAuthenticator.create_users = False
c.Authenticator.allowed_users = set(STUDENTS)

# What each one gets.
c.JupyterHub.spawner_class = SealedSpawner
c.SealedSpawner.homes = str(FOLDER / "homes")
c.SealedSpawner.sockets = str(RUN)
c.SealedSpawner.hub_socket = str(RUN / "hub")
c.SealedSpawner.edition = str(FOLDER / "edition")
c.Spawner.default_url = "/lab/tree/notebooks/00_start_here.ipynb"
c.Spawner.args = ["--KernelSpecManager.ensure_native_kernel=True"]
c.Spawner.start_timeout = c.Spawner.http_timeout = 120  # a whole class may start at once
