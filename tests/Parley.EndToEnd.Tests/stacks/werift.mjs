// werift, a stack in TypeScript without a codec: Opus packets are said and heard. usage: node werift.mjs

import { MediaStreamTrack, RTCPeerConnection, RtpHeader, RtpPacket, useOPUS, useVP8 } from "werift";
import { OpusMicrophone, serve, tell, versionOf } from "./phone.mjs";

class Call {
  heard = [];
  microphone = null;

  constructor(video) {
    this.peer = new RTCPeerConnection({ codecs: { audio: [useOPUS()], video: [useVP8()] }, iceServers: [] });
    this.channel = this.peer.createDataChannel("oai-events");
    this.channel.stateChanged.subscribe((state) => state === "open" && tell({ open: true }));
    this.channel.onMessage.subscribe((data) => tell({ message: JSON.parse(data) }));
    const track = new MediaStreamTrack({ kind: "audio" });
    const transceiver = this.peer.addTransceiver(track, { direction: "sendrecv" });
    if (video) this.peer.addTransceiver("video");
    transceiver.onTrack.subscribe((remote) =>
      remote.onReceiveRtp.subscribe(({ header, payload }) => this.heard.push([header.timestamp, payload.toString("base64")])));
    this.peer.connectionStateChange.subscribe((state) => {
      tell({ state });
      if (state !== "connected" || this.microphone) return;
      const { payloadType } = transceiver.codecs.find(({ mimeType }) => mimeType.toLowerCase() === "audio/opus");
      this.microphone = new OpusMicrophone(({ payload, sequence, timestamp }) =>
        track.writeRtp(new RtpPacket(new RtpHeader({ payloadType, sequenceNumber: sequence, timestamp }), payload)));
    });
  }

  async end() {
    this.microphone?.stop();
    await this.peer.close();
  }
}

let call = null;

async function offer() {
  await call.peer.setLocalDescription(await call.peer.createOffer());
  return { offer: call.peer.localDescription.sdp };
}

await serve({ stack: "werift", version: versionOf("werift") }, {
  async offer({ video }) {
    await call?.end();
    call = new Call(video);
    return offer();
  },
  restart() {
    call.peer.restartIce();
    return offer();
  },
  async answer({ sdp }) {
    await call.peer.setRemoteDescription({ type: "answer", sdp });
    return { answered: true };
  },
  send({ text }) {
    call.channel.send(text);
  },
  async say({ opus }) {
    await call.microphone.say(opus);
    return { said: true };
  },
  heard: () => ({ heard: { opus: call.heard.splice(0) } }),
  end: () => call?.end(),
});
