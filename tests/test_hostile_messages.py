"""Messages meant to hurt: a verdict as decided, in bounded time and memory, and nothing read from disk or network.

Each is judged in a process of its own. A timer of its processor time ends it after a second of judging or of wording, an audit hook
writes down every file and socket that is opened meanwhile, and the kernel knows the most memory that it ever held.
"""

import json
import subprocess
import sys
from typing import Any

import pytest

RUN = """
import json, resource, signal, sys
resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000, 1_500_000_000))
import relation_spec
from relation_spec import Request, validate_request, validate_request_body, is_valid_request_body

KEYS = {"Authorization": "SoTicket 7T:abc=="}
PATH = "/api/v1/Relation"
OK = '{"SourceContactId":1,"DestinationContactId":2}'
HEAD = "<ContactRelationEntity><SourceContactId>1</SourceContactId><DestinationContactId>2</DestinationContactId>"
END = "</ContactRelationEntity>"
COMMENT = HEAD + "<Comment>%s</Comment>" + END
FORM = "SourceContactId=1&DestinationContactId=2"


def doctype(text, body="&a;"):
    return "<!DOCTYPE ContactRelationEntity [%s]>" % text + COMMENT % body


def judge(body, content_type):
    return validate_request(Request("POST", PATH, {**KEYS, "Content-Type": content_type}, body))


def small(content_type):
    text, wrong = {
        "application/xml": (HEAD + "<Reversed>%s</Reversed>" + END, "<Revers>1</Revers><a b='c'>&d;"),
        "application/x-www-form-urlencoded": (FORM + "&Reversed=%s", "&Revers=1&a=%zz"),
    }[content_type]
    for body in (text % "1", text % "x", wrong, text % "1" + wrong, text % "1" + wrong[:-5], (text % "1").replace("Reversed", "Revers"), "", "{", "<!DOCTYPE a>", "\\ud800"):
        for form in (body, body.encode("utf-8", "replace"), body.encode("utf-16", "replace")):
            for charset in ("", "; charset=utf-16", "; charset=utf-32", "; charset=iso-8859-1", "; charset=shift_jis"):
                judge(form, content_type + charset).to_dict()


subject = SUBJECT
opened = []
signal.setitimer(signal.ITIMER_VIRTUAL, 1)
report = JUDGED
signal.setitimer(signal.ITIMER_VIRTUAL, 0)
signal.setitimer(signal.ITIMER_VIRTUAL, 1)
report.to_dict()
signal.setitimer(signal.ITIMER_VIRTUAL, 0)
watched = list(opened)
memory = int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) // 1024
assert len(report.findings) <= 100 and all(len(f.message) < 1000 for f in report.findings)
found = sorted({f"{f.severity} {f.code} {f.where}" for f in report.findings})
print(json.dumps({"found": found, "opened": watched, "memory": memory, "used": USED}))
"""
WATCH = """
def hook(event, arguments):
    if event == "open" or event.startswith(("socket.", "subprocess.", "os.exec", "os.posix_spawn", "urllib.", "http.")):
        opened.append([event, str(arguments)[:200]])
sys.addaudithook(hook)
"""


def run(subject: str, judged: str, warm: str) -> dict[str, Any]:
    code = RUN.replace("subject = SUBJECT", f"{warm}\nsubject = {subject}")
    code = code.replace("opened = []", f"opened = []\n{WATCH}\nimport time\nstart = time.process_time()")
    code = code.replace("JUDGED", judged).replace("USED", "time.process_time() - start")
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, (ran.returncode, ran.stderr[-2000:])
    outcome: dict[str, Any] = json.loads(ran.stdout)
    return outcome


def check(outcome: dict[str, Any], expected: list[str]) -> None:
    assert outcome["opened"] == []
    assert outcome["found"] == sorted(expected)
    assert outcome["memory"] < 300


