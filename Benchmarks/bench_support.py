"""What the measuring scripts share: where things are, and the processes and clients around the program."""

import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
PACKAGE = HERE.parent
SCRATCH = PACKAGE / ".build-bench"
PROGRAM_FILE = HERE / "mate3.json"
FIRST_REGISTER = 40000
SYSTEM_PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def shared():
    """The folder with the C floor and the capture, or None."""
    folder = pathlib.Path(os.environ.get("MATE3_SHARED", PACKAGE.parent / "shared"))
    return folder if (folder / "bench/compare.py").exists() else None


def need_shared():
    folder = shared()
    if folder is None:
        raise SystemExit("the folder with the C floor is not here (../shared/bench, or MATE3_SHARED)")
    return folder


def capture_file():
    found = sorted((need_shared() / "data").glob("capture-*.json"))
    if not found:
        raise SystemExit(f"there is no capture in {need_shared()}/data")
    return found[0]


def build_floor():
    """Compiles a copy of the C floor: the shared folder may be read-only."""
    copy = SCRATCH / "compare"
    shutil.copytree(need_shared() / "bench", copy, dirs_exist_ok=True)
    for file in [copy, *copy.iterdir()]:
        file.chmod(0o755 if file.is_dir() or file.suffix == ".py" else 0o644)
    for file in copy.iterdir():
        if file.suffix == "" and file.is_file() and file.with_suffix(".c").exists():
            file.chmod(0o755)
    if subprocess.run(["pkg-config", "--exists", "libmodbus", "libmosquitto"]).returncode:
        sys.exit("the C floor needs libmodbus and libmosquitto: apt-get install libmodbus-dev libmosquitto-dev")
    subprocess.run(["make", "-s", "-C", copy], check=True, stdout=sys.stderr)
    return copy


def build_program():
    """The release binary with the Swift libraries in it: as built, and the stripped copy that is measured."""
    words = ["swift", "build", "--package-path", PACKAGE, "--scratch-path", SCRATCH / "release", "--configuration",
             "release", "--product", "mate3", "-Xswiftc", "-static-stdlib"]
    subprocess.run(words, check=True, stdout=sys.stderr)
    shown = subprocess.run(words + ["--show-bin-path"], check=True, capture_output=True, text=True)
    built = pathlib.Path(shown.stdout.strip().splitlines()[-1], "mate3")
    stripped = SCRATCH / "bin/mate3"
    stripped.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["strip", "-o", stripped, built], check=True)
    return built, stripped


def without_block_ids(write, fields):
    """compare.py's list of every number that may change, without the ids and lengths of blocks.

    Its table has a field that the block of this system is too short for, whose address is the next block's id. A
    gateway whose blocks change their kind is scanned anew, which is not what the load is about.
    """
    rows = [line.split("\t") for line in fields.read_text().splitlines()[1:]]
    headers = {row[0] for row in rows if row[4].endswith(("/did", "/length"))}

    def write_without(path, capture):
        write(path, capture)
        path.write_text("".join(f"{line}\n" for line in path.read_text().split() if line not in headers))

    return write_without


def free_ports(count):
    """The first of so many ports in a row that nobody listens on."""
    for _ in range(200):
        first = random.randrange(20000, 32000 - count)
        with contextlib.ExitStack() as stack:
            try:
                for port in range(first, first + count):
                    each = stack.enter_context(socket.socket())
                    each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    each.bind(("127.0.0.1", port))
                return first
            except OSError:
                continue
    raise SystemExit(f"there are no {count} free ports in a row")


def on_core(core):
    """All that is started from now on shares one core, as compare.py has it."""
    os.sched_setaffinity(0, {core})


def kib(file, key):
    with open(file) as lines:
        return next((int(line.split()[1]) for line in lines if line.startswith(key)), 0)


def io(pid, key):
    """What the kernel has counted of a process's reading and writing."""
    with open(f"/proc/{pid}/io") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(key + ":"))


def anonymous_kib(pid):
    """What the process alone has of memory that no file stands behind."""
    return kib(f"/proc/{pid}/smaps_rollup", "Pss_Anon:")


def anonymous_and_threads(pid):
    """In place of compare.py's memory_kb, whose first figure is resident memory."""
    return anonymous_kib(pid), len(os.listdir(f"/proc/{pid}/task"))


