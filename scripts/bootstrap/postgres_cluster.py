"""A private PostgreSQL cluster: made once, started as our own child, reached by password over loopback.

Why a password over TCP: loopback with `trust` would let every user of the machine become superuser of the cluster
and run programs as its user; a Unix socket needs a path under 107 bytes, which a deep checkout exceeds.
The application's role is no superuser, as in production: it owns its database and may create others for tests.
"""

import shutil
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bootstrap.errors import Stop
from bootstrap.postgres_binaries import Binaries
from bootstrap.privileges import ServerUser
from bootstrap.processes import Command, capture, telling_line
from bootstrap.supervisor import Service, die_with_parent

ROLE = DATABASE = "artisan"


@dataclass(frozen=True)
class Cluster:
    home: Path
    binaries: Binaries
    user: ServerUser
    port: int
    password: str
    durable: bool
    settings: Mapping[str, str] = field(default_factory=dict)  # of the server, instead of ours

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def url(self) -> str:
        return f"postgres://{ROLE}:{self.password}@127.0.0.1:{self.port}/{DATABASE}"

    @property
    def exists(self) -> bool:
        return (self.data / "PG_VERSION").is_file()

    def initialise(self, log: Path) -> None:
        """Make the cluster, the role and the database: all of it, or nothing that a later run would trip over."""
        fresh = self.home / "data.new"
        self.user.make_folder(self.home)
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            self._initdb(fresh, log)
            self._write_settings(fresh)
            self._create_role_and_database(fresh, log)
            fresh.rename(self.data)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)

    def _initdb(self, fresh: Path, log: Path) -> None:
        passwords = self.home / "password.new"
        try:
            passwords.touch(mode=0o600)
            passwords.write_text(self.password + "\n")
            self.user.own(passwords)
            self._run(
                [
                    self.binaries.initdb,
                    f"--pgdata={fresh}",
                    "--username=postgres",
                    "--encoding=UTF8",
                    f"--locale={utf8_locale()}",
                    "--auth=scram-sha-256",
                    f"--pwfile={passwords}",
                    "--no-instructions",
                    *([] if self.durable else ["--no-sync"]),
                ],
                log,
            )
        finally:
            passwords.unlink(missing_ok=True)

    def _create_role_and_database(self, fresh: Path, log: Path) -> None:
        # A single-user backend needs neither a port nor a client, which the packaged PostgreSQL lacks.
        statements = (
            f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{self.password}'",
            f"CREATE DATABASE {DATABASE} OWNER {ROLE}",
            # One test makes a role that may do less than this one.
            *([] if self.durable else [self._leave_to_empty_tables(), f"ALTER ROLE {ROLE} CREATEROLE"]),
        )
        self._run(
            [self.binaries.postgres, "--single", "-j", "-D", fresh, "postgres"],
            log,
            given=";\n\n".join(statements) + ";\n\n",
        )

    def _leave_to_empty_tables(self) -> str:
        """Tests empty the ledger, which its triggers refuse: in a throw-away cluster they may be passed by."""
        if self.binaries.major < 15:
            return f"ALTER ROLE {ROLE} SUPERUSER"
        return f"GRANT SET ON PARAMETER session_replication_role TO {ROLE}"

    def _run(self, command: Command, log: Path, given: str = "") -> None:
        done = subprocess.run(
            command, input=given, capture_output=True, text=True, cwd=self.home, check=False, **self.user.switch
        )
        said = (done.stdout + done.stderr).replace(self.password, "…")
        with log.open("a") as file:
            file.write(f"\n$ {Path(command[0]).name}\n{said}")
        if done.returncode != 0 or "ERROR:" in said or "FATAL:" in said:
            raise Stop(
                f"The private PostgreSQL could not be made: {telling_line(said)}",
                f"Mend that and run the command again (details: {log})",
            )

    def _write_settings(self, data: Path) -> None:
        """Rewritten before each start, because the port may have changed."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "logging_collector": "off",
            "wal_compression": self._wal_compression(data),
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        settings |= self.settings
        lines = [f"{name} = '{value}'" for name, value in settings.items()]
        own = data / "artisan.conf"
        own.write_text("# Written at each start.\n" + "\n".join(lines) + "\n")
        self.user.own(own)
        main = data / "postgresql.conf"
        if "include 'artisan.conf'" not in main.read_text():
            with main.open("a") as file:
                file.write("\ninclude 'artisan.conf'\n")

    def _wal_compression(self, data: Path) -> str:
        """lz4 where this build has it: half the WAL at hardly any cost."""
        question: Command = [
            self.binaries.postgres,
            "-D",
            str(data),
            "-c",
            "wal_compression=lz4",
            "-C",
            "wal_compression",
        ]
        done = subprocess.run(question, capture_output=True, cwd=self.home, check=False, **self.user.switch)
        return "lz4" if done.returncode == 0 else "on"

    def service(self, log: Path) -> Service:
        """The server as a child of ours; SIGINT is PostgreSQL's word for "end the sessions and stop cleanly"."""
        self._insist_on_same_major()
        self._write_settings(self.data)
        return Service(
            name="postgres",
            command=[self.binaries.postgres, "-D", self.data],
            log=log,
            cwd=self.home,
            env=None,
            user=self.user,
            ready=self._is_ready,
            stop_signal=signal.SIGINT,
            prepare_child=die_with_parent(signal.SIGINT),
        )

    def _insist_on_same_major(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if made_by != str(self.binaries.major):
            raise Stop(
                f"The data in {self.data} was made by PostgreSQL {made_by}, which is no longer here",
                f"Install it (sudo apt-get install postgresql-{made_by}), or start anew with: make demo-reset",
            )

    def _is_ready(self) -> bool:
        """PostgreSQL writes its status into the eighth line of its pid file; no client is needed to read it."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready"


def utf8_locale() -> str:
    """A UTF-8 locale that this system has, so that case and full-text search know more than ASCII."""
    code, said = capture(["locale", "-a"])
    names = set(said.split()) if code == 0 else set()
    wanted = ("C.UTF-8", "C.utf8", "en_US.UTF-8", "en_US.utf8")
    return next((name for name in wanted if name in names), "C")