MALFORMED = ["error malformed body"]
DEEP = ["error too-deep body"]
UNKNOWN = ["error unknown-property body"]
TYPE = ["error type body"]
NIL = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'

# the body, and what is found; "application/xml" unless a charset is said with it
XML: dict[str, tuple[str, list[str]]] = {
    "a billion laughs": (
        "doctype('<!ENTITY a0 \"ha\">' + ''.join(f'<!ENTITY a{i} \"{f\"&a{i-1};\" * 10}\">' for i in range(1, 10)), '&a9;')",
        MALFORMED,
    ),
    "quadratic blow-up": ("doctype('<!ENTITY a \"%s\">' % ('x' * 100_000), '&a;' * 100_000)", MALFORMED),
    "an entity in itself": ('doctype(\'<!ENTITY a "&b;"><!ENTITY b "&a;">\')', MALFORMED),
    "an external entity, a file": ("doctype('<!ENTITY a SYSTEM \"file:///etc/passwd\">')", MALFORMED),
    "an external entity, an address": ("doctype('<!ENTITY a SYSTEM \"http://127.0.0.1:9/a\">')", MALFORMED),
    "an external entity in an attribute": (
        'doctype(\'<!ENTITY a SYSTEM "file:///etc/passwd"><!ATTLIST Comment b CDATA "&a;">\')',
        MALFORMED,
    ),
    "a parameter entity": ("doctype('<!ENTITY % a SYSTEM \"file:///etc/passwd\"> %a;', 'x')", MALFORMED),
    "a parameter entity that is sent away": (
        "doctype('<!ENTITY % f SYSTEM \"file:///etc/passwd\"><!ENTITY % d SYSTEM \"http://127.0.0.1:9/d\"> %d; %f;', 'x')",
        MALFORMED,
    ),
    "an external document type": (
        '\'<!DOCTYPE ContactRelationEntity SYSTEM "http://127.0.0.1:9/a.dtd">\' + COMMENT % "x"',
        MALFORMED,
    ),
    "a public document type": (
        "'<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd\">' + COMMENT % 'x'",
        MALFORMED,
    ),
    "a document type in UTF-16": ("doctype('<!ENTITY a SYSTEM \"file:///etc/passwd\">').encode('utf-16')", MALFORMED),
    "an empty document type": ("doctype('', 'x')", MALFORMED),
    "a document type that never ends": ("'<!DOCTYPE a [' + '<!ELEMENT b ANY>' * 300_000", MALFORMED),
    "100,000 entities": (
        "doctype(''.join(f'<!ENTITY a{i} \"b\">' for i in range(100_000)), '&a99999;')",
        MALFORMED,
    ),
    "an inclusion": (
        '\'<ContactRelationEntity xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd" parse="text"/>\' + HEAD[23:] + END',
        ["error unknown-property body", "error unknown-attribute body"],
    ),
    "a style sheet": (
        "'<?xml-stylesheet type=\"text/xsl\" href=\"http://127.0.0.1:9/a.xsl\"?>' + COMMENT % 'x'",
        [],
    ),
    "a schema's place": (
        f"'<ContactRelationEntity {NIL} xsi:noNamespaceSchemaLocation=\"http://127.0.0.1:9/a.xsd\">' + HEAD[23:] + END",
        [],
    ),
    "100,000 levels": ("HEAD + '<a>' * 100_000 + '</a>' * 100_000 + END", DEEP),
    "100,000 levels that never end": ("'<a>' * 100_000", ["error too-deep body", "error root-element body"]),
    "100,000 attributes": (
        "'<ContactRelationEntity ' + ' '.join(f'a{i}=\"1\"' for i in range(100_000)) + HEAD[22:] + END",
        ["error unknown-attribute body"],
    ),
    "100,000 namespaces": (
        "'<ContactRelationEntity ' + ' '.join(f'xmlns:a{i}=\"b{i}\"' for i in range(100_000)) + HEAD[22:] + END",
        [],
    ),
    "an attribute of 10 MB": (
        "'<ContactRelationEntity a=\"' + 'x' * 10**7 + '\"' + HEAD[22:] + END",
        ["error unknown-attribute body"],
    ),
    "a name of 10 MB": ("HEAD + '<' + 'a' * 10**7 + '/>' + END", UNKNOWN),
    "a text of 50 MB": ("(COMMENT % ('x' * 50_000_000)).encode()", []),
    "a number of 10 MB": (
        "(HEAD + '<Reversed>%s</Reversed>' % ('9' * 10_000_000) + END).encode()",
        ["error range body"],
    ),
    "a million line feeds where a number should be": (
        "HEAD + '<Reversed>' + '\\n' * 10**6 + 'x</Reversed>' + END",
        TYPE,
    ),
    "a million line feeds before a fault": (
        "(COMMENT % ('\\n' * 10**6)).replace(END, '<Reversed>x</Reversed>' + END)",
        TYPE,
    ),
    "a million references": ("COMMENT % ('&amp;' * 10**6)", []),
    "a million references to characters": ("COMMENT % ('&#120;' * 10**6)", []),
    "a million CDATA sections": ("COMMENT % ('<![CDATA[x]]>' * 10**6)", []),
    "a CDATA section that never ends": ("HEAD + '<Comment><![CDATA[' + ']]' * 10**6", MALFORMED),
    "a million comments": ("HEAD + '<!---->' * 10**6 + END", []),
    "a comment with hyphens": ("HEAD + '<!-- a -- b -->' + END", MALFORMED),
    "a comment of hyphens that never ends": ("HEAD + '<!' + '-' * 10**7", MALFORMED),
    "a million processing instructions": ("HEAD + '<?a b?>' * 10**6 + END", []),
    "a processing instruction that never ends": ("HEAD + '<?a ' + '?' * 10**7", MALFORMED),
    "a million spaces in a tag": ("HEAD + '<Comment' + ' ' * 10**6 + '>x</Comment>' + END", []),
    "100,000 elements of one name": (
        "HEAD + '<Comment/>' * 100_000 + END",
        ["warning duplicate-key body"],
    ),
    "50,000 unknown elements": ("HEAD + ''.join(f'<a{i}/>' for i in range(50_000)) + END", UNKNOWN),
    "levels behind many warnings": (
        "HEAD + '<Comment/>' * 3_000 + '<a>' * 200 + '</a>' * 200 + END",
        ["error too-deep body", "warning duplicate-key body"],
    ),
    "a text behind many warnings": (
        "HEAD + '<Comment/>' * 3_000 + 'x' + END",
        ["error malformed body", "warning duplicate-key body"],
    ),
    "100,000 less-than signs": ("HEAD + '<' * 100_000", MALFORMED),
    "a start that never ends": ("HEAD + '<Comment ' + 'a=\"' * 10**6", MALFORMED),
    "an end tag too many": ("COMMENT % 'x' + END", MALFORMED),
    "an element that is not closed": ("HEAD + '<Comment>x' + END", MALFORMED),
    "an attribute twice": ('HEAD + \'<Comment a="1" a="2"/>\' + END', MALFORMED),
    "an attribute twice by its namespace": (
        'HEAD + \'<Comment xmlns:a="n" xmlns:b="n" a:c="1" b:c="2"/>\' + END',
        MALFORMED,
    ),
    "a prefix that nobody declared": ("HEAD + '<a:Comment>x</a:Comment>' + END", MALFORMED),
    "a prefix that may not be declared": ("HEAD + '<Comment xmlns:xml=\"n\">x</Comment>' + END", MALFORMED),
    "a namespace taken back": ("HEAD + '<Comment xmlns:a=\"\">x</Comment>' + END", MALFORMED),
    "a namespace for the root": (
        "HEAD.replace('>', ' xmlns=\"n\">', 1) + END",
        ["error root-element body"],
    ),
    "a namespace with a line feed": (
        "HEAD + '<Comment xmlns=\"a&#10;Reversed\">x</Comment>' + END",
        MALFORMED,
    ),
    "null with content": (
        f"HEAD.replace('>', ' {NIL}>', 1) + '<Comment xsi:nil=\"true\">x</Comment>' + END",
        MALFORMED,
    ),
    "null for the root": (f"'<ContactRelationEntity {NIL} xsi:nil=\"1\"/>'", TYPE),
    "null by half": (f"HEAD.replace('>', ' {NIL}>', 1) + '<Comment xsi:nil=\"yes\">x</Comment>' + END", MALFORMED),
    "a NUL": ("COMMENT % '\\0'", MALFORMED),
    "a million NULs": ("b'\\0' * 10**6", MALFORMED),
    "a reference to NUL": ("COMMENT % '&#0;'", MALFORMED),
    "a reference past Unicode": ("COMMENT % '&#x110000;'", MALFORMED),
    "a reference to half a character": ("COMMENT % '&#xD800;'", MALFORMED),
    "a control character": ("COMMENT % '\\x1b'", MALFORMED),
    "a byte that is no UTF-8": ("(COMMENT % 'x').encode().replace(b'x<', b'\\xff<')", MALFORMED),
    "an overlong slash": ("(COMMENT % 'x').encode().replace(b'>x<', b'>\\xc0\\xaf<')", MALFORMED),
    "UTF-16 declared in UTF-8": (
        "('<?xml version=\"1.0\" encoding=\"utf-16\"?>' + COMMENT % 'x').encode()",
        MALFORMED,
    ),
    "UTF-8 declared in UTF-16": (
        "('<?xml version=\"1.0\" encoding=\"utf-8\"?>' + COMMENT % 'x').encode('utf-16')",
        ["warning encoding body"],
    ),
    "UTF-16 without its mark": ("(COMMENT % 'x').encode('utf-16-le')", MALFORMED),
    "UTF-32": ("(COMMENT % 'x').encode('utf-32')", []),
    "UTF-7": (
        'b\'<?xml version="1.0" encoding="utf-7"?>+ADw-ContactRelationEntity/+AD4-\'',
        MALFORMED,
    ),
    "EBCDIC": ("('<?xml version=\"1.0\" encoding=\"cp037\"?>' + COMMENT % 'x').encode('cp037')", MALFORMED),
    "EBCDIC declared": ("b'<?xml version=\"1.0\" encoding=\"cp037\"?>' + (COMMENT % 'x').encode()", MALFORMED),
    "an encoding that nobody knows": (
        "b'<?xml version=\"1.0\" encoding=\"klingon\"?>' + (COMMENT % 'x').encode()",
        MALFORMED,
    ),
    "a codec of Python that is no encoding": (
        "b'<?xml version=\"1.0\" encoding=\"zlib_codec\"?>' + (COMMENT % 'x').encode()",
        MALFORMED,
    ),
    "an encoding with a path for a name": (
        "b'<?xml version=\"1.0\" encoding=\"..etc.passwd\"?>' + (COMMENT % 'x').encode()",
        MALFORMED,
    ),
    "a declaration of 10 MB": ("b'<?xml version=\"1.0\" ' + b'encoding ' * 10**6", MALFORMED),
    "a version that does not exist": ("'<?xml version=\"9.9\"?>' + COMMENT % 'x'", MALFORMED),
    "two declarations": ("'<?xml version=\"1.0\"?>' * 2 + COMMENT % 'x'", MALFORMED),
    "two roots": ("(COMMENT % 'x') * 2", MALFORMED),
    "text behind the root": ("COMMENT % 'x' + 'y'", MALFORMED),
    "a root alone": ("'<ContactRelationEntity/>'", ["error required body"]),
    "names escaped to nothing": (
        "HEAD + '<_x0000_/><_xD800_/><_x00110000_/><_x0043_omment>x</_x0043_omment>' + END",
        UNKNOWN,
    ),
    "names that escape to one name": (
        "HEAD + '<Comment>a</Comment><_x0043_omment>b</_x0043_omment>' + END",
        ["warning duplicate-key body"],
    ),
}

