# SPDX-License-Identifier: MIT
"""A throwaway certificate authority and a server certificate of it; a client's own."""

import subprocess
from pathlib import Path


def _openssl(*arguments, cwd):
    subprocess.run(["openssl", *arguments], cwd=cwd, check=True,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def fingerprint(path):
    """The SHA-256 fingerprint of a certificate, as openssl prints it."""
    text = subprocess.run(["openssl", "x509", "-in", str(path), "-noout",
                           "-fingerprint", "-sha256"], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    return text.strip().rpartition("=")[2]


def client_certificate(path):
    """Writes a certificate with its key to one file, as the bot wants it."""
    path = Path(path)
    _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
             "-nodes", "-days", "2", "-keyout", f"{path}.key", "-out", f"{path}.crt",
             "-subj", "/CN=usher", cwd=path.parent)
    path.touch(mode=0o600)
    path.write_text("".join(Path(f"{path}.{part}").read_text() for part in ("crt", "key")))
    return path


class Authority:
    """Makes ca.pem in `directory`, and certificates signed by it."""

    def __init__(self, directory, name="usher test authority"):
        self.directory = Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.ca_file = self.directory / "ca.pem"
        _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
                 "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                 "-keyout", "ca.key", "-out", "ca.pem", "-subj", f"/CN={name}",
                 "-addext", "basicConstraints=critical,CA:TRUE",
                 cwd=self.directory)

    def issue(self, names="DNS:localhost,IP:127.0.0.1"):
        """Paths of a certificate for `names` and of its key."""
        _openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                 "-nodes", "-keyout", "server.key", "-out", "server.csr",
                 "-subj", "/CN=localhost", cwd=self.directory)
        (self.directory / "names").write_text(f"subjectAltName={names}\n")
        _openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem",
                 "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
                 "-extfile", "names", "-out", "server.pem", cwd=self.directory)
        return self.directory / "server.pem", self.directory / "server.key"
