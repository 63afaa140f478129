"""What Pillow makes of a picture: upright, in sRGB by its profile, on white, in the size that fanpass keeps."""

import io
import warnings

from PIL import Image, ImageChops, ImageCms, ImageOps, ImageStat

KINDS = ("JPEG", "PNG", "GIF", "WEBP")
LONG_SIDE = 1600
SRGB = ImageCms.createProfile("sRGB")
warnings.simplefilter("ignore")


def reading(path):
    """The picture as it should look, or None if it is of another kind or Pillow cannot read it."""
    try:
        with Image.open(path, formats=KINDS) as opened:
            opened.load()
            return scaled(on_white(in_srgb(ImageOps.exif_transpose(opened), opened.info.get("icc_profile"))))
    except (OSError, SyntaxError, ValueError, NotImplementedError, EOFError, Image.DecompressionBombError):
        return None


def in_srgb(picture, profile):
    if picture.mode.startswith("I"):
        return picture.point(lambda value: value / 257).convert("L") if picture.mode != "I" else eight_bits(picture)
    if not profile or picture.mode not in ("RGB", "L", "CMYK"):
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(picture, source, SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return picture


def eight_bits(picture):
    return Image.eval(picture, lambda value: value / 257).convert("L")


def on_white(picture):
    if picture.mode not in ("P", "PA", "LA", "La", "RGBA", "RGBa") and "transparency" not in picture.info:
        return picture.convert("RGB")
    picture = picture.convert("RGBA")
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture)
    return white.convert("RGB")


def scaled(picture):
    longest = max(picture.size)
    if longest <= LONG_SIDE:
        return picture
    size = tuple(max(1, (side * LONG_SIDE + longest // 2) // longest) for side in picture.size)
    return picture.resize(size, Image.LANCZOS)


def difference(expected, got):
    """How far two pictures of one size are apart, in 255ths: on average, and at most in a block of four by four."""
    # What a JPEG of this quality loses is no difference.
    file = io.BytesIO()
    expected.save(file, "JPEG", quality=80, subsampling=2 if max(expected.size) >= 128 else 0)
    expected = Image.open(file).convert("RGB")
    coarse = tuple(max(1, side // 4) for side in got.size)
    apart = ImageChops.difference(expected.resize(coarse, Image.BOX), got.resize(coarse, Image.BOX))
    return sum(ImageStat.Stat(apart).mean) / 3, max(most for _, most in apart.getextrema())
