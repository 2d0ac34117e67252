# SPDX-License-Identifier: MIT
"""A real Synapse on SQLite; its server name is `localhost`."""

import json
import shutil
import subprocess

from . import chroot
from .matrix_client import MatrixClient, create_user, devices, end_sessions
from .processes import Server, free_port
from .secret import secret_file

_RATE_LIMITS = ("rc_message", "rc_registration", "rc_joins_per_room", "rc_3pid_validation",
                "rc_room_creation")
_NESTED_RATE_LIMITS = {"rc_login": ("address", "account", "failed_attempts"),
                       "rc_joins": ("local", "remote"),
                       "rc_invites": ("per_room", "per_user", "per_issuer")}
_BOT_PASSWORD = "bot secret"
_NO_LIMIT = {"per_second": 1e6, "burst_count": 1e6}


def _rate_limits():
    flat = {name: _NO_LIMIT for name in _RATE_LIMITS}
    nested = {name: {part: _NO_LIMIT for part in parts}
              for name, parts in _NESTED_RATE_LIMITS.items()}
    return {**flat, **nested}


def _configuration(folder, port, tls_port, limited, options):
    resources = [{"names": ["client"], "compress": False}]
    return {
        "server_name": "localhost",
        "public_baseurl": f"https://localhost:{tls_port}/",
        "pid_file": f"{folder}/synapse.pid",
        "signing_key_path": f"{folder}/signing.key",
        "media_store_path": f"{folder}/media",
        "log_config": f"{folder}/log.yaml",
        "database": {"name": "sqlite3", "args": {"database": f"{folder}/synapse.db"}},
        "listeners": [
            {"port": port, "bind_addresses": ["127.0.0.1"], "type": "http",
             "tls": False, "resources": resources},
            {"port": tls_port, "bind_addresses": ["127.0.0.1"], "type": "http",
             "tls": True, "resources": resources}],
        "tls_certificate_path": f"{folder}/server.pem",
        "tls_private_key_path": f"{folder}/server.key",
        "enable_registration": True,
        "enable_registration_without_verification": True,
        "bcrypt_rounds": 4,
        "trusted_key_servers": [],
        "suppress_key_server_warning": True,
        "report_stats": False,
        "macaroon_secret_key": "test",
        "form_secret": "test",
        **({} if limited else _rate_limits()),
        **options,
    }


_LOGGING = {
    "version": 1,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"err": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"level": "WARNING", "handlers": ["err"]},
    "disable_existing_loggers": False,
}


class Synapse(Server):
    """`tls_port` has a certificate of `authority`; `limited` keeps its rate limits;
    `options` are more of its configuration."""

    def __init__(self, authority, limited=False, **options):
        self.ca_file = authority.ca_file
        self.folder = chroot.Folder()
        port, self.tls_port = free_port(), free_port()
        for path in authority.issue():
            shutil.copy(path, self.folder.outside / path.name)
        inside = self.folder.inside
        configuration = _configuration(inside, port, self.tls_port, limited, options)
        (self.folder.outside / "synapse.yaml").write_text(json.dumps(configuration))
        (self.folder.outside / "log.yaml").write_text(json.dumps(_LOGGING))
        start = chroot.command("python3", "-m", "synapse.app.homeserver", "-c",
                               inside / "synapse.yaml")
        subprocess.run([*start, "--generate-keys"], check=True, capture_output=True)
        super().__init__(start, port, self.folder.outside / "synapse.log")

    @property
    def url(self):
        """For participants: without TLS."""
        return f"http://127.0.0.1:{self.port}"

    def participant(self, name, client=MatrixClient):
        """A new user, signed on and listening; a context that ends that."""
        return client.register(self.url, name, "secret")

    def bot(self, directory, name="usher"):
        """A new user for the bot: its network for the configuration."""
        create_user(self.url, name, _BOT_PASSWORD, signed_on=False)
        return {"type": "matrix", "homeserver": f"https://localhost:{self.tls_port}",
                "ca_file": str(self.ca_file), "user": f"@{name}:localhost",
                "password_file": secret_file(directory, f"{name}.password", _BOT_PASSWORD)}

    def bot_elsewhere(self, user):
        """The account of the bot of that user id, signed on by somebody else."""
        return MatrixClient.sign_on(self.url, user, _BOT_PASSWORD)

    def bot_devices(self, user):
        """The ids of the devices that the bot of that user id has signed on with."""
        return devices(self.url, user, _BOT_PASSWORD)

    def end_bot_sessions(self, user):
        """Revokes the tokens of the bot of that user id."""
        end_sessions(self.url, user, _BOT_PASSWORD)

    def stop(self):
        super().stop()
        self.folder.remove()