# the body, the charset that is said, and what is found
FORMS: dict[str, tuple[str, str, list[str]]] = {
    "100,000 fields": ("FORM + ''.join(f'&k{i}=1' for i in range(100_000))", "", UNKNOWN),
    "one field 100,000 times": ("FORM + '&Comment=x' * 100_000", "", ["warning duplicate-key body"]),
    "broken encoding behind many warnings": (
        "FORM + '&Comment=x' * 3_000 + '&Comment=%zz'",
        "",
        ["error malformed body", "warning duplicate-key body"],
    ),
    "an encoded number behind many warnings": (
        "FORM + '&Comment=x' * 3_000 + '&Reversed=%31'",
        "",
        ["warning duplicate-key body"],
    ),
    "half a character in a text": ("FORM + '&Comment=\\ud800'", "", MALFORMED),
    "a character of several bytes, of which one is a letter": (
        "FORM + '&Comment=%83A'",
        "; charset=shift_jis",
        [],
    ),
    "a million ampersands": ("'&' * 10**6", "", ["error required body"]),
    "an ampersand": ("'&'", "", ["error required body"]),
    "broken percent-encoding": ("FORM + '&Comment=100%'", "", MALFORMED),
    "half a percent-encoded byte": ("FORM + '&Comment=%4'", "", MALFORMED),
    "100,000 broken percent signs": ("FORM + '&%zz=%' * 100_000", "", MALFORMED),
    "a million percent signs": ("FORM + '&Comment=' + '%' * 10**6", "", MALFORMED),
    "a million encoded letters": ("FORM + '&Comment=' + '%41' * 10**6", "", []),
    "UTF-8 where ISO 8859-1 is said": ("FORM + '&Comment=%C3%A9'", "; charset=iso-8859-1", []),
    "ISO 8859-1 where UTF-8 is said": ("FORM + '&Comment=%E9'", "; charset=utf-8", MALFORMED),
    "both charsets in one": ("FORM + '&Comment=%C3%A9%E9'", "", MALFORMED),
    "raw bytes of ISO 8859-1": ("(FORM + '&Comment=\\xe9%E9').encode('latin-1')", "; charset=iso-8859-1", []),
    "raw bytes of UTF-8": ("(FORM + '&Comment=\\xe9%C3%A9').encode()", "", []),
    "raw bytes that are no UTF-8": ("(FORM + '&Comment=').encode() + b'\\xff'", "", MALFORMED),
    "half a character, encoded": ("FORM + '&Comment=%ED%A0%80'", "", MALFORMED),
    "a property and a part of it": ("FORM + '&CreatedBy=1&CreatedBy[Rank]=2'", "", ["warning duplicate-key body"]),
    "a part of a property and it": (
        "FORM + '&CreatedBy[Rank]=2&CreatedBy=1'",
        "",
        ["error type body", "warning duplicate-key body"],
    ),
    "a part below a number": ("FORM + '&Reversed[x]=1'", "", TYPE),
    "100,000 levels": ("FORM + '&CreatedBy' + '[a]' * 100_000 + '=1'", "", DEEP),
    "100,000 empty levels": ("FORM + '&CreatedBy' + '[]' * 100_000 + '=1'", "", DEEP),
    "100,000 brackets that do not close": ("FORM + '&CreatedBy' + '[' * 100_000 + '=1'", "", UNKNOWN),
    "100,000 brackets that close first": ("FORM + '&CreatedBy' + ']' * 100_000 + '[=1'", "", UNKNOWN),
    "1,000 fields of 100 levels": (
        "FORM + ''.join(f'&CreatedBy[k{i}]' + '[a]' * 100 + '=1' for i in range(1_000))",
        "",
        UNKNOWN,
    ),
    "50,000 parts of a map": (
        "FORM + ''.join(f'&_Links[k{i}]=https://e.com/' for i in range(50_000))",
        "",
        ["warning read-only body"],
    ),
    "empty names": ("FORM + '&=1&=2&[]=3&[a]=4'", "", [*UNKNOWN, "warning duplicate-key body"]),
    "names that JavaScript fears": ("FORM + '&__proto__[x]=1&constructor[prototype][y]=2'", "", UNKNOWN),
    "semicolons between fields": ("FORM.replace('&', ';')", "", ["error required body", "error type body"]),
    "a NUL": ("FORM + '&Comment=a%00b'", "", []),
    "a NUL in a number": ("FORM + '&Reversed=1%00'", "", TYPE),
    "a million NULs": ("b'\\0' * 10**6", "", ["error required body", "error unknown-property body"]),
    "a value of 50 MB": ("(FORM + '&Comment=' + 'x' * 50_000_000).encode()", "", []),
    "a number of 10 MB": ("FORM + '&Reversed=' + '9' * 10**7", "", ["error range body"]),
    "a name of 10 MB": ("FORM + '&' + 'x' * 10**7", "", UNKNOWN),
    "a million pluses": ("FORM + '&Comment=' + '+' * 10**6", "", []),
    "JSON in a form": ("OK", "", MALFORMED),
    "JSON in a field of a form": ("FORM + '&CreatedBy={\"Rank\":1}'", "", TYPE),
    "XML in a form": ("HEAD + END", "", MALFORMED),
    "spaces alone": ("' ' * 10**6", "", MALFORMED),
    "a line's end behind all": ("FORM + '&Reversed=1\\r\\n'", "", []),
    "UTF-16": ("FORM.encode('utf-16')", "; charset=utf-16", []),
    "UTF-16 that nobody said": ("FORM.encode('utf-16')", "", MALFORMED),
    "a byte order mark": ("b'\\xef\\xbb\\xbf' + FORM.encode()", "", []),
}

