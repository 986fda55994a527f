// libdatachannel, by node-datachannel: it has no codec, so Opus packets are said and heard. usage: node libdatachannel.mjs

import datachannel from "node-datachannel";
import { OpusMicrophone, serve, tell, versionOf } from "./phone.mjs";

const payloadType = 111;
const ssrc = 0x0dc0ffee;

class Call {
  heard = [];
  microphone = null;

  constructor(video) {
    this.peer = new datachannel.PeerConnection("phone", { iceServers: [], disableAutoNegotiation: true, enableIceTcp: true });
    this.gathered = new Promise((resolve) => this.peer.onGatheringStateChange((state) => state === "complete" && resolve()));
    this.peer.onStateChange((state) => tell({ state }));
    this.channel = this.peer.createDataChannel("oai-events");
    this.channel.onOpen(() => tell({ open: true }));
    this.channel.onMessage((data) => tell({ message: JSON.parse(data) }));
    const audio = new datachannel.Audio("audio", "SendRecv");
    audio.addOpusCodec(payloadType);
    audio.addSSRC(ssrc, "phone", "phone", "audio");
    this.track = this.peer.addTrack(audio);
    this.track.onMessage((packet) => this.#hear(packet));
    this.track.onOpen(() => (this.microphone = new OpusMicrophone((packet) => this.#send(packet))));
    if (!video) return;
    const picture = new datachannel.Video("video", "SendRecv");
    picture.addVP8Codec(96);
    this.video = this.peer.addTrack(picture);
  }

  #send({ payload, sequence, timestamp }) {
    const header = Buffer.alloc(12);
    header[0] = 0x80;
    header[1] = payloadType;
    header.writeUInt16BE(sequence, 2);
    header.writeUInt32BE(timestamp, 4);
    header.writeUInt32BE(ssrc, 8);
    if (this.track.isOpen()) this.track.sendMessageBinary(Buffer.concat([header, payload]));
  }

  #hear(packet) {
    // RTCP comes the same way. (RFC 5761 §4)
    if (packet.length < 12 || (packet[1] >= 192 && packet[1] <= 223)) return;
    let start = 12 + 4 * (packet[0] & 0x0f);
    if (packet[0] & 0x10) start += 4 + 4 * packet.readUInt16BE(start + 2);
    this.heard.push([packet.readUInt32BE(4), packet.subarray(start).toString("base64")]);
  }

  end() {
    this.microphone?.stop();
    this.peer.close();
  }
}

let call = null;

await serve({ stack: "libdatachannel (node-datachannel)", version: versionOf("node-datachannel") }, {
  async offer({ video }) {
    call?.end();
    call = new Call(video);
    call.peer.setLocalDescription("offer");
    await call.gathered;
    return { offer: call.peer.localDescription().sdp };
  },
  answer({ sdp }) {
    call.peer.setRemoteDescription(sdp, "answer");
    return { answered: true };
  },
  send({ text }) {
    call.channel.sendMessage(text);
  },
  async say({ opus }) {
    await call.microphone.say(opus);
    return { said: true };
  },
  heard: () => ({ heard: { opus: call.heard.splice(0) } }),
  end() {
    call?.end();
    datachannel.cleanup();
  },
});
