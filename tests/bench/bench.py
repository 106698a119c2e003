"""What a request costs, through lighttpd as we ship it, with logging on; `make bench`.

    bench.py BUILD_DIRECTORY

The upstream is a program of its own that costs next to nothing (upstream.cc). CPU is what the kernel booked on castor's
processes; latency is that through castor less that of the upstream asked directly, both in turns, so that a busy
machine troubles both; memory is the proportional set size, less that of the same processes before the streams.
Numbers are for reading: nothing here fails because a machine is slow.
"""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration"))

import bodies
import castor
import scratch
import servers

SMALL, LARGE = 1 << 10, 120 << 10
PIECES = 20  # of every answer
GEMINI_PATH = "/v1beta/models/gemini-4-hydrogen:streamGenerateContent?alt=sse"

CPU_REQUESTS, CPU_PER_SECOND = 1500, 150
LATENCY_ROUNDS, LATENCY_REQUESTS, LATENCY_PER_SECOND = 8, 200, 100


class Bench:
    def __init__(self, build):
        self.build = pathlib.Path(build)
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="castor-bench-"))

    def program(self, name):
        return str(self.build / ("bench_" + name))

    def body(self, size, stream):
        path = self.directory / ("body-%d-%d.json" % (size, stream))
        if not path.exists():
            path.write_text(json.dumps(bodies.request(size, stream), separators=(",", ":")))
        return str(path)

    def run(self, name, *arguments):
        done = subprocess.run([self.program(name), *map(str, arguments)], capture_output=True, text=True, check=False)
        if done.stderr:
            print(done.stderr, file=sys.stderr, end="")
        return done.stdout


@contextlib.contextmanager
def upstream(bench, interval_ms):
    """Its port."""
    port = servers.free_port()
    process = subprocess.Popen([bench.program("upstream"), str(port), str(PIECES), str(interval_ms)],
                               stdout=subprocess.PIPE, text=True)
    try:
        process.stdout.readline()
        yield port
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def gateway(bench, interval_ms, processes=2, threads=64):
    """castor behind lighttpd, in front of an upstream."""
    with upstream(bench, interval_ms) as port, contextlib.ExitStack() as cleanup:
        it = castor.Castor({"upstream": {"base_url": "http://127.0.0.1:%d" % port}},
                           keys=["bench-key-%d" % number for number in range(20)])
        cleanup.callback(it.close)
        server = servers.Lighttpd(it, processes=processes, threads=threads)
        cleanup.callback(server.stop)
        it.upstream_port = port
        it.port = server.port
        yield it


def ask(bench, it, body, requests, per_second, direct=False):
    """The samples of that many requests; see load.cc."""
    port, path = (it.upstream_port, GEMINI_PATH) if direct else (it.port, "/v1/messages")
    samples = json.loads(bench.run("load", port, path, it.client_key, body, "rate", requests, per_second))
    if samples["bad"]:
        print("%d of %d requests went wrong" % (samples["bad"], requests), file=sys.stderr)
    return samples


def cpu_seconds(pids):
    """What the threads of these processes have used: schedstat counts nanoseconds, stat only ticks."""
    total = 0
    for pid in pids:
        for task in pathlib.Path("/proc/%d/task" % pid).iterdir():
            total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def memory_kb(pids):
    total = 0
    for pid in pids:
        for line in pathlib.Path("/proc/%d/smaps_rollup" % pid).read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total


def measure_cpu(bench, it, size, stream):
    """Milliseconds for a request."""
    body = bench.body(size, stream)
    ask(bench, it, body, 200, CPU_PER_SECOND)  # every thread has met a request
    before = cpu_seconds(it.pids())
    ask(bench, it, body, CPU_REQUESTS, CPU_PER_SECOND)
    return (cpu_seconds(it.pids()) - before) / CPU_REQUESTS * 1e3