# the message but for its body, and what is found
NO_WAY = ["error unauthenticated header.Authorization"]
OTHERS: dict[str, tuple[str, list[str]]] = {
    "a value in lines of many spaces": (
        "(PATH, {**KEYS, 'X-A': ('\\n' + ' ' * 50) * 2_000 + '\\0'})",
        ["error header header.X-A"],
    ),
    "quotes that never end": (
        "(PATH, {**KEYS, 'Accept': 'a/b;c=' + '\"\\\\' * 100_000})",
        ["error header header.Accept"],
    ),
    "100,000 ranges": ("(PATH, {**KEYS, 'Accept': 'a/b,' * 100_000})", ["error not-acceptable header.Accept"]),
    "100,000 languages": (
        "(PATH, {**KEYS, 'Accept-Language': 'en-' + 'a-' * 100_000})",
        ["error language header.Accept-Language"],
    ),
    "100,000 parameters of a media type": (
        "(PATH, {**KEYS, 'Accept': 'text/json' + ';a=\"b\"' * 100_000})",
        [],
    ),
    "10,000 header fields": ("(PATH, [*KEYS.items(), *((f'X-{i}', 'x') for i in range(10_000))])", []),
    "10,000 header fields nearly known": (
        "(PATH, [*KEYS.items(), *((f'SO-Lan{i:04}', 'x') for i in range(10_000))])",
        [],
    ),
    "100,000 cookies": ("(PATH, {**KEYS, 'Cookie': ';'.join(f'a{i}=b' for i in range(100_000))})", []),
    "a million spaces behind a scheme": ("(PATH, {'Authorization': 'Basic' + ' ' * 10**6})", NO_WAY),
    "credentials of 10 MB": ("(PATH, {'Authorization': 'Basic ' + 'YTph' * 2_500_000})", []),
    "a name of 10 MB": ("(PATH, {**KEYS, 'X' * 10**7: 'x'})", []),
    "10,000 parameters": (
        "(PATH + '?' + '&'.join(f'a{i}=b' for i in range(10_000)), KEYS)",
        ["error unknown-parameter query"],
    ),
    "100,000 selected names": (
        "(PATH + '?$select=' + ','.join(f'_Links/a{i}' for i in range(100_000)), KEYS)",
        [],
    ),
    "100,000 unknown names": (
        "(PATH + '?$select=' + ','.join(f'a{i}' for i in range(100_000)), KEYS)",
        ["error select query.$select"],
    ),
    "a name of 100,000 parts": ("(PATH + '?$select=' + 'a/' * 100_000, KEYS)", ["error select query.$select"]),
    "a million percent signs": (
        "(PATH + '?$select=' + '%' * 10**6, KEYS)",
        ["error malformed query.$select", "error select query.$select"],
    ),
    "a path of a million slashes": ("('/' * 10**6 + 'x', KEYS)", ["error path path"]),
    "a path that repeats the wanted one": ("('/api/v1/Relation' * 100_000 + '/x', KEYS)", ["error path path"]),
    "a media type of a million semicolons": (
        "(PATH, {**KEYS, 'Content-Type': 'application/json' + ';' * 10**6 + 'x'})",
        ["error unsupported-media-type header.Content-Type"],
    ),
    "a length of a million digits": (
        "(PATH, {**KEYS, 'Content-Length': '9' * 10**6})",
        ["error header header.Content-Length"],
    ),
}


