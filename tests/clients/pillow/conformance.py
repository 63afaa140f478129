"""Sends every picture of Pillow's source package through a running fanpass and judges what it keeps; pillow-heif's must be refused.

PHOTOS_SITE, PHOTOS_PID and PICTURES say where, as which process, and where the packages lie. exiftool judges that no tag is left.
One line per passed check; the first failure ends the run with a non-zero status.
"""

import io
import json
import os
import pathlib
import subprocess
import tempfile
import time

from PIL import Image

from fan import Fan
from reading import difference, reading

PICTURES = pathlib.Path(os.environ["PICTURES"])
PID = os.environ["PHOTOS_PID"]
MOST_SECONDS = 20
# photos.max_bytes
MAX_BYTES = 10 * 1024 * 1024
# photos.memory_mib, and what fanpass takes besides.
MOST_BYTES = (512 + 200) * 1024 * 1024
REFUSED = (413, 415, 422)
MOST_MEAN, MOST_BLOCK = 5, 60
# The groups in which exiftool says what a file is, and not what is written in it.
OF_THE_FILE = ("SourceFile", "ExifTool", "System", "File", "JFIF", "Composite")

# Pillow turns these by what XMP or an ImageMagick text says. Browsers look at EXIF alone, and so does fanpass.
TURNED_OTHERWISE = {"xmp_tags_orientation.png", "xmp_tags_orientation_exiftool.png", "exif_imagemagick_orientation.png"}
# Its restart markers are broken: each decoder guesses otherwise.
DAMAGED = {"hopper_bad_exif.jpg"}
# Pillow leaves a transparent grey of 16 bits as it is.
TRANSPARENT_GREY = {"i_trns.png"}
# One pixel without a palette.
UNUSUAL = {"no_palette.gif"}


def passed(what):
    print(f"ok  {what}", flush=True)


def failed(what):
    raise SystemExit(f"FAILED photos: {what}")


def most_memory():
    lines = pathlib.Path(f"/proc/{PID}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def files_of(package):
    folder = next(PICTURES.glob(f"{package}-*"))
    return sorted(path for path in folder.rglob("*") if path.is_file() and "images" in path.parts)


def sent(fan, path, name=None):
    began = time.monotonic()
    status, result = fan.send(name or f"{path.stem}.jpg".replace('"', ""), path.read_bytes())
    took = time.monotonic() - began
    if status >= 500 or took > MOST_SECONDS:
        failed(f"{path.name} answers {status} after {took:.1f} s: {result}")
    return status, result


def judge(path, expected, photo, large):
    got = Image.open(io.BytesIO(large)).convert("RGB")
    if got.size != (photo["width"], photo["height"]):
        failed(f"{path.name}: {got.size} pixels are served, {photo} announced")
    if expected is None or path.name in TURNED_OTHERWISE | DAMAGED | TRANSPARENT_GREY:
        return
    if got.size != expected.size:
        failed(f"{path.name}: {got.size} pixels, Pillow has {expected.size}")
    mean, block = difference(expected, got)
    if mean > MOST_MEAN or block > MOST_BLOCK:
        failed(f"{path.name}: its pixels are {mean:.1f} apart on average and {block} at most")


def pictures(fan, folder):
    kept = refused = 0
    for number, path in enumerate(files_of("pillow")):
        expected = reading(path)
        status, result = sent(fan, path)
        if "photo" not in result:
            if status not in REFUSED:
                failed(f"{path.name} is refused with {status}: {result}")
            if expected is not None and status != 413 and path.name not in UNUSUAL | DAMAGED:
                failed(f"{path.name} is refused with {status}, and Pillow reads it: {result}")
            refused += 1
            continue
        photo = result["photo"]
        large, thumb = fan.see(photo["url"]), fan.see(photo["thumb_url"])
        judge(path, expected, photo, large)
        (folder / f"{number}.jpg").write_bytes(large)
        (folder / f"{number}-thumb.jpg").write_bytes(thumb)
        fan.delete(photo["id"])
        kept += 1
    passed(f"{kept} pictures of Pillow's are kept as Pillow reads them, {refused} files refused")


def heif(fan):
    count = 0
    for path in files_of("pillow_heif"):
        content = path.read_bytes()
        if content[4:8] != b"ftyp" or len(content) > MAX_BYTES:
            continue
        status, result = sent(fan, path)
        detail = result.get("problem", {}).get("detail", "")
        if status != 415 or not ("HEIC" in detail or "AVIF" in detail):
            failed(f"{path.name} answers {status} with {result}")
        count += 1
    if count < 40:
        failed(f"pillow-heif has only {count} pictures")
    passed(f"{count} HEIC and AVIF pictures are refused by name")


def no_tag_is_left(folder):
    command = ["exiftool", "-json", "-groupNames1", "-recurse", "-quiet", "-unknown", str(folder)]
    files = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    for file in files:
        left = [name for name in file if name.split(":")[0] not in OF_THE_FILE or name in ("File:Comment", "ExifTool:Warning")]
        if left:
            failed(f"{file['SourceFile']} still has {left}")
    passed(f"exiftool finds no tag in {len(files)} files")


def main():
    fan = Fan()
    with tempfile.TemporaryDirectory() as folder:
        pictures(fan, pathlib.Path(folder))
        no_tag_is_left(pathlib.Path(folder))
    heif(fan)
    most = most_memory()
    if most > MOST_BYTES:
        failed(f"fanpass took {most // 1_000_000} MB")
    passed(f"fanpass took {most // 1_000_000} MB at most")


main()
