"""Says what Python's tarfile sees in archives: paths in, one a line; a list of JSON for each out."""

import hashlib
import json
import sys
import tarfile
import warnings

warnings.simplefilter("ignore")


def kind(member):
    if member.isdir():
        return "directory"
    return "file" if member.isfile() else "other"


def entry(archive, member):
    bytes_ = archive.extractfile(member).read() if member.isfile() else b""
    if member.isfile() and len(bytes_) != member.size:
        raise tarfile.ReadError("unexpected end of data")
    # Names that are not UTF-8 have surrogates, which JSON keeps.
    return [member.name, kind(member), hashlib.sha256(bytes_).hexdigest()]


def entries(path):
    try:
        with tarfile.open(path) as archive:
            return [entry(archive, member) for member in archive]
    except Exception as error:
        return {"refusal": f"{type(error).__name__}: {error}"}


for line in sys.stdin:
    print(json.dumps(entries(line.rstrip("\n"))))
