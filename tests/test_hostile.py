"""Bodies meant to hurt: a finding, in bounded memory, with a position; run in a process of its own that is bounded."""

import subprocess
import sys

import pytest

HEAD = 'ok = b\'{"SourceContactId":1,"DestinationContactId":2\'\n'
CASES = {
    "a million digits": "ok + b',\"Reversed\":' + b'9' * 10**6 + b'}'",
    "a million digits of fraction": "ok + b',\"Reversed\":0.' + b'9' * 10**6 + b'}'",
    "an exponent of a million digits": "ok + b',\"Reversed\":1e' + b'9' * 10**6 + b'}'",
    "200,000 levels": "b'[' * 200000",
    "200,000 levels, closed": "ok + b',\"x\":' + b'[' * 200000 + b']' * 200000 + b'}'",
    "200,000 objects": "b'{\"a\":' * 200000",
    "a name 100,000 times": 'ok + b\',"Reversed":1\' * 100000 + b\',"Reversed":"x"}\'',
    "100,000 unknown names": "ok + b''.join(b',\"k%d\":1' % i for i in range(100000)) + b'}'",
    "100,000 bad links": "ok + b',\"_Links\":{' + b','.join(b'\"k%d\":\"x\"' % i for i in range(100000)) + b'}}'",
    "100,000 lone surrogates": "ok + b',\"Comment\":\"' + b'\\\\ud800' * 100000 + b'\"}'",
    "an endless string": "ok + b',\"Comment\":\"' + b'x' * 10**7",
    "a million quotes": "b'\"' * 10**6",
    "a million backslashes": "b'\"' + b'\\\\' * 10**6",
    "a million NULs": "b'\\0' * 10**6",
    "a million minus signs": "b'-' * 10**6",
}
RUN = """
import resource
resource.setrlimit(resource.RLIMIT_AS, (1_000_000_000, 1_000_000_000))
resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
import relation_spec
{head}
body = {body}
report = relation_spec.validate_request_body(body)
assert not report.valid and len(report.findings) <= 100
assert all(f.line == 1 and f.column >= 1 and len(f.message) < 400 for f in report.findings)
assert relation_spec.is_valid_request_body(body) is False
status = open("/proc/self/status").read()  # ru_maxrss would count what the parent had before exec
print(int(status.split("VmHWM:")[1].split()[0]) // 1024)
"""


@pytest.mark.parametrize("body", CASES.values(), ids=CASES)
def test_a_hostile_body_ends_in_a_finding_within_bounds(body: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", RUN.format(head=HEAD, body=body)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) < 300
