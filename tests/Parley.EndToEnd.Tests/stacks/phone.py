"""aiortc as a phone that the test controls; the protocol is in phone.mjs. usage: /usr/bin/python3 phone.py"""

import asyncio
import base64
import fractions
import json
import sys
import time

import aiortc
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame
from av.audio.resampler import AudioResampler

RATE = 48_000
FRAME = RATE // 50


def tell(line):
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


class Microphone(MediaStreamTrack):
    """Says what it is given, 20 ms at a time; silence otherwise."""

    kind = "audio"

    def __init__(self):
        super().__init__()
        self._queue = b""
        self._sent = 0
        self._began = None
        self._empty = asyncio.Event()

    async def say(self, pcm):
        self._queue = pcm
        self._empty.clear()
        await self._empty.wait()

    async def recv(self):
        if self._began is None:
            self._began = time.monotonic()
        await asyncio.sleep(max(0, self._began + self._sent / RATE - time.monotonic()))
        samples, self._queue = self._queue[: FRAME * 2], self._queue[FRAME * 2 :]
        if not self._queue:
            self._empty.set()
        frame = AudioFrame(format="s16", layout="mono", samples=FRAME)
        frame.planes[0].update(samples.ljust(FRAME * 2, b"\0"))
        frame.sample_rate = RATE
        frame.pts = self._sent
        frame.time_base = fractions.Fraction(1, RATE)
        self._sent += FRAME
        return frame


class Call:
    def __init__(self, video):
        self.peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.channel = self.peer.createDataChannel("oai-events")
        self.microphone = Microphone()
        self.peer.addTrack(self.microphone)
        if video:
            self.peer.addTransceiver("video")
        self._heard = []
        self._listeners = []
        self.channel.on("open", lambda: tell({"open": True}))
        self.channel.on("message", lambda data: tell({"message": json.loads(data)}))
        self.peer.on("connectionstatechange", lambda: tell({"state": self.peer.connectionState}))
        self.peer.on("track", self._hear)

    def take_heard(self):
        pcm, self._heard = b"".join(self._heard), []
        return {"rate": RATE, "pcm": base64.b64encode(pcm).decode()}

    def _hear(self, track):
        if track.kind == "audio":
            self._listeners.append(asyncio.ensure_future(self._listen(track)))

    async def _listen(self, track):
        resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
        try:
            while True:
                for frame in resampler.resample(await track.recv()):
                    self._heard.append(bytes(frame.planes[0])[: frame.samples * 2])
        except MediaStreamError:
            pass  # the call has ended


class Phone:
    def __init__(self):
        self._call = None

    async def offer(self, command):
        await self.end()
        self._call = Call(command["video"])
        peer = self._call.peer
        await peer.setLocalDescription(await peer.createOffer())
        return {"offer": peer.localDescription.sdp}

    async def answer(self, command):
        await self._call.peer.setRemoteDescription(RTCSessionDescription(type="answer", sdp=command["sdp"]))
        return {"answered": True}

    async def send(self, command):
        self._call.channel.send(command["text"])

    async def say(self, command):
        await self._call.microphone.say(base64.b64decode(command["pcm"]))
        return {"said": True}

    async def heard(self, _):
        return {"heard": self._call.take_heard()}

    async def end(self):
        if self._call:
            await self._call.peer.close()


async def main():
    phone = Phone()
    tell({"ready": {"stack": "aiortc", "version": aiortc.__version__}})
    lines = asyncio.StreamReader(limit=64 * 1024 * 1024)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        command = json.loads(line)
        if command["do"] == "end":
            break
        try:
            result = await getattr(phone, command["do"])(command)
        except Exception as error:  # whatever it is, the test has to hear of it
            result = {"fault": f"{command['do']}: {error!r}"}
        if result is not None:
            tell(result)
    await phone.end()


asyncio.run(main())