@pytest.mark.parametrize(("body", "expected"), XML.values(), ids=XML)
def test_hostile_xml_has_the_verdict_that_was_decided(body: str, expected: list[str]) -> None:
    """XML sections 2 to 4, RFC 7303 sections 3 and 9, and OWASP's list of XML attacks."""
    check(run(body, "judge(subject, 'application/xml')", "small('application/xml')"), expected)


@pytest.mark.parametrize(("body", "charset", "expected"), FORMS.values(), ids=FORMS)
def test_a_hostile_form_has_the_verdict_that_was_decided(body: str, charset: str, expected: list[str]) -> None:
    """WHATWG URL standard section 5.1; /paths/~1api~1v1~1Relation/post/requestBody/content."""
    form = "application/x-www-form-urlencoded"
    check(run(body, f"judge(subject, '{form}{charset}')", f"small('{form}')"), expected)


@pytest.mark.parametrize(("message", "expected"), OTHERS.values(), ids=OTHERS)
def test_a_hostile_message_around_a_good_body_has_its_verdict(message: str, expected: list[str]) -> None:
    """RFC 9110 sections 5 and 12.5.1, RFC 3986 section 3."""
    said = "(lambda url, headers: Request('POST', url, {'Content-Type': 'application/json', **dict(headers)}, OK.encode()))"
    judged = "validate_request(subject)"
    warm = "for url, headers in ((PATH, KEYS), ('/x', {'Accept': 'x', 'SO-Language': 'x', 'Content-Type': 'x'}), (PATH + '?$select=x&a=%', {'Authorization': 'Basic x', 'a b': 'c'})): json.dumps(validate_request(Request('POST', url, headers, OK)).to_dict())"
    check(run(f"{said}(*{message})", judged, warm), expected)


def test_a_message_that_opens_a_file_would_be_seen() -> None:
    """The hook and the timer are tested themselves."""
    judged = "(open('/etc/hostname').close(), validate_request_body(subject))[1]"
    assert [event for event, _ in run("OK", judged, "validate_request_body(OK)")["opened"]] == ["open"]
    with pytest.raises(AssertionError, match="-26"):  # SIGVTALRM
        run("OK", "[0 for _ in iter(int, 1)]", "")