def measure_latency(bench, it, size, stream):
    """Percentiles in milliseconds, of the time to the first byte and to the last: (castor, direct) each."""
    body = bench.body(size, stream)
    through, direct = [], []
    for _ in range(LATENCY_ROUNDS):
        through.append(ask(bench, it, body, LATENCY_REQUESTS, LATENCY_PER_SECOND))
        direct.append(ask(bench, it, body, LATENCY_REQUESTS, LATENCY_PER_SECOND, direct=True))

    def percentile(rounds, share):
        values = sorted(value for samples in rounds for value in samples["whole_us"])
        return values[round(share * (len(values) - 1))] / 1e3

    return {share: (percentile(through, share), percentile(direct, share)) for share in (0.5, 0.99)}


def measure_memory(bench, size, streams):
    """Kilobytes for an open stream."""
    # More threads than streams: the kernel shares connections out to processes as it likes.
    with gateway(bench, interval_ms=500, processes=2 if streams < 500 else 3, threads=min(streams, 500)) as it:
        ask(bench, it, bench.body(SMALL, True), 4, 4)
        idle = memory_kb(it.pids())
        load = subprocess.Popen([bench.program("load"), str(it.port), "/v1/messages", it.client_key,
                                 bench.body(size, True), "hold", str(streams)], stdout=subprocess.PIPE, text=True)
        load.stdout.readline()
        loaded = memory_kb(it.pids())
        outcome = load.stdout.read()
        load.wait()
        if load.returncode:
            print("not all streams ended well: %s" % outcome.strip(), file=sys.stderr)
        return (loaded - idle) / streams


def row(what, value, unit, goal="", note=""):
    print("%-44s %8.3f %-3s %-10s %s" % (what, value, unit, goal, note), flush=True)


def name_of(size, stream):
    return "%3d KB%s" % (size >> 10, ", stream" if stream else "")


def report_translation(bench):
    reply = bench.directory / "reply"
    with upstream(bench, 0) as port:
        # One answer of the upstream, as castor gets it.
        with urllib.request.urlopen(urllib.request.Request(
                "http://127.0.0.1:%d%s" % (port, GEMINI_PATH), data=b"{}")) as answer:
            reply.write_bytes(answer.read())
    for size in (SMALL, LARGE):
        cost = json.loads(bench.run("translate", bench.body(size, True), reply))
        row("  translation alone, " + name_of(size, True), (cost["request_us"] + cost["stream_us"]) / 1e3, "ms", "",
            "of which JSON parsing %.3f" % (cost["parse_us"] / 1e3))


def report_cpu(bench):
    print("CPU of castor's processes for a request")
    with gateway(bench, interval_ms=0) as it:
        for size, goal in ((SMALL, "< 0.35"), (LARGE, "< 0.9")):
            for stream in (False, True):
                row("  " + name_of(size, stream), measure_cpu(bench, it, size, stream), "ms", goal)
        at_once = measure_cpu(bench, it, SMALL, True)
    with gateway(bench, interval_ms=10) as it:
        spread = measure_cpu(bench, it, SMALL, True)
    row("  an event of a stream, by itself", (spread - at_once) / (PIECES - 1), "ms")
    report_translation(bench)


def report_latency(bench):
    print("Latency at %d requests a second, to the end of the answer" % LATENCY_PER_SECOND)
    with gateway(bench, interval_ms=0) as it:
        for size in (SMALL, LARGE):
            for share, (through, direct) in measure_latency(bench, it, size, True).items():
                row("  %s, added p%d" % (name_of(size, True), share * 100), through - direct, "ms",
                    "< 1" if share > 0.5 else "", "%.3f through castor, %.3f direct" % (through, direct))


def report_memory(bench):
    print("Memory of castor's processes for an open stream")
    for size, streams in ((SMALL, 200), (LARGE, 200), (SMALL, 1000), (LARGE, 1000)):
        row("  %d streams, %s" % (streams, name_of(size, True)), measure_memory(bench, size, streams) / 1024, "MB",
            "< 0.2")


REPORTS = {"cpu": report_cpu, "latency": report_latency, "memory": report_memory}


def main():
    bench = Bench(sys.argv[1])
    print("load average %.1f before the start, %d cores" % (os.getloadavg()[0], os.cpu_count()))
    for name in sys.argv[2:] or REPORTS:
        REPORTS[name](bench)


if __name__ == "__main__":
    main()
