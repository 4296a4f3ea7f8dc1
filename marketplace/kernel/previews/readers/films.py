"""A video for public pages: packed anew without its metadata (a telephone writes where it was), and a picture of it.

Its streams are copied as they are; what a browser could not play is refused. FFmpeg's libraries open it, here and
nowhere else.
"""

from __future__ import annotations

from typing import Any

from marketplace.kernel.previews.readers import renditions
from marketplace.kernel.previews.readers.result import Job, NoPreview, Result

_PACKED = {"mp4": "mov,mp4,m4a,3gp,3g2,mj2", "webm": "matroska,webm"}
_PLAYED = {"mp4": ({"h264", "av1"}, {"aac", "mp3", "opus"}), "webm": ({"vp8", "vp9", "av1"}, {"opus", "vorbis"})}
_POSTER_AT, _LOOKED_AT = 0.1, 60  # of its length; frames at most
_MOST_PIXELS = 4096 * 2304


def read(job: Job) -> Result:
    """Options as ``renditions.make`` takes them, and ``most_seconds``. Writes ``file.<ending>`` beside the pictures.

    Raises NoPreview: ``broken``, ``no_video``, ``codec``, ``too_long``, ``too_many_pixels``.
    """
    import av
    from av.error import FFmpegError

    try:
        with av.open(str(job.source), format=_PACKED.get(job.ending), timeout=10) as source:
            video, sound = _streams(source, job.ending)
            if source.duration and source.duration / av.time_base > job.options["most_seconds"] + 1:
                raise NoPreview("too_long")
            seconds = _copy(source, video, sound, job)
        if seconds > job.options["most_seconds"] + 1:
            raise NoPreview("too_long")
        with av.open(str(job.folder / f"file.{job.ending}")) as copied:
            picture = _poster(copied, seconds)
    except (FFmpegError, ValueError, EOFError) as error:
        raise NoPreview("broken") from error
    content = renditions.make(picture.convert("RGB"), job.folder, job.options)
    return Result({**content, "seconds": max(1, round(seconds))})


def _streams(source: Any, ending: str) -> tuple[Any, Any]:
    from av.stream import Disposition

    videos = [stream for stream in source.streams.video if Disposition.attached_pic not in stream.disposition]
    if not videos:
        raise NoPreview("no_video")
    video, sound = videos[0], next(iter(source.streams.audio), None)
    pictures, sounds = _PLAYED[ending]
    if video.codec_context.name not in pictures | {"libdav1d", "libvpx", "libvpx-vp9"}:
        raise NoPreview("codec")
    if video.codec_context.name == "h264" and video.pix_fmt not in {"yuv420p", "yuvj420p"}:
        raise NoPreview("codec")  # browsers play no other h264
    if sound is not None and sound.codec_context.name.removeprefix("lib") not in sounds | {"mp3float"}:
        raise NoPreview("codec")
    if video.width * video.height > _MOST_PIXELS:
        raise NoPreview("too_many_pixels")
    if not video.width or not video.height:
        raise NoPreview("broken")
    return video, sound


def _copy(source: Any, video: Any, sound: Any, job: Job) -> float:
    """Both streams and nothing else; returns how long the video really is, by its packets."""
    import av

    options = {"movflags": "+faststart"} if job.ending == "mp4" else {}
    path = job.folder / f"file.{job.ending}"
    end = 0.0
    with av.open(str(path), "w", format=job.ending, options={**options, "fflags": "+bitexact"}) as target:
        copies = {}
        for stream in filter(None, (video, sound)):
            copies[stream.index] = target.add_stream_from_template(stream, opaque=True)
            copies[stream.index].metadata.clear()
        for packet in source.demux(*filter(None, (video, sound))):
            if packet.dts is None:
                continue
            if packet.stream is video and packet.pts is not None:
                end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
            if end > job.options["most_seconds"] + 1:
                raise NoPreview("too_long")
            packet.stream = copies[packet.stream.index]
            target.mux(packet)
    if not end:
        raise NoPreview("broken")
    return end


def _poster(container: Any, seconds: float) -> Any:
    """A frame of its beginning, but not the black one before it begins. Decoding it proves that there is one."""
    import av

    stream = container.streams.video[0]
    stream.codec_context.thread_count = 1
    container.seek(int(seconds * _POSTER_AT * av.time_base))
    best, brightest = None, float("-inf")
    for number, frame in enumerate(container.decode(stream)):
        if number % 4 == 0:
            picture = frame.to_image().rotate(frame.rotation, expand=True)  # a telephone held upright
            light = sum(picture.convert("L").resize((8, 8)).tobytes()) / 64
            if light > brightest + 8:
                best, brightest = picture, light
        if number >= _LOOKED_AT or brightest > 60:
            break
    if best is None:
        raise NoPreview("broken")
    return best
