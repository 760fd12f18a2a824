"""One step of the growth measure in a fresh process: judge one large body, print seconds and extra memory as JSON.

    growth_step.py CALL FILE SIDE MAX_FINDINGS MOST_SECONDS [SPEC]

CALL is ``is_valid``, ``validate``, ``read`` (validate, and read every finding with its place), or ``parse`` (json).
Extra memory is the peak while judging above what was resident before, body included; the body itself is not counted.
The first call gives the memory; the time is the median of calls as long as MOST_SECONDS last, one at least.
"""

import json
import resource
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import relation_spec

_STATUS = Path("/proc/self/status")


def memory(field: str) -> int:
    """Bytes by a field of Linux's status file; elsewhere the peak stands for both."""
    if _STATUS.exists():
        return next(int(line.split()[1]) for line in _STATUS.read_text().splitlines() if line.startswith(field)) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def caller(call: str, side: str, max_findings: int, spec: list[str]) -> Callable[[bytes], object]:
    """What is timed; its answer is a verdict or a number of findings."""
    if call == "parse":
        return lambda body: json.loads(body) is not None
    contract = relation_spec.load(*spec)
    judge = getattr(contract, f"{call.replace('read', 'validate')}_{side}_body")

    def validate(body: bytes) -> int:
        findings = judge(body, max_findings=max_findings).findings
        for finding in findings:
            _ = finding.pointer
            if call == "read":
                _ = finding.message, finding.line, finding.column
        return len(findings)

    return judge if call == "is_valid" else validate


def main() -> None:
    """Read, warm up, judge, print."""
    call, file, side, max_findings, most, *spec = sys.argv[1:]
    judge = caller(call, side, int(max_findings), spec)
    judge(b"{}")
    body = Path(file).read_bytes()
    if (clear := Path("/proc/self/clear_refs")).exists():
        clear.write_text("5")  # forget the peak of reading
    before = memory("VmRSS")
    times: list[float] = []
    extra = 0
    while not times or sum(times) < float(most):
        begin = perf_counter()
        answer = judge(body)
        times.append(perf_counter() - begin)
        extra = extra or max(memory("VmHWM") - before, 1)
    print(json.dumps({"seconds": statistics.median(times), "extra": extra, "size": len(body), "answer": answer}))


if __name__ == "__main__":
    main()
