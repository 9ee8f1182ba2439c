#!/usr/bin/env python3
"""Writes a copy of a static library whose functions and values the linker may leave out.

usage: unretain.py LIBRARY COPY

Swift's own library marks each public function and value as one to keep (SHF_GNU_RETAIN), since a program that loads
the library could call it. In a program that holds the library nothing else can, and --gc-sections may decide. The
marks of the tables that the runtime reads by their section's name (swift5_…) stay. No byte moves: only flags change.
"""

import struct
import sys

SHF_GNU_RETAIN = 0x200000
# Sections that are reached by references alone. What the runtime finds by a section's name is none of them.
BY_REFERENCE = (b".text", b".rodata", b".data", b".bss")


def members(archive):
    """Where each member of an ar archive starts, and its size."""
    if not archive.startswith(b"!<arch>\n"):
        raise ValueError("no archive")
    at = 8
    while at + 60 <= len(archive):
        size = int(archive[at + 48 : at + 58])
        yield at + 60, size
        at += 60 + size + size % 2


def unretain(image, start):
    """Takes the mark from the sections of the ELF object at `start`, and says from how many."""
    (headers,) = struct.unpack_from("<Q", image, start + 0x28)
    entry, count, names = struct.unpack_from("<HHH", image, start + 0x3A)
    first = start + headers
    # More sections than 16 bits can count stand in the first header.
    if count == 0:
        (count,) = struct.unpack_from("<Q", image, first + 0x20)
    if names == 0xFFFF:
        (names,) = struct.unpack_from("<I", image, first + 0x28)
    (text,) = struct.unpack_from("<Q", image, first + names * entry + 0x18)
    changed = 0
    for header in range(first, first + count * entry, entry):
        name, _, flags = struct.unpack_from("<IIQ", image, header)
        if flags & SHF_GNU_RETAIN and image.startswith(BY_REFERENCE, start + text + name):
            struct.pack_into("<Q", image, header + 8, flags & ~SHF_GNU_RETAIN)
            changed += 1
    return changed


def main(library, copy):
    with open(library, "rb") as file:
        image = bytearray(file.read())
    changed = 0
    for start, _ in members(bytes(image)):
        # 64 bits, little-endian: the only objects whose headers are read here.
        if image.startswith(b"\x7fELF\x02\x01", start):
            changed += unretain(image, start)
    if changed == 0:
        raise ValueError("no section carries the mark")
    with open(copy, "wb") as file:
        file.write(image)


if __name__ == "__main__":
    try:
        main(sys.argv[1], sys.argv[2])
    except (OSError, ValueError, IndexError, struct.error) as error:
        sys.exit(f"unretain: {error}")