class Process:
    """A program that is started now and ended with the block."""

    def __init__(self, *words, environment=None):
        self.log = tempfile.TemporaryFile("w+")
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [str(word) for word in words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log, text=True,
            env=os.environ | {"PATH": SYSTEM_PATH} | (environment or {}))
        self.pid = self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.process.poll() is None:
                self.process.send_signal(number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(5)
        self.process.stdout.close()
        self.log.close()

    def check(self):
        if self.process.poll() is not None:
            self.log.seek(0)
            raise SystemExit(f"{self.process.args[0]} ended with status {self.process.returncode}: "
                             f"{self.log.read()[-1000:]}")

    def counts(self):
        """What register_server and message_count print on SIGUSR1."""
        self.check()
        self.process.send_signal(signal.SIGUSR1)
        return json.loads(self.process.stdout.readline())

    def cpu_us(self):
        return time.clock_gettime_ns((~self.pid << 3) | 2) / 1e3

    def memory_kib(self):
        """Anonymous and resident."""
        return anonymous_kib(self.pid), kib(f"/proc/{self.pid}/status", "VmRSS:")


@contextlib.contextmanager
def broker():
    """A mosquitto without persistence on a free port, which is given."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        port = free_ports(1)
        file = pathlib.Path(folder, "mosquitto.conf")
        file.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nset_tcp_nodelay true\n"
                        "max_queued_messages 0\nlog_dest none\nsys_interval 0\n")
        file.chmod(0o644)
        pathlib.Path(folder).chmod(0o755)
        with Process("mosquitto", "-c", file) as process:
            wait_for_port(port, process)
            process.port = port
            yield process


@contextlib.contextmanager
def register_server(floor, *more, count=1, delay_ms=0.0):
    port = free_ports(count)
    with Process(floor / "register_server", "--capture", capture_file(), "--port", port, "--count", count,
                 "--delay-ms", delay_ms, *more) as process:
        wait_for_port(port, process)
        process.port = port
        yield process


def wait_for_port(port, process, limit=10.0):
    end = time.monotonic() + limit
    while time.monotonic() < end:
        process.check()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.01)
    raise SystemExit(f"nothing listens on port {port}")


def fill(text, values):
    for key, value in values.items():
        text = text.replace("{" + key + "}", str(value))
    return text


@contextlib.contextmanager
def mate3(binary, values, which="one.yaml", changes=(), folder=None):
    """The program with the configuration of mate3.json, and settings that differ from it as text to replace.

    `folder` holds its configuration and what it keeps from run to run; a new one unless it is given.
    """
    given = json.loads(PROGRAM_FILE.read_text())
    with tempfile.TemporaryDirectory(prefix="bench-") if folder is None else contextlib.nullcontext(folder) as folder:
        text = given["files"][which]
        for old, new in changes:
            if old not in text:
                raise SystemExit(f"{PROGRAM_FILE.name} has no ‘{old}’ in {which} any more")
            text = text.replace(old, new)
        lines = []
        for line in text.splitlines(keepends=True):
            for i in range(values["n"]) if "{gateway_port}" in line else [0]:
                lines.append(fill(line, values | {"i": i, "gateway_port": values["modbus_port"] + i, "dir": folder}))
        file = pathlib.Path(folder, which)
        file.write_text("".join(lines))
        with Process(binary, "bridge", "--config", file, environment=given["env"]) as process:
            yield process


class Subscriber:
    """An MQTT 3.1.1 client that notes when each topic first arrived."""

    def __init__(self, port, topic_filter="#"):
        self.socket = socket.create_connection(("127.0.0.1", port), 5)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.buffer = b""
        self.first = {}
        name = f"bench-{os.getpid()}-{random.getrandbits(32):x}".encode()
        body = b"\0\4MQTT\4\2\0\0" + struct.pack(">H", len(name)) + name
        self.socket.sendall(bytes([0x10, len(body)]) + body)
        wanted = topic_filter.encode()
        body = b"\0\1" + struct.pack(">H", len(wanted)) + wanted + b"\0"
        self.socket.sendall(bytes([0x82, len(body)]) + body)

    def listen(self, seconds, quiet=None):
        """Takes what arrives for so long, or until nothing new came for `quiet` seconds."""
        end = time.monotonic() + seconds
        last = time.monotonic()
        while (now := time.monotonic()) < end and not (quiet and self.first and now - last > quiet):
            self.socket.settimeout(min(0.05, max(0.001, end - now)))
            try:
                data = self.socket.recv(1 << 18)
            except TimeoutError:
                continue
            if not data:
                break
            before = len(self.first)
            self.take(data, time.monotonic())
            if len(self.first) > before:
                last = time.monotonic()
        return self.first

    def take(self, data, now):
        self.buffer += data
        at = 0
        while True:
            length, shift, body = 0, 0, at + 1
            while True:
                if body >= len(self.buffer):
                    self.buffer = self.buffer[at:]
                    return
                byte = self.buffer[body]
                length |= (byte & 0x7F) << shift
                shift += 7
                body += 1
                if byte < 0x80:
                    break
            if len(self.buffer) - body < length:
                self.buffer = self.buffer[at:]
                return
            if self.buffer[at] >> 4 == 3:
                size = struct.unpack_from(">H", self.buffer, body)[0]
                self.first.setdefault(self.buffer[body + 2:body + 2 + size].decode(), now)
            at = body + length

    def close(self):
        self.socket.close()


def state_topics(topics, base):
    """Those of fields: the base, device, port and field."""
    parts = ((topic, topic.removeprefix(base + "/").split("/")) for topic in topics if topic.startswith(base + "/"))
    return [topic for topic, levels in parts
            if len(levels) == 3 and levels[1].isdigit() and levels[2] != "availability"]


def bare_read(port, limit, registers=1278):
    """Seconds that a client without any work of its own takes to read the map once, and its requests."""
    with socket.create_connection(("127.0.0.1", port), 5) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        start = time.monotonic()
        requests = 0
        for position in range(0, registers, limit):
            count = min(limit, registers - position)
            requests += 1
            client.sendall(struct.pack(">HHHBBHH", requests, 0, 6, 1, 3, FIRST_REGISTER + position, count))
            wanted, answer = 9 + 2 * count, b""
            while len(answer) < wanted:
                data = client.recv(wanted - len(answer))
                if not data:
                    raise SystemExit("the register server hung up")
                answer += data
        return time.monotonic() - start, requests


def progress(text):
    print(f"… {text}", file=sys.stderr, flush=True)
